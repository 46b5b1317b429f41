"""A training loss that still falls at the end of the run nearly as fast as at its start."""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.columnar.median import median
from insight_lib.dissection.findings.remedy import Remedy, remedy
from insight_lib.dissection.run.curves.losses import is_per_epoch, training_loss, validation_loss
from insight_lib.dissection.run.guessing.baseline import guess
from insight_lib.dissection.run.learning import FALL_BELOW_GUESSING
from insight_lib.dissection.run.once import once_a_view
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.change.levels import end_level, noise, start_level
from insight_lib.series.change.trend import trend

MIN_POINTS = 5
# Of an exponential approach to its end, the last third brings a twentieth of the first.
STEADY = 0.5
NOISE_WIDTH = 4.0
# Of each third the medians of two halves are compared.
_LEAST_OF_THIRD = 2


@dataclass(frozen=True)
class SteadyFall:
    """The loss and where its line leads.

    Attributes:
        loss: the training loss.
        steps, values: (n,) where it is finite.
        target: the loss that counts as learnt; None where it is not known what guessing costs.
        more_steps: after how many more steps the line through its second half is there; None
            likewise.
        epochs: how many the loss has, of one that is written once an epoch; None otherwise.
        more_epochs: ``more_steps`` in epochs, likewise.
    """

    loss: NamedSeries
    steps: Integers
    values: Floats
    target: float | None
    more_steps: float | None
    epochs: int | None
    more_epochs: int | None

    @property
    def wanted(self) -> str | None:
        """How many more epochs, or steps, the line asks for; None where that is not known."""
        if self.more_epochs is not None:
            return _counted(self.more_epochs, "epoch")
        return None if self.more_steps is None else _counted(_rounded(self.more_steps), "step")

    @property
    def advice(self) -> str:
        """What to change, one sentence."""
        more = self._more_epochs_to_train
        longer = self.wanted if more is None else _counted(more, "epoch")
        longer = "longer" if longer is None else f"about {longer}"
        return f"Train {longer}, or raise the learning rate by a factor of three to ten."

    @property
    def remedy(self) -> Remedy | None:
        """The number of epochs that the line asks for; None where that is not known."""
        more = self._more_epochs_to_train
        if self.epochs is None or more is None:
            return None
        return remedy("epochs", self.epochs + more, old=self.epochs)

    @property
    def _more_epochs_to_train(self) -> int | None:
        """As many more as the line asks for, at least as many as there were."""
        if self.epochs is None or self.more_epochs is None:
            return None
        # Falls flatten, and the loss to reach is but the least that counts as learnt.
        return max(self.epochs, self.more_epochs)


@once_a_view
def steady_fall(
    view: RunView,
    steady: float = STEADY,
    noise_width: float = NOISE_WIDTH,
    min_points: int = MIN_POINTS,
    to_reach: float = 1 - FALL_BELOW_GUESSING,
) -> SteadyFall | None:
    """Return the fall of the training loss, if it is steady and beyond noise.

    None also where a validation loss does not fall with it: what is memorised needs no more epochs.

    Args:
        view: the run.
        steady: what the last third of the run brings at least, as a share of what the first did.
        noise_width: by how many standard errors the last third's fall exceeds its noise.
        min_points: of the loss at least.
        to_reach: the loss that counts as learnt, as a share of the way from no error to guessing.
    """
    loss = training_loss(view)
    if loss is None:
        return None
    known = np.isfinite(loss.series.values)
    steps, values = loss.series.steps[known], loss.series.values[known]
    if values.size < min_points or not _is_steady(steps, values, steady, noise_width):
        return None
    if not _validation_follows(view):
        return None
    guessing = guess(view)
    return _fall(loss, steps, values, None if guessing is None else guessing.at(to_reach))


def _fall(loss: NamedSeries, steps: Integers, values: Floats, target: float | None) -> SteadyFall:
    epochs = int(values.size) if is_per_epoch(loss) else None
    half = min(values.size // 2, values.size - 4)
    slope = trend(steps[half:], values[half:]).slope
    if target is None or not slope < 0 or values[-1] <= target:
        return SteadyFall(loss, steps, values, target, None, epochs, None)
    more_steps = float((values[-1] - target) / -slope)
    an_epoch = median(np.diff(steps))
    more_epochs = None if epochs is None else _rounded(more_steps / an_epoch)
    return SteadyFall(loss, steps, values, target, more_steps, epochs, more_epochs)


def _is_steady(steps: Integers, values: Floats, steady: float, noise_width: float) -> bool:
    """Return whether the loss falls in the last third nearly as much as in the first."""
    ends = np.linspace(steps[0], steps[-1], 4)[1:3]
    # Points need not be equally far apart: a third of them may be nearly all of the training.
    first, _, last = np.split(values, np.searchsorted(steps, ends))
    if min(first.size, last.size) < _LEAST_OF_THIRD:
        return False
    early, late = _fall_within(first), _fall_within(last)
    if not 0 < early <= late / steady:
        return False
    return bool(late > noise_width * noise(values) / np.sqrt(last.size))


def _fall_within(values: Floats) -> float:
    """Return the difference between the medians of the first and of the second half."""
    half = values.size // 2
    return median(values[:half]) - median(values[half:])


def _validation_follows(view: RunView) -> bool:
    validation = validation_loss(view)
    if validation is None or np.isfinite(validation.series.values).sum() < _LEAST_OF_THIRD:
        return True
    return bool(end_level(validation.series.values) < start_level(validation.series.values))


def _rounded(count: float) -> int:
    """Return a count by two digits: a line tells no more."""
    return max(1, int(float(f"{count:.2g}")))


def _counted(count: int, what: str) -> str:
    return f"{count:,} more {what}{'' if count == 1 else 's'}"
