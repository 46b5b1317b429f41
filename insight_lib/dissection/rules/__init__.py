"""The catalogue: every rule, listed by hand, in the order of cause before symptom."""

from typing import Any

from insight_lib.dissection.rules import (
    activation_scale,
    blind_spot,
    clipped_gradient,
    constant_initialisation,
    constant_output,
    dead_units,
    exploding_gradient,
    large_initialisation,
    large_updates,
    loss_not_decreasing,
    missing_examples,
    non_finite_loss,
    non_finite_tensors,
    overfitting,
    repeated_examples,
    saturated_units,
    small_initialisation,
    small_updates,
    uncounted_examples,
    untouched_embedding_rows,
    vanishing_gradient,
    zero_gradient,
)
from insight_lib.dissection.rules.rule import Rule

RULES: tuple[Rule[Any], ...] = (
    constant_initialisation.RULE,
    small_initialisation.RULE,
    large_initialisation.RULE,
    exploding_gradient.RULE,
    clipped_gradient.RULE,
    saturated_units.RULE,
    dead_units.RULE,
    constant_output.RULE,
    activation_scale.RULE,
    vanishing_gradient.RULE,
    zero_gradient.RULE,
    blind_spot.RULE,
    untouched_embedding_rows.RULE,
    small_updates.RULE,
    large_updates.RULE,
    non_finite_tensors.RULE,
    non_finite_loss.RULE,
    loss_not_decreasing.RULE,
    overfitting.RULE,
    missing_examples.RULE,
    repeated_examples.RULE,
    uncounted_examples.RULE,
)
