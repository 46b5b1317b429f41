"""Which series people want to see first."""

from insight_lib.series.role import Role

RESULTS = (
    Role.TOTAL_LOSS,
    Role.ACCURACY,
    Role.ERROR_RATE,
    Role.AUC,
    Role.F1,
    Role.SCORE,
    Role.PERPLEXITY,
    Role.REGRESSION_ERROR,
    Role.RETURN,
    Role.PARTIAL_LOSS,
    Role.VALUE_LOSS,
    Role.POLICY_LOSS,
    Role.GENERATOR_LOSS,
    Role.DISCRIMINATOR_LOSS,
)
"""Roles that say how good a run is, the most telling first."""

_ORDER = (*RESULTS, *(role for role in Role if role not in RESULTS))


def importance(role: str) -> int:
    """Return the place of a role among all, the most important at 0."""
    return _ORDER.index(Role(role))
