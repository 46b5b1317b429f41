"""The catalogue: every rule, listed by hand, in the order of cause before symptom."""

from insight_lib.dissection.rules import (
    blind_spot,
    dead_units,
    exploding_gradient,
    loss_not_decreasing,
    non_finite_loss,
    overfitting,
    vanishing_gradient,
)
from insight_lib.dissection.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    exploding_gradient.RULE,
    vanishing_gradient.RULE,
    dead_units.RULE,
    blind_spot.RULE,
    non_finite_loss.RULE,
    loss_not_decreasing.RULE,
    overfitting.RULE,
)
