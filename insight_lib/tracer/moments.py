"""Exact moments of many tensors in double precision, without double-precision copies of them.

The tensors are taken as one row, block by block: of dozens of small ones the number of operations
called is what costs, and a block of a large one fits a core's cache.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
MOMENTS = (
    "finite",
    "mean",
    "m2",
    "min",
    "max",
    "l1",
    "squares",
    "zeros",
    "positives",
    "nans",
)
# As doubles this fits a core's second-level cache.
_BLOCK = 2**16


def moments_of(rows: Sequence[NDArray[Any]]) -> FloatArray:
    """Return the ``MOMENTS`` of each tensor, shape ``(len(rows), 10)``, over its finite elements.

    Args:
        rows: tensors of one axis, of a floating type.

    Returns:
        ``finite`` and ``nans`` are counts; the mean of no element is 0, its minimum inf and its
        maximum -inf.
    """
    parts = [(place, part) for place, row in enumerate(rows) for part in _parts(row)]
    found = [_of_block([part for _, part in block]) for block in _blocks(parts)]
    of_parts = np.concatenate(found) if found else np.zeros((0, len(MOMENTS)))
    return _merged(of_parts, np.array([place for place, _ in parts], np.int64), len(rows))


def _parts(row: NDArray[Any]) -> Iterator[NDArray[Any]]:
    for start in range(0, row.size, _BLOCK):
        yield row[start : start + _BLOCK]


def _blocks(
    parts: list[tuple[int, NDArray[Any]]],
) -> Iterator[list[tuple[int, NDArray[Any]]]]:
    block: list[tuple[int, NDArray[Any]]] = []
    size = 0
    for place, part in parts:
        if block and size + part.size > _BLOCK:
            yield block
            block, size = [], 0
        block.append((place, part))
        size += part.size
    if block:
        yield block


def _of_block(parts: list[NDArray[Any]]) -> FloatArray:
    """Return the moments of each part, none of which is empty."""
    sizes = np.array([part.size for part in parts])
    starts = np.cumsum(sizes) - sizes
    values = np.concatenate(parts, dtype=np.float64, casting="unsafe")
    is_finite = np.isfinite(values)
    low = high = values
    finite, nans = sizes, np.zeros_like(sizes)
    if not is_finite.all():
        low, high = np.where(is_finite, values, np.inf), np.where(is_finite, values, -np.inf)
        finite = np.add.reduceat(is_finite, starts, dtype=np.int64)
        nans = np.add.reduceat(np.isnan(values), starts, dtype=np.int64)
        values = np.where(is_finite, values, 0.0)
    mean = np.add.reduceat(values, starts) / np.maximum(finite, 1)
    deviation = (values - np.repeat(mean, sizes)) * is_finite
    positives = np.add.reduceat(values > 0, starts, dtype=np.int64)
    nonzero = np.add.reduceat(values != 0, starts, dtype=np.int64)
    columns = (
        finite,
        mean,
        np.add.reduceat(deviation * deviation, starts),
        np.minimum.reduceat(low, starts),
        np.maximum.reduceat(high, starts),
        np.add.reduceat(np.abs(values), starts),
        np.add.reduceat(values * values, starts),
        finite - nonzero,
        positives,
        nans,
    )
    return np.column_stack(columns)


def _merged(parts: FloatArray, places: NDArray[np.int64], count: int) -> FloatArray:
    """Merge the parts of each tensor by Chan's formula (Chan, Golub, LeVeque 1979)."""
    merged = np.zeros((count, len(MOMENTS)))
    merged[:, 3:5] = np.inf, -np.inf
    finite, mean, m2, low, high = parts[:, :5].T
    np.add.at(merged[:, 0], places, finite)
    np.add.at(merged[:, 1], places, mean * finite)
    merged[:, 1] /= np.maximum(merged[:, 0], 1)
    np.add.at(merged[:, 2], places, m2 + finite * (mean - merged[places, 1]) ** 2)
    np.minimum.at(merged[:, 3], places, low)
    np.maximum.at(merged[:, 4], places, high)
    np.add.at(merged[:, 5:], places, parts[:, 5:])
    return merged
