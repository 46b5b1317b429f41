"""Matrices as columns of lists."""

import numpy as np
import pyarrow as pa

from insight_lib.columnar.arrays import Floats


def lists(rows: Floats) -> pa.Array:
    """Return a column of n lists from a matrix (n, k)."""
    offsets = np.arange(len(rows) + 1, dtype=np.int32) * np.int32(rows.shape[1])
    return pa.ListArray.from_arrays(offsets, pa.array(np.ascontiguousarray(rows).ravel()))


def matrix(column: pa.ChunkedArray, width: int) -> Floats:
    """Return n lists of a width as a matrix (n, width)."""
    numbers = column.combine_chunks().flatten()
    return np.asarray(numbers, dtype=np.float64).reshape(len(column), width)
