"""The compact statistics and the histogram of one tensor, as ``stats_format`` specifies them.

numpy, not TensorFlow: a traced step asks for some dozens of small tensors, where the cost is the
number of operations called; one sort answers minimum, maximum, quantiles, zeros, saturation and
histogram together.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from insight_lib.tracer.stats_format import QUANTILES, SATURATION_BOUNDS, STATS_DTYPE

FloatArray = NDArray[np.float64]
HISTOGRAM_BUCKETS = 30
_QUANTILES = np.array(QUANTILES)


@dataclass(frozen=True)
class TensorSummary:
    """``stats``: float64 of shape (27,), see ``STATS_FIELDS``; ``histogram``: (k, 3), k from 0."""

    stats: FloatArray
    histogram: FloatArray


def summarize(values: NDArray[Any]) -> TensorSummary:
    """Summarize a weight, gradient or update of any shape and floating type."""
    return _summarize(values, (np.nan, np.nan, np.nan), None)


def summarize_activation(values: NDArray[Any], activation: str | None) -> TensorSummary:
    """Summarize a layer's output.

    Args:
        values: first axis the examples, last axis the units; with fewer than two axes, one unit.
        activation: name of the layer's activation function, which says where it is flat.

    Returns:
        The summary, with ``units``, ``dead_units`` and ``saturated``.
    """
    units = values.shape[-1] if values.ndim > 1 else 1
    alive = (values.reshape(-1, units) != 0).any(axis=0)
    dead = units - int(np.count_nonzero(alive))
    return _summarize(
        values, (float(units), float(dead), 0.0), SATURATION_BOUNDS.get(activation or "")
    )


def _summarize(
    values: NDArray[Any],
    unit_counts: tuple[float, float, float],
    flat_ends: tuple[float, float] | None,
) -> TensorSummary:
    flat = values.reshape(-1)
    is_finite = np.isfinite(flat)
    finite = flat if is_finite.all() else flat[is_finite]
    ordered = np.sort(finite).astype(np.float64)
    nans = np.count_nonzero(np.isnan(flat)) if ordered.size < flat.size else 0
    units, dead, saturated = unit_counts
    if flat_ends is not None:
        saturated = _count_outside(ordered, flat_ends)
    # A float64 tensor may hold values whose squares overflow: its l2 and m2 are then infinite.
    with np.errstate(over="ignore", invalid="ignore"):
        mean, m2, low, high, l1, l2 = _moments(ordered)
    counts = (_count_of_zero(ordered), nans, flat.size - ordered.size - nans, units, dead)
    head = (flat.size, mean, m2, low, high, l1, l2, *counts, saturated)
    positives = ordered.size - ordered.searchsorted(0.0, "right")
    tail = (positives, *[np.nan] * 6)
    stats = np.concatenate([np.array((*head, *tail), STATS_DTYPE), _quantiles(ordered)])
    return TensorSummary(stats, _histogram(ordered))


def _moments(ordered: FloatArray) -> tuple[float, ...]:
    if ordered.size == 0:
        return (np.nan, 0.0, np.nan, np.nan, 0.0, 0.0)
    mean = ordered.mean()
    deviation = ordered - mean
    return (
        float(mean),
        float(deviation @ deviation),
        float(ordered[0]),
        float(ordered[-1]),
        float(np.abs(ordered).sum()),
        float(np.sqrt(ordered @ ordered)),
    )


def _count_of_zero(ordered: FloatArray) -> int:
    return int(ordered.searchsorted(0.0, "right") - ordered.searchsorted(0.0, "left"))


def _count_outside(ordered: FloatArray, ends: tuple[float, float]) -> int:
    low, high = ends
    return int(
        ordered.searchsorted(low, "right") + ordered.size - ordered.searchsorted(high, "left")
    )


def _quantiles(ordered: FloatArray) -> FloatArray:
    if ordered.size == 0:
        return np.full(len(QUANTILES), np.nan)
    place = _QUANTILES * (ordered.size - 1)
    below = place.astype(np.int64)
    above = np.minimum(below + 1, ordered.size - 1)
    share = place - below
    return ordered[below] * (1 - share) + ordered[above] * share


def _histogram(ordered: FloatArray) -> FloatArray:
    """Buckets of equal width from minimum to maximum; a constant gets one bucket around it."""
    if ordered.size == 0:
        return np.zeros((0, 3))
    low, high = ordered[0], ordered[-1]
    if low == high:
        return np.array([[low - 0.5, high + 0.5, ordered.size]])
    # Quarters keep the width of a range near the largest float from overflowing.
    edges = 4 * np.linspace(low / 4, high / 4, HISTOGRAM_BUCKETS + 1)
    below = ordered.searchsorted(edges[1:-1], "left")
    counts = np.diff(below, prepend=0, append=ordered.size)
    return np.column_stack([edges[:-1], edges[1:], counts]).astype(np.float64)
