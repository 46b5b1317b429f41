"""What follows from a role alone: which way is better, the unit, whether the target moves."""

from insight_lib.series.role import Direction, Role, Unit

_LOWER = frozenset(
    {Role.TOTAL_LOSS, Role.PARTIAL_LOSS, Role.ERROR_RATE, Role.PERPLEXITY, Role.REGRESSION_ERROR}
)
_HIGHER = frozenset(
    {Role.ACCURACY, Role.AUC, Role.F1, Role.SCORE, Role.RETURN, Role.EXPLAINED_VARIANCE}
    | {Role.THROUGHPUT, Role.DIVERSITY}
)
_MOVING = frozenset(
    {Role.VALUE_LOSS, Role.POLICY_LOSS, Role.GENERATOR_LOSS, Role.DISCRIMINATOR_LOSS}
)
_UNITS = {
    Role.ACCURACY: Unit.FRACTION,
    Role.ERROR_RATE: Unit.FRACTION,
    Role.AUC: Unit.FRACTION,
    Role.F1: Unit.FRACTION,
    Role.CLIP_FRACTION: Unit.FRACTION,
    Role.EXPLORATION_RATE: Unit.FRACTION,
    Role.EXPLAINED_VARIANCE: Unit.FRACTION,
    Role.POLICY_ENTROPY: Unit.NATS,
    Role.KL: Unit.NATS,
    Role.EPISODE_LENGTH: Unit.STEPS,
    Role.STEP_TIME: Unit.SECONDS,
    Role.THROUGHPUT: Unit.PER_SECOND,
}


def direction_of(role: Role) -> Direction | None:
    """Return which way is better for a role; None where neither is."""
    if role in _LOWER:
        return Direction.LOWER
    return Direction.HIGHER if role in _HIGHER else None


def unit_of(role: Role) -> Unit | None:
    """Return the unit that a role's values are in; None where it depends."""
    return _UNITS.get(role)


def is_moving(role: Role) -> bool:
    """Return whether a role follows a moving target whatever else its run holds."""
    return role in _MOVING
