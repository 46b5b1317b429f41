"""Spikes of a series: values far above all that was usual before them."""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.columnar.median import row_medians, window_medians
from insight_lib.series.change.levels import NORMAL_MAD, noise

# Points before a value that say what is usual.
_WINDOW = 25
_LEAST_WINDOW = 5
# Of the finite points: a shorter series has a shorter memory.
_WINDOW_SHARE = 0.25
WIDTH = 10.0
"""Robust standard deviations above the usual level.

Hampel (*The influence curve and its role in robust estimation*, Journal of the American Statistical
Association 69, 1974) rejects a value beyond 3. Beyond 10 there was one in 900 series of 1,000
points of white noise and of first-order autoregressions of 0.5 and 0.9, and 1 in 2,000 values of
Student's distribution with 3 degrees of freedom, whose tails are heavy.
"""
# Of the width: nearer than this a value is usual again.
_BACK_SHARE = 0.4
# Points in a row that must be usual, so that the noise of a blown-up series is no recovery.
_BACK_POINTS = 3
# Of a longer series the usual level is taken every few values.
_MOST_WINDOWS = 2_000
# Of the largest value: less is rounding of float32.
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Spike:
    """A rise far beyond the noise, and whether the series came back.

    Attributes:
        place: of the first value that is far above what was usual before it.
        height: of the highest value until it recovers, above the usual level.
        recovered_place: from which values are usual again, three in a row or all to the end; None
            where they never are.
    """

    place: int
    height: float
    recovered_place: int | None


def spikes(values: Floats, *, width: float = WIDTH) -> tuple[Spike, ...]:
    """Return the spikes of a series (n,), in order; the last one may be a lasting step.

    A value is a spike where it lies ``width`` robust standard deviations above the median of the
    values before it: 25 of them, a quarter of the finite ones if that is less, five at least, so
    that fewer than six finite points have none. The deviation is the larger of theirs and of the
    whole series' point-to-point noise. Spikes downward are those of ``-values``.
    """
    places = np.flatnonzero(np.isfinite(values))
    finite = values[places].astype(float)
    window = max(_LEAST_WINDOW, min(_WINDOW, int(finite.size * _WINDOW_SHARE) | 1))
    if finite.size <= window:
        return ()
    hop = -(-(finite.size - window) // _MOST_WINDOWS)
    usual = _repeated(window_medians(finite[:-1], window, hop), hop, finite.size - window)
    least = max(noise(finite), _ROUNDING * float(np.abs(finite).max()))
    if not (finite[window:] > usual + width * least).any():
        return ()
    spread = np.maximum(_repeated(_spreads(finite, window, hop), hop, usual.size), least)
    found: list[Spike] = []
    begin = 0
    starts = np.flatnonzero(finite[window:] > usual + width * spread)
    for start in starts:
        if start < begin:
            continue
        place = int(start) + window
        end = _recovered(finite, place, usual[start] + _BACK_SHARE * width * spread[start])
        height = float(finite[place:end].max() - usual[start])
        back = None if end is None else int(places[end])
        found.append(Spike(int(places[place]), height, back))
        if end is None:
            break
        begin = end - window
    return tuple(found)


def _spreads(values: Floats, window: int, hop: int) -> Floats:
    """Return the spread of each window of values around its own median."""
    windows = np.lib.stride_tricks.sliding_window_view(values[:-1], window)[::hop]
    return NORMAL_MAD * row_medians(np.abs(windows - row_medians(windows)[:, np.newaxis]))


def _repeated(values: Floats, hop: int, size: int) -> Floats:
    return values if hop == 1 else np.repeat(values, hop)[:size]


def _recovered(values: Floats, place: int, limit: float) -> int | None:
    """Return the first place after a spike from which three values in a row are usual again."""
    unusual = np.flatnonzero(values[place:] > limit) + place
    gaps = np.diff(unusual, append=values.size + _BACK_POINTS)
    last = int(unusual[np.argmax(gaps > _BACK_POINTS)])
    return last + 1 if last + 1 < values.size else None
