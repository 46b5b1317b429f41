"""The compact statistics and the histogram of one tensor, as ``stats_format`` specifies them.

numpy, not TensorFlow: a traced step asks for some dozens of small tensors, where the cost is the
number of operations called, and operations in the compiled step would make its compilation longer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from insight_lib.tracer.moments import moments_of
from insight_lib.tracer.stats_format import (
    EXACT_ORDER_ELEMENTS,
    QUANTILES,
    SATURATION_BOUNDS,
    STATS_DTYPE,
    STATS_FIELDS,
)

FloatArray = NDArray[np.float64]
Facts = Mapping[str, float]
HISTOGRAM_BUCKETS = 30
_QUANTILES = np.array(QUANTILES)
_FIRST_QUANTILE = len(STATS_FIELDS) - len(QUANTILES)
_PLACE = {name: i for i, name in enumerate(STATS_FIELDS)}
_BUCKET_SHARES = np.arange(HISTOGRAM_BUCKETS + 1) / HISTOGRAM_BUCKETS
_GOLDEN = (np.sqrt(5) - 1) / 2
_FEW_ROWS = 8


@dataclass(frozen=True)
class TensorSummary:
    """``stats``: float64 of shape (27,), see ``STATS_FIELDS``; ``histogram``: (k, 3), k from 0."""

    stats: FloatArray
    histogram: FloatArray


def summarize(
    values: NDArray[Any],
    facts: Facts | None = None,
    flat_ends: tuple[float, float] | None = None,
) -> TensorSummary:
    """Summarize a tensor of any shape and floating type.

    Args:
        values: the tensor.
        facts: fields that belong to its kind; every other of these is NaN.
        flat_ends: where the layer's function is flat; ``saturated`` is counted there.
    """
    flat = values.reshape(-1)
    if flat.dtype.itemsize < 4:
        flat = flat.astype(np.float32)
    # A float64 tensor may hold values whose squares overflow: its l2 and m2 are then infinite.
    with np.errstate(over="ignore", invalid="ignore"):
        stats = _stats(flat, flat_ends)
        for name, value in (facts or {}).items():
            stats[_PLACE[name]] = value
        ordered, weight = _ordered(flat)
        stats[_FIRST_QUANTILE:] = _quantiles(ordered)
        histogram = _histogram(ordered, stats[_PLACE["min"]], stats[_PLACE["max"]])
    histogram[:, 2] *= weight
    return TensorSummary(stats, histogram)


def summarize_activation(values: NDArray[Any], activation: str | None) -> TensorSummary:
    """Summarize a layer's output.

    Args:
        values: first axis the examples, last axis the units; with fewer than two axes, one unit.
        activation: name of the layer's activation function, which says where it is flat.

    Returns:
        The summary, with ``units``, ``dead_units``, ``constant_units`` and ``saturated``.
    """
    units = values.shape[-1] if values.ndim > 1 else 1
    facts: dict[str, float] = {
        "units": units,
        "dead_units": _dead_units(values.reshape(-1, units)),
        "constant_units": _constant_units(values, units),
    }
    flat_ends = SATURATION_BOUNDS.get(activation or "")
    if flat_ends is None:
        facts["saturated"] = 0
    return summarize(values, facts, flat_ends)


def _stats(flat: NDArray[Any], flat_ends: tuple[float, float] | None) -> FloatArray:
    found = moments_of(flat, flat_ends)
    stats = np.full(len(STATS_FIELDS), np.nan, STATS_DTYPE)
    stats[:10] = (
        flat.size,
        found.mean if found.finite else np.nan,
        found.m2,
        found.low if found.finite else np.nan,
        found.high if found.finite else np.nan,
        found.l1,
        np.sqrt(found.squares),
        found.zeros,
        found.nans,
        flat.size - found.finite - found.nans,
    )
    stats[_PLACE["positives"]] = found.positives
    if flat_ends is not None:
        stats[_PLACE["saturated"]] = found.outside
    return stats


def _dead_units(rows: NDArray[Any]) -> int:
    """Count the columns that are zero throughout; most are ruled out by a few rows."""
    maybe = np.flatnonzero(~(rows[:_FEW_ROWS] != 0).any(axis=0))
    if maybe.size == 0 or len(rows) <= _FEW_ROWS:
        return maybe.size
    return maybe.size - int(np.count_nonzero((rows[:, maybe] != 0).any(axis=0)))


def _constant_units(values: NDArray[Any], units: int) -> float:
    """Count the units that every example has alike; NaN for fewer than two examples."""
    if len(values.shape) == 0 or len(values) < 2 or values.size == 0:
        return np.nan
    examples = values.reshape(len(values), -1, units)
    maybe = np.flatnonzero((examples[:2] == examples[0]).all(axis=(0, 1)))
    if maybe.size == 0:
        return 0
    return int(np.count_nonzero((examples[..., maybe] == examples[0][:, maybe]).all(axis=(0, 1))))


def _ordered(flat: NDArray[Any]) -> tuple[FloatArray, float]:
    """Return the finite elements in order, or a sample's, and how many elements each stands for."""
    sample = flat if flat.size <= EXACT_ORDER_ELEMENTS else flat[_sample_places(flat.size)]
    ordered = np.sort(sample).astype(np.float64)
    # NaN sorts last and fails every comparison.
    if ordered.size and not (ordered[0] > -np.inf and ordered[-1] < np.inf):
        ordered = ordered[np.isfinite(ordered)]
    return ordered, flat.size / sample.size if flat.size else 1.0


@lru_cache(maxsize=16)
def _sample_places(size: int) -> NDArray[np.int64]:
    """Spread a fixed sample over all axes: multiples of the golden ratio, modulo one (Weyl)."""
    shares = np.arange(EXACT_ORDER_ELEMENTS) * _GOLDEN % 1.0
    places: NDArray[np.int64] = (shares * size).astype(np.int64)
    return places


def _quantiles(ordered: FloatArray) -> FloatArray:
    if ordered.size == 0:
        return np.full(len(QUANTILES), np.nan)
    below, above, share = _quantile_places(ordered.size)
    return ordered[below] * (1 - share) + ordered[above] * share


@lru_cache(maxsize=256)
def _quantile_places(size: int) -> tuple[NDArray[np.int64], NDArray[np.int64], FloatArray]:
    place = _QUANTILES * (size - 1)
    below = place.astype(np.int64)
    return below, np.minimum(below + 1, size - 1), place - below


def _histogram(ordered: FloatArray, low: float, high: float) -> FloatArray:
    """Buckets of equal width from minimum to maximum; a constant gets one bucket around it."""
    if ordered.size == 0:
        return np.zeros((0, 3))
    if low == high:
        return np.array([[low - 0.5, high + 0.5, float(ordered.size)]])
    buckets = np.empty((HISTOGRAM_BUCKETS, 3))
    # Quarters keep the width of a range near the largest float from overflowing.
    edges = 4 * (low / 4 + (high / 4 - low / 4) * _BUCKET_SHARES)
    edges[-1] = high
    below = ordered.searchsorted(edges[1:-1], "left")
    buckets[:, 0], buckets[:, 1] = edges[:-1], edges[1:]
    buckets[0, 2] = below[0]
    buckets[1:-1, 2] = below[1:] - below[:-1]
    buckets[-1, 2] = ordered.size - below[-1]
    return buckets
