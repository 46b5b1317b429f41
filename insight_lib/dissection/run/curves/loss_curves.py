"""The training and the validation loss of a run side by side."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.columnar.median import median, window_medians
from insight_lib.dissection.run.curves.losses import (
    fall_of_training,
    training_loss,
    validation_loss,
)
from insight_lib.dissection.run.once import once_a_view
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.change.levels import noise, start_level
from insight_lib.series.change.shift import best_level, departure_from
from insight_lib.series.pairs import pairs
from insight_lib.series.role import Role
from insight_lib.series.series import Series

# Of the last fifth of a series that makes its end: fewer points have no median.
END_POINTS = 3
# Of a series that makes a level on the way.
_LEVEL_SHARE = 0.1


@dataclass(frozen=True)
class Curves:
    """The two losses where they are finite.

    Attributes:
        names: of the training and the validation loss.
        training: the series of the one.
        validation: that of the other.
        best: the place of the least validation loss.
    """

    names: tuple[str, str]
    training: Series
    validation: Series
    best: int

    @cached_property
    def ends(self) -> tuple[float, float]:
        """The level of each at its end: the median of its last fifth, three points at least."""
        return _end(self.training.values), _end(self.validation.values)

    @property
    def end_points(self) -> int:
        """Points of the validation loss that make its end."""
        return _end_points(self.validation.values)

    @property
    def since_best(self) -> int:
        """Points of the validation loss after its best one."""
        return self.validation.values.size - 1 - self.best

    @property
    def lowest(self) -> float:
        """The least validation loss."""
        return float(self.validation.values[self.best])

    @property
    def best_step(self) -> int:
        """Its step."""
        return int(self.validation.steps[self.best])


@once_a_view
def loss_curves(view: RunView, min_points: int) -> Curves | None:
    """Return the two losses, where both are long enough and the training loss fell at all."""
    training, validation = training_loss(view), validation_loss(view)
    fall = fall_of_training(view)
    if training is None or validation is None or fall is None or fall <= 0:
        return None
    return _curves(training, validation, min_points)


def curves_of_parts(view: RunView, min_points: int) -> list[Curves]:
    """Return the losses of each part that is logged of both data, where both are long enough.

    Parts belong together by ``series.pairs``: ``train/box_loss`` and ``val/box_loss``. Training
    must have lowered the one; a loss of zeros was not measured.
    """
    parts = {(one.stream, one.tag): one for one in view.with_role(Role.PARTIAL_LOSS)}
    together = []
    for pair in pairs(view.roles):
        both = [parts[key] for key in (pair.training, pair.held_out) if key in parts]
        if len(both) < 2 or not all(one.series.values.any() for one in both):
            continue
        if any(one.about.moving for one in both):
            continue
        curves = _curves(both[0], both[1], min_points)
        if curves is not None and curves.ends[0] < start_level(curves.training.values):
            together.append(curves)
    return together


def gave_back(curves: Curves, least: float) -> float:
    """Return the share of what the validation loss had gained that it surely lost again.

    1 is all, more where it ends above its start; infinite where it was best at its start. 0 where
    it has not left its best level beyond noise, or by less than ``least`` of that level.
    """
    values, end = curves.validation.values, curves.ends[1]
    best = best_level(values, higher_is_better=False)
    if best is None or end - best.level < least * abs(best.level) or departure_from(best) is None:
        return 0.0
    gained = start_level(values) - best.level
    return (end - best.level) / gained if gained > 0 else np.inf


def ends_beyond_noise(curves: Curves, width: float) -> bool:
    """Return whether the validation loss surely ends above its best level.

    The best level is a median of neighbours, a tenth of all and three at least: the least of many
    noisy points lies below their level by itself, which is why a single lowest point proves
    nothing.

    Args:
        curves: the losses.
        width: by how many standard errors of the end's median.
    """
    values = curves.validation.values
    # A loss that was flat at first may be noisier once it moves.
    spread = max(noise(values), noise(values[curves.best :]))
    error = spread / np.sqrt(curves.end_points)
    return bool(curves.ends[1] - _best_level(values) > width * error)


def _best_level(values: Floats) -> float:
    """Return the lowest median of neighbours, a tenth of all; of half as many at the ends."""
    points = max(END_POINTS, int(values.size * _LEVEL_SHARE))
    half = points // 2 + 1
    # Windows that overlap by three quarters are as good as all of them.
    medians = window_medians(values, min(points, values.size), max(1, points // 4))
    return float(min(medians.min(), median(values[:half]), median(values[-half:])))


def fell_since_best(curves: Curves) -> bool:
    """Return whether the training loss ended below its value at the best validation step."""
    share = curves.best / (curves.validation.steps.size - 1)
    return bool(curves.ends[0] < level_at(curves.training.values, share))


def level_at(values: Floats, share: float) -> float:
    """Return the level of a loss (n,) at a share of its points: the median of three.

    Two series are read at the same place of their run in this way, because their steps need not
    count the same thing (epochs and batches).
    """
    place = round(share * (values.size - 1))
    return median(values[max(0, place - 1) : place + 2])


def _curves(training: NamedSeries, validation: NamedSeries, min_points: int) -> Curves | None:
    names = (training.name, validation.name)
    trained, validated = _finite(training.series), _finite(validation.series)
    if min(trained.steps.size, validated.steps.size) < min_points:
        return None
    return Curves(names, trained, validated, int(np.argmin(validated.values)))


def _finite(series: Series) -> Series:
    known = np.isfinite(series.values)
    return Series(series.steps[known], series.values[known])


def _end(values: Floats) -> float:
    return median(values[-_end_points(values) :])


def _end_points(values: Floats) -> int:
    return max(END_POINTS, values.size // 5)
