"""The order of rows in a table's files: that in which people read them, series by series."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.columnar.arrays import Integers
from insight_lib.events.current_rows import SERIES


def in_reading_order(tables: Sequence[pa.Table]) -> pa.Table:
    """Return the rows of all tables by run, stream, tag and step; equal ones stay as they came.

    Sorting numbers that stand for the strings, of which there are few, is several times faster
    than sorting the strings, and rows of one series mostly have their steps in order already.

    Args:
        tables: at least one, of equal columns: those of `SERIES`, as strings or dictionaries of
            strings, and step, int64. Columns that are dictionaries stay so.
    """
    rows = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
    series = np.zeros(rows.num_rows, np.int64)
    for name in SERIES:
        places, count = ranks(rows[name])
        series = series * count + places
    series = _least_type(series)
    order = np.argsort(series, kind="stable")
    steps = rows["step"].to_numpy()
    if not _rises_within(series[order], steps[order]):
        order = np.lexsort((steps, series))
    return rows.take(pa.array(order))


def ranks(column: pa.ChunkedArray) -> tuple[Integers, int]:
    """Return each row's rank among the distinct texts in order, and how many there are."""
    encoded = column.combine_chunks()
    if not pa.types.is_dictionary(encoded.type):
        encoded = encoded.dictionary_encode()
    texts = encoded.dictionary
    rank = np.empty(len(texts), np.int64)
    rank[pc.sort_indices(texts).to_numpy()] = np.arange(len(texts))
    return rank[encoded.indices.to_numpy()], max(len(texts), 1)


def _least_type(numbers: Integers) -> npt.NDArray[np.integer]:
    """Return the numbers in the smallest type: numpy sorts 16 bits by radix, in one pass."""
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))


def _rises_within(series: npt.NDArray[np.integer], steps: Integers) -> bool:
    """Return whether the steps of each series never fall."""
    return not bool(np.any((steps[1:] < steps[:-1]) & (series[1:] == series[:-1])))
