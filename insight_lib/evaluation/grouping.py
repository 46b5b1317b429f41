"""Which rows of a predictions table belong to which run, step, split and slice."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.evaluation.arrays import Integers, Places

ALL_ROWS = ""
"""The slice of all rows of a run, step and split."""


@dataclass(frozen=True, order=True)
class GroupKey:
    """What one evaluation is of; the key of tables evaluations, score_histograms and curves."""

    run_id: str
    step: int
    split: str
    slice: str


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
    run, runs = _codes(predictions["run_id"])
    split, splits = _codes(predictions["split"])
    step, steps = _step_codes(predictions["step"])
    base = (run * len(steps) + step) * len(splits) + split
    entry_rows, entry, entries = _slice_entries(predictions["slices"])
    whole = [(code, ALL_ROWS, rows) for code, rows in _by_code(base)]
    sliced = [
        (code // len(entries), entries[code % len(entries)], entry_rows[places])
        for code, places in _by_code(base[entry_rows] * len(entries) + entry)
    ]
    groups = []
    for code, name, rows in whole + sliced:
        run_and_step, split_code = divmod(code, len(splits))
        run_code, step_code = divmod(run_and_step, len(steps))
        key = GroupKey(runs[run_code], steps[step_code], splits[split_code], name)
        groups.append(Group(key, rows))
    return sorted(groups, key=lambda group: group.key)


def group_by_key(table: pa.Table) -> list[Group]:
    """Group rows by run, step, split and slice, of a table that has all four as columns."""
    if not table.num_rows:
        return []
    step, steps = _step_codes(table["step"])
    (run, runs), (split, splits), (part, parts) = (
        _codes(table[name]) for name in ("run_id", "split", "slice")
    )
    base = ((run * len(steps) + step) * len(splits) + split) * len(parts) + part
    groups = []
    for code, rows in _by_code(base):
        rest, part_code = divmod(code, len(parts))
        run_and_step, split_code = divmod(rest, len(splits))
        run_code, step_code = divmod(run_and_step, len(steps))
        key = GroupKey(runs[run_code], steps[step_code], splits[split_code], parts[part_code])
        groups.append(Group(key, rows))
    return groups


def last_steps(keys: Iterable[GroupKey]) -> dict[tuple[str, str], int]:
    """Return the last step of each run and split."""
    last: dict[tuple[str, str], int] = {}
    for key in keys:
        last[key.run_id, key.split] = max(key.step, last.get((key.run_id, key.split), key.step))
    return last


def _codes(column: pa.ChunkedArray) -> tuple[Integers, list[str]]:
    """The place of each value among some distinct ones, and these."""
    if not pa.types.is_dictionary(column.type):
        column = _plain_text(column).dictionary_encode()
    encoded = column.unify_dictionaries().combine_chunks()
    return encoded.indices.to_numpy().astype(np.int64), encoded.dictionary.to_pylist()


def _step_codes(column: pa.ChunkedArray) -> tuple[Integers, list[int]]:
    values = column.to_numpy()
    if values.min() == values.max():
        return np.zeros(len(values), np.int64), [int(values[0])]
    steps, codes = np.unique(values, return_inverse=True)
    return codes, steps.tolist()


def _slice_entries(column: pa.ChunkedArray) -> tuple[Integers, Integers, list[str]]:
    """Of each entry of each map: its row, the code of its name, and the names."""
    maps = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    offsets = maps.offsets.to_numpy()
    first, last = int(offsets[0]), int(offsets[-1])
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
    # Files are sorted by run, step and split, so that mostly nothing has to be.
    sorted_already = bool(np.all(codes[1:] >= codes[:-1]))
    order = None if sorted_already else np.argsort(codes, kind="stable")
    ordered = codes if order is None else codes[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=ordered[0] - 1))
    for start, stop in zip(starts, [*starts[1:], len(codes)], strict=True):
        places = slice(int(start), int(stop))
        yield int(ordered[start]), places if order is None else order[places]
