"""Which rows of a predictions table belong to which run, step, split and slice."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.columnar.arrays import Integers
from insight_lib.evaluation.metrics.arrays import Places

ALL_ROWS = ""
"""The slice of all rows of a run, step and split."""


Codes: TypeAlias = tuple[npt.NDArray[np.integer[Any]], list[Any]]
"""The place of each row's value among some distinct ones, and these; of one value no places."""


@dataclass(frozen=True, order=True)
class GroupKey:
    """What one evaluation is of; the key of tables evaluations, score_histograms and curves."""

    run_id: str
    step: int
    split: str
    slice: str


KEY = tuple(field.name for field in fields(GroupKey))


@dataclass(frozen=True, eq=False)
class Group:
    """The rows of one evaluation.

    Attributes:
        key: What they have in common.
        rows: Their places in the table, rising, at least one; a slice where they are neighbours.
    """

    key: GroupKey
    rows: Places


def group_rows(predictions: pa.Table) -> list[Group]:
    """Group rows by run, step and split, and each such group by each of its slices.

    Args:
        predictions: Columns run_id, step, split and slices of table ``predictions``, none null.

    Returns:
        In order of key. Slice '' holds all rows; ``<column>=<value>`` those that have this entry.
    """
    if not predictions.num_rows:
        return []
    names = ("run_id", "step", "split")
    base, values = _combined([_codes(predictions[name]) for name in names])
    entry_rows, entry, entries = _slice_entries(predictions["slices"])
    groups = [_group((*_values(code, values), ALL_ROWS), rows) for code, rows in _by_code(base)]
    for code, places in _by_code(base[entry_rows] * len(entries) + entry):
        rest, name = divmod(code, len(entries))
        groups.append(_group((*_values(rest, values), entries[name]), entry_rows[places]))
    return sorted(groups, key=lambda group: group.key)


def group_by_key(table: pa.Table) -> list[Group]:
    """Group rows by run, step, split and slice, of a table that has all four as columns."""
    if not table.num_rows:
        return []
    codes, values = _combined([_codes(table[name]) for name in KEY])
    return [_group(_values(code, values), rows) for code, rows in _by_code(codes)]


def last_steps(keys: Iterable[GroupKey]) -> dict[tuple[str, str], int]:
    """Return the last step of each run and split."""
    last: dict[tuple[str, str], int] = {}
    for key in keys:
        last[key.run_id, key.split] = max(key.step, last.get((key.run_id, key.split), key.step))
    return last


def _group(key: Sequence[Any], rows: Places) -> Group:
    run_id, step, split, name = key
    return Group(GroupKey(run_id, step, split, name), rows)


def _codes(column: pa.ChunkedArray) -> Codes:
    if pa.types.is_integer(column.type):
        return _integer_codes(column)
    if not pa.types.is_dictionary(column.type):
        column = _plain_text(column).dictionary_encode()
    encoded = column.unify_dictionaries().combine_chunks()
    return encoded.indices.to_numpy(), encoded.dictionary.to_pylist()


def _integer_codes(column: pa.ChunkedArray) -> Codes:
    bounds = pc.min_max(column).as_py()
    if bounds["min"] == bounds["max"]:
        return np.zeros(0, np.int64), [bounds["min"]]
    distinct, codes = np.unique(column.to_numpy(), return_inverse=True)
    return codes, distinct.tolist()


def _combined(columns: Sequence[Codes]) -> tuple[Integers, list[list[Any]]]:
    """One code a row for its values in all of the columns, and each column's values."""
    whole: Integers | None = None
    for codes, values in columns:
        if len(values) > 1:
            whole = codes.astype(np.int64) if whole is None else whole * len(values) + codes
    rows = max(len(codes) for codes, _ in columns)
    return np.zeros(rows, np.int64) if whole is None else whole, [v for _, v in columns]


def _values(code: int, columns: list[list[Any]]) -> list[Any]:
    """Return the value in each column that a combined code stands for."""
    found = []
    for values in reversed(columns):
        code, place = divmod(code, len(values))
        found.append(values[place])
    return found[::-1]


def _slice_entries(column: pa.ChunkedArray) -> tuple[Integers, Integers, list[str]]:
    """Of each entry of each map: its row, the code of its name, and the names."""
    maps = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    offsets = maps.offsets.to_numpy()
    first, last = int(offsets[0]), int(offsets[-1])
    if first == last:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), []
    # keys and items are those of the whole buffer, also where the array is a part of it.
    names = pc.binary_join_element_wise(
        _plain_text(maps.keys[first:last]), _plain_text(maps.items[first:last]), "="
    ).dictionary_encode()
    rows = np.repeat(np.arange(len(maps)), np.diff(offsets))
    return rows, names.indices.to_numpy().astype(np.int64), names.dictionary.to_pylist()


def _plain_text(values: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    return pc.cast(values, pa.string())


def _by_code(codes: Integers) -> Iterator[tuple[int, Places]]:
    """Each code that occurs, with the places where it does, rising."""
    if not len(codes):
        return
    starts = _starts(codes)
    order = None
    # Files are sorted by run, step and split, so that mostly nothing has to be.
    if not np.all(np.diff(codes[starts]) > 0):
        order = np.argsort(codes, kind="stable")
        codes = codes[order]
        starts = _starts(codes)
    for start, stop in zip(starts, [*starts[1:], len(codes)], strict=True):
        places = slice(int(start), int(stop))
        yield int(codes[start]), places if order is None else order[places]


def _starts(codes: Integers) -> Integers:
    """Where a code differs from the one before it; 0 first."""
    return np.concatenate([[0], np.flatnonzero(codes[1:] != codes[:-1]) + 1])
