"""Arrow tables in order and in groups, without a row becoming a Python object."""

from collections.abc import Iterator, Sequence
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.columnar.arrays import Floats, Integers


def groups(
    table: pa.Table, keys: Sequence[str], order: Sequence[str] = ()
) -> Iterator[tuple[tuple[str, ...], pa.Table]]:
    """Yield the rows of each distinct key, keys ascending, rows of a key by ``order``.

    Args:
        table: any table; ``keys`` and ``order`` name string or number columns without nulls.
        keys: at least one column to group by.
        order: columns to sort the rows of a group by; equal rows keep their order.

    Yields:
        The key's values and its rows.
    """
    if table.num_rows == 0:
        return
    codes = [_ranks(table[name]) for name in (*keys, *order)]
    # lexsort takes its most significant key last.
    taken = np.lexsort(codes[::-1])
    arranged = table.take(pa.array(taken))
    starts = _starts([code[taken] for code in codes[: len(keys)]])
    for start, end in zip(starts, [*starts[1:], table.num_rows], strict=True):
        key = tuple(arranged[name][start].as_py() for name in keys)
        yield key, arranged.slice(start, end - start)


def by_run(table: pa.Table) -> dict[str, pa.Table]:
    """Return the rows of each run that has any."""
    return {run_id: rows for (run_id,), rows in groups(table, ["run_id"])}


def floats(table: pa.Table, name: str) -> Floats:
    """Return a number column as float64; null is NaN."""
    column = pc.cast(table[name], pa.float64())
    return np.asarray(column.fill_null(float("nan")).to_numpy(), dtype=np.float64)


def integers(table: pa.Table, name: str) -> Integers:
    """Return an integer column without nulls as int64."""
    return np.asarray(table[name].to_numpy(), dtype=np.int64)


def _ranks(column: pa.ChunkedArray) -> Integers:
    """Return each value's place among the column's distinct values in ascending order."""
    encoded = column.combine_chunks().dictionary_encode()
    order = pc.array_sort_indices(encoded.dictionary).to_numpy()
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    places = np.asarray(encoded.indices.to_numpy(zero_copy_only=False), dtype=np.int64)
    return np.asarray(rank[places], dtype=np.int64)


def _starts(codes: Sequence[Integers]) -> list[int]:
    changed = reduce(np.logical_or, (np.diff(code) != 0 for code in codes))
    return [0, *(np.flatnonzero(changed) + 1).tolist()]
