"""What a run reached in the end, by the measure that runs of one program are best compared by."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.columnar.median import median
from insight_lib.dissection.run.curves.losses import HELD_OUT, accuracies_of
from insight_lib.dissection.run.guessing.baseline import (
    LARGEST_SHARE,
    guessing_accuracy,
    largest_share,
    validation_guess,
)
from insight_lib.dissection.run.reinforcement.returns import courses
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.change.levels import start_level
from insight_lib.series.role import Direction, Phase, Role

# Most usual measures first: an accuracy neither depends on the loss function nor on units, as an
# error of quantities does, nor on how sure a model is, as a loss does.
_ROLES = (
    Role.ACCURACY,
    Role.ERROR_RATE,
    Role.AUC,
    Role.F1,
    Role.SCORE,
    Role.REGRESSION_ERROR,
    Role.PERPLEXITY,
    Role.TOTAL_LOSS,
    Role.DIVERSITY,
)
_PHASES = (HELD_OUT, frozenset({Phase.TRAIN}), frozenset({None}))
# Of the points, three at least: a last one alone is off by its noise, and what was reached earlier
# is not what the run ended with.
_END_SHARE, _FEWEST = 0.1, 3
# Of any ranking that knows nothing.
_CHANCE_OF_AUC = 0.5


@dataclass(frozen=True)
class FinalScore:
    """A measure of a run at its end.

    Attributes:
        metric: its role.
        direction: which way is better.
        value: the median of its last points; of returns the best sustained level. Worst possible,
            infinite, where the last points are not finite.
        chance: what guessing gives; NaN where nothing tells.
        start: the level that it began at, which the first epoch may have bettered already.
        series: the name of the series.
    """

    metric: Role
    direction: Direction
    value: float
    chance: float
    start: float
    series: str


def final_score(run: RunView, metric: Role | None = None) -> FinalScore | None:
    """Return what a run reached; None where it logged no such measure of quality.

    Held-out data come before training data, and an accuracy before a loss; it comes last where one
    class is so frequent that good models too are hardly better than guessing. In reinforcement
    learning it is the return, of evaluations where there are any.

    Args:
        run: the run.
        metric: the role that its peers are compared by; None for the best of its own.
    """
    found = _returns(run) if courses(run) else _measures(run)
    return next((one for one in found if metric in (None, one.metric)), None)


def _returns(run: RunView) -> Iterator[FinalScore]:
    for course in sorted(courses(run), key=lambda one: one.named.about.phase not in HELD_OUT):
        yield FinalScore(
            metric=Role.RETURN,
            direction=Direction.HIGHER,
            value=max(course.best_level, course.end_level),
            chance=np.nan,
            start=course.lowest_start,
            series=course.named.name,
        )


def _measures(run: RunView) -> Iterator[FinalScore]:
    share = largest_share(run)
    is_lopsided = share is not None and share > LARGEST_SHARE
    last = (Role.ACCURACY, Role.ERROR_RATE) if is_lopsided else ()
    roles = [*(role for role in _ROLES if role not in last), *last]
    for phases in _PHASES:
        for role in roles:
            yield from (
                _score(run, one) for one in _of_role(run, role) if one.about.phase in phases
            )


def _of_role(run: RunView, role: Role) -> list[NamedSeries]:
    found = accuracies_of(run) if role is Role.ACCURACY else run.with_role(role)
    return [one for one in found if one.about.direction and not one.about.moving]


def _score(run: RunView, one: NamedSeries) -> FinalScore:
    direction = Direction.HIGHER if one.about.direction is Direction.HIGHER else Direction.LOWER
    value = _end(one.series.values)
    worst = -np.inf if direction is Direction.HIGHER else np.inf
    return FinalScore(
        metric=one.about.role,
        direction=direction,
        value=value if np.isfinite(value) else worst,
        chance=_chance(run, one),
        start=start_level(one.series.values),
        series=one.name,
    )


def _end(values: Floats) -> float:
    """Return the median of the last points, not finite where most of them are not."""
    last = values[-max(_FEWEST, int(values.size * _END_SHARE)) :]
    is_known = np.isfinite(last).mean() > 1 / 2
    return median(last[np.isfinite(last)]) if is_known else np.nan


def _chance(run: RunView, one: NamedSeries) -> float:
    if one.about.role in (Role.ACCURACY, Role.ERROR_RATE):
        known = guessing_accuracy(run)
        if known is None:
            return np.nan
        return known if one.about.role is Role.ACCURACY else 1 - known
    if one.about.role is Role.AUC:
        return _CHANCE_OF_AUC
    if one.about.role is Role.TOTAL_LOSS:
        guess = validation_guess(run)
        return np.nan if guess is None else guess.cost
    return np.nan
