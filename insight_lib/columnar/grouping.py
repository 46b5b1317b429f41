"""Sorting an Arrow table by string keys and cutting it into groups, without Python work a row."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.columnar.arrays import Integers


def group_spans(
    table: pa.Table, keys: Sequence[str], by: str | None = None
) -> tuple[Integers, list[slice]]:
    """Sort rows by their keys and find the groups of equal keys.

    Args:
        table: (n rows); the key columns are strings without nulls.
        keys: the columns that make a group.
        by: an integer column that orders the rows within a group; without it, and among equals,
            they keep the table's order.

    Returns:
        order: (n,) row numbers, group after group.
        spans: one slice of ``order`` a group; the groups rise by their keys.
    """
    codes = [_sorted_codes(table[key]) for key in keys]
    order = _order(codes if by is None else [*codes, table[by].to_numpy()])
    if not order.size:
        return order, []
    changed = np.zeros(order.size - 1, dtype=bool)
    for code in codes:
        changed |= np.diff(code[order]) != 0
    edges = [0, *(np.flatnonzero(changed) + 1).tolist(), order.size]
    return order, [slice(start, stop) for start, stop in pairwise(edges)]


def row_order(table: pa.Table, keys: Sequence[str]) -> Integers:
    """Return the row numbers (n,) sorted by columns of strings or integers, all without nulls."""
    columns = (table[key] for key in keys)
    return _order(
        [one.to_numpy() if pa.types.is_integer(one.type) else _sorted_codes(one) for one in columns]
    )


def _order(columns: Sequence[Integers]) -> Integers:
    """Return the places (n,) sorted by columns (n,), the first above all; equals stay in order."""
    order = np.arange(columns[0].size)
    return order if _are_sorted(columns) else np.lexsort(columns[::-1]).astype(np.int64)


def _are_sorted(columns: Sequence[Integers]) -> bool:
    """Return whether rows rise already, as those of a table's files mostly do."""
    equal = np.ones(max(columns[0].size - 1, 0), np.bool_)
    for column in columns:
        if (equal & (column[1:] < column[:-1])).any():
            return False
        equal &= column[1:] == column[:-1]
    return True


def group_numbers(order: Integers, spans: Sequence[slice]) -> Integers:
    """Return the number of each row's group (n,), as ``group_spans`` found them."""
    group_of = np.empty(order.size, np.int64)
    group_of[order] = np.repeat(np.arange(len(spans)), [span.stop - span.start for span in spans])
    return group_of


def keys_of(
    table: pa.Table, keys: Sequence[str], order: Integers, spans: Sequence[slice]
) -> list[tuple[str, ...]]:
    """Return the key of every group, as ``group_spans`` found them."""
    first = order[[span.start for span in spans]] if spans else order[:0]
    rows = table.select(list(keys)).take(pa.array(first))
    return list(zip(*(column.to_pylist() for column in rows.columns), strict=True))


def _sorted_codes(column: pa.ChunkedArray) -> Integers:
    """Return a number for each value (n,); the numbers sort as the strings do."""
    encoded = pc.dictionary_encode(column).combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0) if encoded.num_chunks else pa.array([]).dictionary_encode()
    place = np.empty(len(encoded.dictionary), dtype=np.int64)
    place[pc.sort_indices(encoded.dictionary).to_numpy()] = np.arange(place.size)
    codes: Integers = place[encoded.indices.to_numpy()]
    return codes
