"""The faults that are injected, listed by hand; the first ``BASIC_FAULTS`` are the best known.

A twin makes the same unusual choice as a fault, and makes it right: it is healthy.
"""

from insight_lib.zoo.faults import (
    batches_of_one,
    clipped_gradient,
    collapse,
    constant_initialisation,
    constant_inputs,
    constant_labels,
    crowded_ids,
    dead_relu,
    default_sgd,
    disconnected_layer,
    early_schedule,
    exploding_gradient,
    forgotten_from_logits,
    frozen_embedding,
    frozen_layer,
    large_initialisation,
    learning_rate_too_high,
    learning_rate_too_low,
    logarithms_of_negatives,
    minus_one_labels,
    missing_activation,
    missing_flatten,
    non_finite_inputs,
    one_batch,
    one_output_for_several,
    oscillating,
    overfitting,
    poisson_of_negatives,
    rare_class,
    saturated_layer,
    shifted_validation,
    shrinking_activations,
    shuffled_labels,
    small_initialisation,
    softmax_of_one,
    softmax_of_several,
    too_few_epochs,
    too_much_dropout,
    too_narrow,
    underfitting,
    unscaled_inputs,
    vanishing_gradient,
    wrong_output_activation,
)
from insight_lib.zoo.faults.fault import Change, Fault

HEALTHY = "healthy"
NO_FAULT = Fault(name=HEALTHY, programs=(), expected=(), fault_types=())
BASIC_FAULTS = 8
FAULTS: dict[str, Fault] = {
    fault.name: fault
    for fault in (
        learning_rate_too_high.FAULT,
        learning_rate_too_low.FAULT,
        vanishing_gradient.FAULT,
        dead_relu.FAULT,
        frozen_embedding.FAULT,
        unscaled_inputs.FAULT,
        shuffled_labels.FAULT,
        overfitting.FAULT,
        wrong_output_activation.FAULT,
        exploding_gradient.FAULT,
        constant_initialisation.FAULT,
        frozen_layer.FAULT,
        early_schedule.FAULT,
        collapse.FAULT,
        minus_one_labels.FAULT,
        non_finite_inputs.FAULT,
        softmax_of_one.FAULT,
        disconnected_layer.FAULT,
        saturated_layer.FAULT,
        large_initialisation.FAULT,
        small_initialisation.FAULT,
        oscillating.FAULT,
        clipped_gradient.FAULT,
        crowded_ids.FAULT,
        forgotten_from_logits.FAULT,
        one_output_for_several.FAULT,
        shrinking_activations.FAULT,
        constant_inputs.FAULT,
        rare_class.FAULT,
        underfitting.FAULT,
        too_much_dropout.FAULT,
        shifted_validation.FAULT,
        too_few_epochs.FAULT,
        default_sgd.FAULT,
        too_narrow.FAULT,
        missing_flatten.FAULT,
        missing_activation.FAULT,
        constant_labels.FAULT,
        softmax_of_several.FAULT,
        batches_of_one.FAULT,
        one_batch.FAULT,
        poisson_of_negatives.FAULT,
        logarithms_of_negatives.FAULT,
    )
}
TWINS: dict[str, Change] = {
    twin.name: twin
    for twin in (
        too_few_epochs.TWIN,
        default_sgd.TWIN,
        too_narrow.TWIN,
        missing_flatten.TWIN,
        missing_activation.TWIN,
        constant_labels.TWIN,
        softmax_of_several.TWIN,
        batches_of_one.TWIN,
        one_batch.TWIN,
        poisson_of_negatives.TWIN,
        logarithms_of_negatives.TWIN,
    )
}

__all__ = ["BASIC_FAULTS", "FAULTS", "HEALTHY", "NO_FAULT", "TWINS", "Change", "Fault"]
