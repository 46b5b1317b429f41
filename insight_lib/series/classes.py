"""How many classes a run distinguishes, by the loss and the accuracy of guessing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.series.role import Phase, Role, SeriesRole
from insight_lib.series.series import Key, Series

_FIRST_POINTS = 3
_LOSS_OFF_NATS = 0.1
"""An untrained network's loss is a little above ln K."""
_ACCURACY_OFF = 0.1
"""As a share of 1/K: classes are not quite equally frequent, and an accuracy is noisy."""
_MOST_CLASSES = 100_000


@dataclass(frozen=True)
class InferredClasses:
    """A number of classes, and the loss and accuracy of guessing that it was inferred from.

    Attributes:
        classes: K.
        loss: the loss whose level is near ln K.
        loss_level: that level, in nats.
        accuracy: the accuracy whose level is near 1/K.
        accuracy_level: that level, a fraction.
    """

    classes: int
    loss: Key
    loss_level: float
    accuracy: Key
    accuracy_level: float


def inferred_classes(
    scalars: Mapping[Key, Series], roles: Mapping[Key, SeriesRole]
) -> InferredClasses | None:
    """Return how many classes a run guesses among at its start, or all along; None where not sure.

    A model that guesses among K equally frequent classes has a cross entropy of ln K and an
    accuracy of 1/K; only where both say the same K is it taken.
    """
    for loss, accuracy in _candidates(roles):
        losses, hits = scalars[loss].values, scalars[accuracy].values * roles[accuracy].scale
        for levels in (_first_level, _level):
            level, share = levels(losses), levels(hits)
            classes = _agreed(level, share)
            if classes is not None:
                return InferredClasses(classes, loss, level, accuracy, share)
    return None


def _candidates(roles: Mapping[Key, SeriesRole]) -> Iterator[tuple[Key, Key]]:
    """Yield the pairs of a loss and an accuracy of one phase, of training first."""
    for phase in (Phase.TRAIN, Phase.VALIDATION, Phase.TEST):
        of_phase = [(key, one) for key, one in roles.items() if one.phase is phase]
        for loss, one in of_phase:
            if one.role is Role.TOTAL_LOSS and not one.moving:
                for accuracy, other in of_phase:
                    if other.role is Role.ACCURACY:
                        yield loss, accuracy


def _agreed(loss: float, accuracy: float) -> int | None:
    """Return the K of which a loss is near ln K and an accuracy near 1/K; None where there is none.

    Of few classes an accuracy may be half the way to that of one class more or less.

    >>> _agreed(2.31, 0.098), _agreed(0.69, 0.52), _agreed(2.31, 0.4)
    (10, 2, None)
    """
    if not (0 < loss < np.log(_MOST_CLASSES) and 1 / _MOST_CLASSES < accuracy < 1):
        return None
    near = {round(1 / accuracy), round(float(np.exp(loss)))}
    off = {
        classes: (abs(np.log(classes) - loss) / _LOSS_OFF_NATS, abs(accuracy * classes - 1))
        for classes in near
        if classes >= 2
    }
    fits = {k: a + b for k, (a, b) in off.items() if a <= 1 and b <= max(_ACCURACY_OFF, 0.5 / k)}
    return min(fits, key=lambda classes: fits[classes], default=None)


def _first_level(values: Floats) -> float:
    return _level(values[:_FIRST_POINTS])


def _level(values: Floats) -> float:
    finite = values[np.isfinite(values)]
    return float(np.median(finite)) if finite.size else np.nan
