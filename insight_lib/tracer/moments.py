"""Exact moments of a tensor in double precision, without a double-precision copy of it."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

# As doubles this fits a core's second-level cache.
_CHUNK = 2**16


class Moments(NamedTuple):
    """Sums over the finite elements; ``nans`` counts beside them.

    Two merge by Chan's formula (Chan, Golub, LeVeque 1979); ``Moments()`` is the neutral element.
    """

    finite: int = 0
    nans: int = 0
    mean: float = 0.0
    m2: float = 0.0
    low: float = np.inf
    high: float = -np.inf
    l1: float = 0.0
    squares: float = 0.0
    zeros: int = 0
    positives: int = 0
    outside: int = 0

    def merge(self, other: "Moments") -> "Moments":
        """Return the moments of both together."""
        finite = self.finite + other.finite
        if finite == 0:
            return self._replace(nans=self.nans + other.nans)
        share, shift = other.finite / finite, other.mean - self.mean
        return Moments(
            finite=finite,
            nans=self.nans + other.nans,
            mean=self.mean + shift * share,
            m2=self.m2 + other.m2 + shift * shift * self.finite * share,
            low=min(self.low, other.low),
            high=max(self.high, other.high),
            l1=self.l1 + other.l1,
            squares=self.squares + other.squares,
            zeros=self.zeros + other.zeros,
            positives=self.positives + other.positives,
            outside=self.outside + other.outside,
        )


def moments_of(flat: NDArray[Any], ends: tuple[float, float] | None = None) -> Moments:
    """Sum up a tensor of one axis; ``outside`` counts what is at or beyond ``ends``."""
    found = Moments()
    for start in range(0, flat.size, _CHUNK):
        found = found.merge(_of_chunk(flat[start : start + _CHUNK].astype(np.float64), ends))
    return found


def _of_chunk(chunk: NDArray[np.float64], ends: tuple[float, float] | None) -> Moments:
    size, nans = chunk.size, 0
    low, high = float(chunk.min()), float(chunk.max())
    # The minimum of elements of which one is NaN is NaN.
    if not (low > -np.inf and high < np.inf):
        nans = int(np.count_nonzero(np.isnan(chunk)))
        chunk = chunk[np.isfinite(chunk)]
        if chunk.size == 0:
            return Moments(nans=nans)
        low, high = float(chunk.min()), float(chunk.max())
        size = chunk.size
    mean = float(np.add.reduce(chunk)) / size
    deviation = chunk - mean
    return Moments(
        finite=size,
        nans=nans,
        mean=mean,
        m2=float(deviation @ deviation),
        low=low,
        high=high,
        l1=float(np.add.reduce(np.abs(chunk, out=deviation))),
        squares=float(chunk @ chunk),
        zeros=size - int(np.count_nonzero(chunk)),
        positives=int(np.count_nonzero(chunk > 0)),
        outside=0 if ends is None else _count_outside(chunk, ends),
    )


def _count_outside(chunk: NDArray[np.float64], ends: tuple[float, float]) -> int:
    low, high = ends
    return int(np.count_nonzero(chunk <= low) + np.count_nonzero(chunk >= high))
