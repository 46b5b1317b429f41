"""The catalogue: every rule, listed by hand, in the order of cause before symptom."""

from typing import Any

from insight_lib.dissection.rules import (
    blind_spot,
    dead_units,
    exploding_gradient,
    loss_not_decreasing,
    missing_examples,
    non_finite_loss,
    overfitting,
    repeated_examples,
    uncounted_examples,
    vanishing_gradient,
)
from insight_lib.dissection.rules.rule import Rule

RULES: tuple[Rule[Any], ...] = (
    exploding_gradient.RULE,
    vanishing_gradient.RULE,
    dead_units.RULE,
    blind_spot.RULE,
    non_finite_loss.RULE,
    loss_not_decreasing.RULE,
    overfitting.RULE,
    missing_examples.RULE,
    repeated_examples.RULE,
    uncounted_examples.RULE,
)
