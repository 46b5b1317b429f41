"""Which series of a run is its loss, and where that loss began, went and ended."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.run.scalar_roles import Role, has_moving_target, is_per_epoch, role
from insight_lib.dissection.run.view import RunView, Series

_MIN_EPOCH_POINTS = 3
_START_SHARE = 0.1
# Learning, or diverging, may be quick: a longer start would already hold its result.
_START_POINTS = 3
_END_SHARE = 0.2


@dataclass(frozen=True)
class LossSeries:
    """A loss with the stream and tag that it was found under."""

    stream: str
    tag: str
    series: Series

    @property
    def name(self) -> str:
        """``train/epoch_loss``; the tag alone for the run's own stream."""
        return self.tag if self.stream == "." else f"{self.stream}/{self.tag}"


def losses(view: RunView) -> Iterator[LossSeries]:
    """Yield every series whose name says that it is a loss, of the whole or of a part."""
    wanted = {Role.TRAINING_LOSS, Role.VALIDATION_LOSS, Role.PARTIAL_LOSS}
    for (stream, tag), series in view.scalars.items():
        if role(stream, tag) in wanted:
            yield LossSeries(stream, tag, series)


def training_losses(view: RunView) -> list[LossSeries]:
    """Return every training loss that should fall; none where the run follows a moving target.

    A series of zeros next to a training loss that is not zero is no loss: so Keras logs the
    ``loss`` of an epoch where a custom ``train_step`` does not update its tracker.
    """
    return _falling(view, Role.TRAINING_LOSS)


def validation_losses(view: RunView) -> list[LossSeries]:
    """Return every validation loss that should fall; none likewise."""
    return _falling(view, Role.VALIDATION_LOSS)


def training_loss(view: RunView) -> LossSeries | None:
    """Return the training loss that should fall; None where there is none."""
    return max(_falling(view, Role.TRAINING_LOSS), key=_preference, default=None)


def validation_loss(view: RunView) -> LossSeries | None:
    """Return the validation loss that should fall; None where there is none."""
    return max(_falling(view, Role.VALIDATION_LOSS), key=_preference, default=None)


def batch_loss(view: RunView) -> LossSeries | None:
    """Return the training loss of single steps, where it is written next to that of epochs."""
    chosen = [loss for loss in training_losses(view) if not is_per_epoch(loss.tag)]
    return max(chosen, key=lambda loss: loss.series.steps.size, default=None)


def start_of_training(view: RunView, loss: LossSeries) -> float:
    """Return the training loss before anything was learnt, as far as it is known.

    The mean over a first epoch already holds what that epoch learnt or destroyed; where the loss of
    single steps is written from an earlier step on, its first value is taken.
    """
    steps = batch_loss(view)
    if steps is None or steps.tag == loss.tag or not np.isfinite(steps.series.values[0]):
        return start_level(loss.series.values)
    if steps.series.steps[0] >= loss.series.steps[0]:
        return start_level(loss.series.values)
    return float(steps.series.values[0])


def fall_of_training(view: RunView) -> float | None:
    """Return the share of its start that the training loss lost by its end.

    1 is a fall to zero, 0 none, below 0 a rise. None where there is no training loss that should
    fall, where it does not start above zero or does not end finite.
    """
    loss = training_loss(view)
    if loss is None or not np.isfinite(loss.series.values[-1]):
        return None
    start, end = start_of_training(view, loss), end_level(loss.series.values)
    return 1 - end / start if start > 0 else None


def accuracies(view: RunView) -> list[Series]:
    """Return the accuracies, in 0..1, in training or, where none was written, in validation."""
    for wanted in (Role.TRAINING_ACCURACY, Role.VALIDATION_ACCURACY):
        found = [series for key, series in view.scalars.items() if role(*key) is wanted]
        if found:
            return found
    return []


def validation_accuracies(view: RunView) -> list[Series]:
    """Return the accuracies in validation, in 0..1."""
    return [s for key, s in view.scalars.items() if role(*key) is Role.VALIDATION_ACCURACY]


def start_level(values: Floats) -> float:
    """Return the median of the first tenth of the finite values, one to three; NaN of none."""
    finite = values[np.isfinite(values)]
    first = min(_window(finite.size, _START_SHARE), _START_POINTS)
    return float(np.median(finite[:first])) if finite.size else np.nan


def end_level(values: Floats) -> float:
    """Return the median of the last fifth (at least one) of the finite values; NaN of none."""
    finite = values[np.isfinite(values)]
    return float(np.median(finite[-_window(finite.size, _END_SHARE) :])) if finite.size else np.nan


def noise(values: Floats) -> float:
    """Return the standard deviation of point-to-point noise, 0 of fewer than three points.

    The median absolute difference of neighbours over sqrt(2), scaled to a normal distribution: a
    steady fall hardly moves it and a single spike does not.
    """
    finite = values[np.isfinite(values)]
    if finite.size < 3:
        return 0.0
    differences = np.diff(finite)
    spread = np.median(np.abs(differences - np.median(differences)))
    return float(1.4826 * spread / np.sqrt(2))


def _window(size: int, share: float) -> int:
    return max(1, int(size * share))


def _falling(view: RunView, wanted: Role) -> list[LossSeries]:
    if has_moving_target(tag for _, tag in view.scalars):
        return []
    named = {key: role(*key) for key in view.scalars}
    training = [view.scalars[key].values for key in named if named[key] is Role.TRAINING_LOSS]
    has_values = any(values.any() for values in training)
    return [
        LossSeries(stream, tag, series)
        for (stream, tag), series in view.scalars.items()
        if named[stream, tag] is wanted and (series.values.any() or not has_values)
    ]


def _preference(loss: LossSeries) -> tuple[bool, int]:
    points = loss.series.steps.size
    return is_per_epoch(loss.tag) and points >= _MIN_EPOCH_POINTS, points
