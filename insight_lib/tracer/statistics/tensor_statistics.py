"""The compact statistics and the histograms of tensors, as ``stats_format`` specifies them.

numpy, not TensorFlow: a traced step asks for some dozens of small tensors, where the cost is the
number of operations called, and operations in the compiled step would make its compilation longer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from insight_lib.columnar.arrays import Floats
from insight_lib.tracer.statistics.moments import MOMENTS, moments_of, squares_of
from insight_lib.tracer.statistics.order_statistics import Ordered, histogram, ordered, quantiles
from insight_lib.tracer.stats_format import QUANTILES, SATURATION_BOUNDS, STATS_DTYPE, STATS_FIELDS

_PLACE = {name: i for i, name in enumerate(STATS_FIELDS)}
_SHARED = [name for name in MOMENTS if name in _PLACE]
_MOMENTS_OF = [MOMENTS.index(name) for name in _SHARED]
_STATS_OF = [_PLACE[name] for name in _SHARED]
_FEW_ROWS = 8
_LOCATIONS = [_PLACE[name] for name in ("mean", "min", "max")]


@dataclass(frozen=True)
class TensorSummary:
    """``stats``: float64 of shape (27,), see ``STATS_FIELDS``; ``histogram``: (k, 3), k from 0."""

    stats: Floats
    histogram: Floats


@dataclass(frozen=True)
class TensorValues:
    """A tensor of any shape and floating type, and the fields that belong to its kind.

    Every field of another kind is NaN.
    """

    values: NDArray[Any]
    facts: Mapping[str, float] = field(default_factory=dict)


def summarize(tensors: Sequence[TensorValues]) -> list[TensorSummary]:
    """Summarize tensors; each as if it were the only one."""
    rows = [_row(each.values) for each in tensors]
    # A float64 tensor may hold values whose squares overflow: its l2 and m2 are then infinite.
    with np.errstate(over="ignore", invalid="ignore"):
        stats = moment_fields(rows)
        return [_complete(*each) for each in zip(stats, tensors, rows, strict=True)]


def moment_fields(rows: Sequence[NDArray[Any]]) -> Floats:
    """Return the statistics (n, 27) of tensors of one axis as far as single elements tell them.

    NaN is what belongs to the tensor's kind, and the quantiles.
    """
    found = moments_of(rows)
    stats = np.full((len(rows), len(STATS_FIELDS)), np.nan, STATS_DTYPE)
    stats[:, _STATS_OF] = found[:, _MOMENTS_OF]
    finite, sizes = found[:, MOMENTS.index("finite")], np.array([row.size for row in rows])
    stats[:, _PLACE["count"]] = sizes
    stats[:, _PLACE["l2"]] = np.sqrt(squares_of(found))
    stats[:, _PLACE["infs"]] = sizes - finite - found[:, MOMENTS.index("nans")]
    for place in _LOCATIONS:
        stats[finite == 0, place] = np.nan
    return stats


def activation_facts(values: NDArray[Any], activation: str | None) -> dict[str, float]:
    """Return the fields that belong to a layer's output.

    Args:
        values: first axis the examples, last axis the units; with fewer than two axes, one unit.
        activation: name of the layer's activation function, which says where it is flat.
    """
    units = values.shape[-1] if values.ndim > 1 else 1
    saturated, ends = 0.0, SATURATION_BOUNDS.get(activation or "")
    if ends is not None:
        outside = (values <= ends[0]) | (values >= ends[1])
        saturated = float(np.count_nonzero(outside & np.isfinite(values)))
    return {
        "units": units,
        "dead_units": _dead_units(values.reshape(-1, units)),
        "constant_units": _constant_units(values, units),
        "saturated": saturated,
    }


def _row(values: NDArray[Any]) -> NDArray[Any]:
    row = values.reshape(-1)
    return row.astype(np.float32) if row.dtype.itemsize < 4 else row


def _complete(stats: Floats, tensor: TensorValues, row: NDArray[Any]) -> TensorSummary:
    """Fill in what belongs to the tensor's kind, and what its elements' order tells."""
    for name, value in tensor.facts.items():
        stats[_PLACE[name]] = value
    elements: Ordered = ordered(row)
    stats[-len(QUANTILES) :] = quantiles(elements)
    return TensorSummary(stats, histogram(elements, stats[_PLACE["min"]], stats[_PLACE["max"]]))


def _dead_units(rows: NDArray[Any]) -> int:
    """Count the columns that are zero throughout; a few rows rule out most."""
    maybe = np.flatnonzero(~(rows[:_FEW_ROWS] != 0).any(axis=0))
    if maybe.size == 0 or len(rows) <= _FEW_ROWS:
        return maybe.size
    return maybe.size - int(np.count_nonzero((rows[:, maybe] != 0).any(axis=0)))


def _constant_units(values: NDArray[Any], units: int) -> float:
    """Count the units that every example has alike; NaN for fewer than two examples."""
    if values.ndim == 0 or len(values) < 2 or values.size == 0:
        return np.nan
    examples = values.reshape(len(values), -1, units)
    maybe = np.flatnonzero((examples[:2] == examples[0]).all(axis=(0, 1)))
    if maybe.size == 0:
        return 0
    return int(np.count_nonzero((examples[..., maybe] == examples[0][:, maybe]).all(axis=(0, 1))))
