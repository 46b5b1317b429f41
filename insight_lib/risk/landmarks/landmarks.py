"""At which steps a run is looked at.

Where its planned length is known: at fixed shares of that. Where it is not: each time that ten
times as many points are seen. Both rules are causal. A share of what a run became would not be: one
that died early would be cut earlier than its peers, and be known by it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Integers
from insight_lib.dissection.run.curves.losses import LOSS_ROLES
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.landmarks.planned import planned_last_step
from insight_lib.risk.landmarks.step_axis import own_steps
from insight_lib.series.role import Role

SHARES = (0.10, 0.25, 0.50)
"""Shares of the planned length at which runs are looked at."""

# Fewer than 10 points have no shape. Each look costs as much as a diagnosis, and the latest one,
# now, is where such a run is scored: more looks on the way would be paid for on every first night.
_FIRST_COUNT, _COUNT_FACTOR = 10, 10
_RESULTS = (
    *LOSS_ROLES,
    *(Role.RETURN, Role.ACCURACY, Role.ERROR_RATE, Role.AUC, Role.F1, Role.SCORE),
    *(Role.PERPLEXITY, Role.REGRESSION_ERROR),
)


@dataclass(frozen=True)
class Landmark:
    """A step at which a run is looked at.

    Attributes:
        share: of the planned length; None for "now", and where points were counted.
        step: the last that may be seen.
    """

    share: float | None
    step: int


def landmarks(run: RunView) -> tuple[Landmark, ...]:
    """Return the landmarks that a run has passed, by rising step; the last is the last step seen.

    By shares of its planned length where that is known; otherwise where the first of its losses,
    returns or scores (without any, of its scalars; of its layers' tensors) has 10, 100, 1,000,
    ... distinct steps. Empty of a run without a point.
    """
    if run.last_step is None:
        return ()
    planned = planned_last_step(run)
    if planned is None:
        passed = [Landmark(None, step) for step in _counted(run)]
    else:
        passed = [one for one in share_landmarks(run, planned) if one.step <= run.last_step]
    seen = {one.step for one in passed}
    now = () if run.last_step in seen else (Landmark(None, run.last_step),)
    return (*passed, *now)


def share_landmarks(run: RunView, last_step: int) -> tuple[Landmark, ...]:
    """Return the landmarks of a run whose length is known, by rising step.

    Left out are those at which it had no point yet; a later one at the step of an earlier is kept.

    Args:
        run: a run, which need not have got as far.
        last_step: that it was planned to reach; of a finished run that was not cut short, its last.
    """
    if run.first_step is None:
        return ()
    origin = _origin(run)
    found = (Landmark(share, round(origin + share * (last_step - origin))) for share in SHARES)
    return tuple(one for one in found if one.step >= run.first_step)


def _origin(run: RunView) -> int:
    """Return the step at which the run began: 0, or its first where it continued another.

    A first mean over an epoch or a rollout lies one gap after the beginning.
    """
    steps = np.unique(np.concatenate([*own_steps(run).values(), *_steps_of_layers(run)]))
    first = int(steps[0])
    gap = int(steps[1]) - first if steps.size > 1 else first
    return first if first > 2 * gap else 0


def _counted(run: RunView) -> Iterator[int]:
    steps = own_steps(run)
    results = [steps[key] for key, one in run.roles.items() if one.role in _RESULTS]
    series = results or list(steps.values()) or list(_steps_of_layers(run))
    distinct = [_distinct(one) for one in series]
    most = max(one.size for one in distinct)
    for count in _counts():
        if count > most:
            return
        yield min(int(one[count - 1]) for one in distinct if one.size >= count)


def _distinct(rising: Integers) -> Integers:
    """Return the distinct ones of steps (n,) that never fall, n from 1."""
    goes_on = np.ones(rising.size, dtype=np.bool_)
    np.not_equal(rising[1:], rising[:-1], out=goes_on[1:])
    return rising[goes_on]


def _counts() -> Iterator[int]:
    count = _FIRST_COUNT
    while True:
        yield count
        count *= _COUNT_FACTOR


def _steps_of_layers(run: RunView) -> Iterable[Integers]:
    return (one.steps for one in run.layers.values())
