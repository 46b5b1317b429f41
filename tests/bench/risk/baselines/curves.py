"""The curves of a run that every baseline looks at: its losses and its score."""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.role import HELD_OUT, Cadence, Direction, Phase, Role
from insight_lib.series.series import Series

_SCORES = (
    Role.ACCURACY,
    Role.AUC,
    Role.F1,
    Role.SCORE,
    Role.ERROR_RATE,
    Role.REGRESSION_ERROR,
    Role.PERPLEXITY,
    Role.RETURN,
)
"""In the order of choice, where a run has several."""


@dataclass(frozen=True)
class Curve:
    """A series so that less is better.

    Attributes:
        series: of a score that should rise, its negative.
        is_share: whether it is a share of right answers, 1 at best, turned into that of wrong ones.
    """

    series: Series
    is_share: bool = False


def training_loss(run: RunView) -> Series | None:
    """Return the training loss with the most points; None where there is none."""
    return _longest(run.with_role(Role.TOTAL_LOSS, phases={Phase.TRAIN}))


def mean_training_loss(run: RunView) -> Series | None:
    """Return the training loss as its mean over epochs; that of single steps without one yet."""
    found = run.with_role(Role.TOTAL_LOSS, phases={Phase.TRAIN})
    means = [one for one in found if one.about.cadence is Cadence.EPOCH]
    return _longest(means or found)


def validation_loss(run: RunView) -> Series | None:
    """Return the held-out loss with the most points; None where there is none."""
    return _longest(_held_out(run, Role.TOTAL_LOSS))


def score(run: RunView) -> Curve | None:
    """Return the score that the run is judged by, held out where there is one; None of none."""
    for role in _SCORES:
        found = _held_out(run, role) or run.with_role(role)
        known = [one for one in found if one.about.direction is not None and one.series.values.size]
        if known:
            return _downwards(max(known, key=_points))
    return None


def accuracy(run: RunView, phase: Phase) -> Series | None:
    """Return the accuracy of a phase with the most points; None where there is none."""
    return _longest([x for x in run.with_role(Role.ACCURACY) if x.about.phase is phase])


def last_of(series: Series | None) -> float:
    """Return the last value; NaN without one."""
    return float(series.values[-1]) if series is not None and series.values.size else np.nan


def held(series: Series | None, steps: Floats) -> Floats:
    """Return the value last written by each step; 0, as DeepFD fills, where there is none yet."""
    if series is None or not series.steps.size:
        return np.zeros(steps.shape)
    place = np.searchsorted(series.steps, steps, side="right") - 1
    return np.where(place >= 0, series.values[np.maximum(place, 0)], 0.0)


def _downwards(one: NamedSeries) -> Curve:
    if one.about.direction is Direction.LOWER:
        return Curve(one.series)
    is_share = one.about.role is not Role.RETURN
    best = 1.0 if is_share else 0.0
    return Curve(Series(one.series.steps, best - one.series.values), is_share)


def _held_out(run: RunView, role: Role) -> list[NamedSeries]:
    return [one for one in run.with_role(role) if one.about.phase in HELD_OUT]


def _longest(found: list[NamedSeries]) -> Series | None:
    return max(found, key=_points).series if found else None


def _points(one: NamedSeries) -> int:
    return int(one.series.values.size)
