"""Levels and noise of a series by medians, which a few outliers do not move."""

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.columnar.median import median, row_medians

_START_SHARE = 0.1
# Learning, or diverging, may be quick: a longer start would already hold its result.
_START_POINTS = 3
END_SHARE = 0.2
_STRETCH_SHARE = 0.1
_STRETCH_POINTS = 3
NORMAL_MAD = 1.4826
"""Standard deviations of a normal distribution in one median absolute deviation (Hampel 1974)."""


def start_level(values: Floats) -> float:
    """Return the median of the first tenth of the finite values, one to three; NaN of none."""
    finite = values[np.isfinite(values)]
    first = min(_window(finite.size, _START_SHARE), _START_POINTS)
    return median(finite[:first]) if finite.size else np.nan


def end_level(values: Floats) -> float:
    """Return the median of the last fifth (at least one) of the finite values; NaN of none."""
    finite = values[np.isfinite(values)]
    return median(finite[-_window(finite.size, END_SHARE) :]) if finite.size else np.nan


def levels(values: Floats, parts: int) -> Floats:
    """Return the medians of ``parts`` stretches of equal length of the finite values.

    Fewer finite values than ``parts`` are a stretch each; of none there is no level.
    """
    finite = values[np.isfinite(values)]
    if not finite.size:
        return np.empty(0)
    stretches = np.array_split(finite, min(parts, finite.size))
    return np.array([median(stretch) for stretch in stretches])


def highest_stretch(values: Floats) -> slice:
    """Return the stretch of finite values (n,) with the highest median; the first of several.

    It is a tenth of them, three at least: as few as let a short good time count.
    """
    width = max(_STRETCH_POINTS, int(values.size * _STRETCH_SHARE))
    windows = np.lib.stride_tricks.sliding_window_view(values, min(width, values.size))
    start = int(np.argmax(row_medians(windows)))
    return slice(start, start + width)


def noise(values: Floats) -> float:
    """Return the standard deviation of point-to-point noise, 0 of fewer than three points.

    The median absolute difference of neighbours over sqrt(2), scaled to a normal distribution: a
    steady fall hardly moves it and a single spike does not.
    """
    finite = values[np.isfinite(values)]
    if finite.size < 3:
        return 0.0
    differences = np.diff(finite)
    spread = median(np.abs(differences - median(differences)))
    return float(NORMAL_MAD * spread / np.sqrt(2))


def _window(size: int, share: float) -> int:
    return max(1, int(size * share))
