"""The step up to which a run may be looked at, so that its future never enters its features.

The rule is causal: it counts points from the run's start. A share of the run's length would leak:
a run that died early would be cut earlier than its peers.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Integers
from insight_lib.dissection.run.curves.losses import HELD_OUT
from insight_lib.dissection.run.view import RunView
from insight_lib.series.names.phases import is_held_out
from insight_lib.series.role import Cadence, Phase, Role
from insight_lib.series.series import Series


@dataclass(frozen=True)
class Cutoff:
    """How much of each run may be seen.

    Attributes:
        validation_points: validation points that a run may have written, at least 1; for a run
            without validation, points of a series that is written once an epoch.
        loss_points: points of the training loss (else of any scalar, else of any layer statistic)
            that a run without either may have written, at least 1.
    """

    validation_points: int = 3
    loss_points: int = 30

    def step_of(self, run: RunView) -> int:
        """Return the last step that may be seen of a run that has at least one point.

        It is the earliest step at which a series of the first kind below that the run has reaches
        its number of points; the run's last step where none does. The kinds: validation loss,
        another series of a validation stream, once an epoch, training loss, any scalar, any tensor.
        """
        for steps, points in self._kinds(run):
            reached = [_kth(one, points) for one in steps]
            if reached:
                return min((step for step in reached if step is not None), default=_last_step(run))
        return _last_step(run)

    def _kinds(self, run: RunView) -> Iterable[tuple[list[Integers], int]]:
        scalars, tensors, roles = run.scalars, run.layers, run.roles
        for chosen, points in (
            (_losses(run, HELD_OUT), self.validation_points),
            (_of_validation_streams(scalars), self.validation_points),
            (
                [scalars[key] for key, about in roles.items() if about.cadence is Cadence.EPOCH],
                self.validation_points,
            ),
            (_losses(run, {Phase.TRAIN}), self.loss_points),
            (list(scalars.values()), self.loss_points),
            (list(tensors.values()), self.loss_points),
        ):
            yield [one.steps for one in chosen], points


def _losses(run: RunView, phases: Collection[Phase]) -> list[Series]:
    return [one.series for one in run.with_role(Role.TOTAL_LOSS, phases=phases)]


def _of_validation_streams(scalars: Mapping[tuple[str, str], Series]) -> list[Series]:
    return [one for (stream, _), one in scalars.items() if is_held_out(stream)]


def _last_step(run: RunView) -> int:
    every = [one.steps for one in run.scalars.values()] + [one.steps for one in run.layers.values()]
    return max(int(steps[-1]) for steps in every)


def _kth(steps: Integers, k: int) -> int | None:
    """Return the k-th distinct step, from 1, of rising steps; None where there are fewer."""
    distinct = np.unique(steps)
    return int(distinct[k - 1]) if distinct.size >= k else None
