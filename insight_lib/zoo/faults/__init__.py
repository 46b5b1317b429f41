"""The faults that are injected, listed by hand; the first ``BASIC_FAULTS`` are the best known."""

from insight_lib.zoo.faults import (
    clipped_gradient,
    collapse,
    constant_initialisation,
    constant_inputs,
    crowded_ids,
    dead_relu,
    disconnected_layer,
    early_schedule,
    exploding_gradient,
    forgotten_from_logits,
    frozen_embedding,
    frozen_layer,
    large_initialisation,
    learning_rate_too_high,
    learning_rate_too_low,
    minus_one_labels,
    non_finite_inputs,
    one_output_for_several,
    oscillating,
    overfitting,
    rare_class,
    saturated_layer,
    shifted_validation,
    shrinking_activations,
    shuffled_labels,
    small_initialisation,
    softmax_of_one,
    too_much_dropout,
    underfitting,
    unscaled_inputs,
    vanishing_gradient,
    wrong_output_activation,
)
from insight_lib.zoo.faults.fault import Fault

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
    )
}

__all__ = ["BASIC_FAULTS", "FAULTS", "HEALTHY", "NO_FAULT", "Fault"]
