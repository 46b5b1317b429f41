"""Levels and noise of a series by medians, which a few outliers do not move."""

import math

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.columnar.median import finite_of, median_of, window_medians
from insight_lib.kernels import compiles_ahead, kernel

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
    return start_level_of(np.ascontiguousarray(values, np.float64))


def end_level(values: Floats) -> float:
    """Return the median of the last fifth (at least one) of the finite values; NaN of none."""
    return _end_level(np.ascontiguousarray(values, np.float64))


def levels(values: Floats, parts: int) -> Floats:
    """Return the medians of ``parts`` stretches of equal length of the finite values.

    Fewer finite values than ``parts`` are a stretch each; of none there is no level.
    """
    return _levels(np.ascontiguousarray(values, np.float64), parts)


def highest_stretch(values: Floats) -> slice:
    """Return the stretch of finite values (n,) with the highest median; the first of several.

    It is a tenth of them, three at least: as few as let a short good time count.
    """
    width = max(_STRETCH_POINTS, int(values.size * _STRETCH_SHARE))
    start = int(np.argmax(window_medians(values, min(width, values.size))))
    return slice(start, start + width)


def noise(values: Floats) -> float:
    """Return the standard deviation of point-to-point noise, 0 of fewer than three points.

    The median absolute difference of neighbours over sqrt(2), scaled to a normal distribution: a
    steady fall hardly moves it and a single spike does not.
    """
    return _noise(np.ascontiguousarray(values, np.float64))


@kernel
def start_level_of(values: Floats) -> float:
    """Return ``start_level``, for kernels."""
    finite = finite_of(values)
    return median_of(finite[: min(_window(finite.size, _START_SHARE), _START_POINTS)])


@kernel
def _end_level(values: Floats) -> float:
    finite = finite_of(values)
    return median_of(finite[max(0, finite.size - _window(finite.size, END_SHARE)) :])


@kernel
def _window(size: int, share: float) -> int:
    return max(1, int(size * share))


@kernel
def _levels(values: Floats, parts: int) -> Floats:
    finite = finite_of(values)
    parts = min(parts, finite.size)
    found = np.empty(parts)
    stop = 0
    for part in range(parts):
        start = stop
        # The first stretches hold one more of what does not divide evenly.
        stop = start + finite.size // parts + (1 if part < finite.size % parts else 0)
        found[part] = median_of(finite[start:stop])
    return found


@kernel
def _noise(values: Floats) -> float:
    finite = finite_of(values)
    if finite.size < 3:
        return 0.0
    moves = finite[1:] - finite[:-1]
    middle = median_of(moves.copy())
    return NORMAL_MAD * median_of(np.abs(moves - middle)) / math.sqrt(2)


@compiles_ahead
def _call_kernels() -> None:
    values = np.ones(3)
    start_level(values)
    end_level(values)
    levels(values, 2)
    noise(values)
