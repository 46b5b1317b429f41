"""What the order of a tensor's elements tells: quantiles and histogram."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.tracer.stats_format import EXACT_ORDER_ELEMENTS, QUANTILES

HISTOGRAM_BUCKETS = 30
_QUANTILES = np.array(QUANTILES)
_BUCKET_SHARES = np.arange(HISTOGRAM_BUCKETS + 1) / HISTOGRAM_BUCKETS
_GOLDEN = (np.sqrt(5) - 1) / 2


class Ordered(NamedTuple):
    """Finite elements in order, each of which stands for ``weight`` of the tensor's."""

    elements: Floats
    weight: float


def ordered(row: NDArray[Any]) -> Ordered:
    """Sort the finite elements of a tensor of one axis, or a sample of a large one."""
    sample = row if row.size <= EXACT_ORDER_ELEMENTS else row[_sample_places(row.size)]
    elements = np.sort(sample).astype(np.float64)
    # NaN sorts last and fails every comparison.
    if elements.size and not (elements[0] > -np.inf and elements[-1] < np.inf):
        elements = elements[np.isfinite(elements)]
    return Ordered(elements, row.size / sample.size if row.size else 1.0)


@lru_cache(maxsize=16)
def _sample_places(size: int) -> Integers:
    """Spread a fixed sample over all axes: multiples of the golden ratio, modulo one (Weyl)."""
    shares = np.arange(EXACT_ORDER_ELEMENTS) * _GOLDEN % 1.0
    places: Integers = (shares * size).astype(np.int64)
    return places


def quantiles(found: Ordered) -> Floats:
    """Interpolate the ``QUANTILES`` linearly; NaN of nothing."""
    if found.elements.size == 0:
        return np.full(len(QUANTILES), np.nan)
    below, above, share = _quantile_places(found.elements.size)
    return found.elements[below] * (1 - share) + found.elements[above] * share


@lru_cache(maxsize=256)
def _quantile_places(size: int) -> tuple[Integers, Integers, Floats]:
    place = _QUANTILES * (size - 1)
    below = place.astype(np.int64)
    return below, np.minimum(below + 1, size - 1), place - below


def histogram(found: Ordered, low: float, high: float) -> Floats:
    """Count in buckets of equal width from minimum to maximum; a constant gets one around it."""
    elements = found.elements
    if elements.size == 0:
        return np.zeros((0, 3))
    if low == high:
        return np.array([[low - 0.5, high + 0.5, elements.size * found.weight]])
    buckets = np.empty((HISTOGRAM_BUCKETS, 3))
    # Quarters keep the width of a range near the largest float from overflowing.
    edges = 4 * (low / 4 + (high / 4 - low / 4) * _BUCKET_SHARES)
    edges[-1] = high
    below = elements.searchsorted(edges[1:-1], "left")
    buckets[:, 0], buckets[:, 1] = edges[:-1], edges[1:]
    buckets[0, 2] = below[0]
    buckets[1:-1, 2] = below[1:] - below[:-1]
    buckets[-1, 2] = elements.size - below[-1]
    buckets[:, 2] *= found.weight
    return buckets
