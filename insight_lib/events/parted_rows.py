"""The scalars of runs, parted into those that count, those written again, and earlier trainings."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pyarrow as pa

from insight_lib.columnar.arrays import Integers
from insight_lib.events.current_rows import (
    SERIES,
    as_written,
    chosen_rows,
    counted,
    edges,
    with_steps,
)
from insight_lib.events.step_counters import may_wrap, wraps
from insight_lib.events.superseded import goes_back, is_interleaved
from insight_lib.events.trainings import Written, training_numbers

Name = tuple[str, str, str]
"""The run, stream and tag of a series."""


@dataclass(frozen=True)
class Parted:
    """The points of some runs, of one training of each.

    Attributes:
        current: the rows that count, sorted by series, then by step.
        again: rows that a restart wrote again. What was superseded in a series that never goes back
            is in neither: a step written twice in a row.
        interleaved: in how many files each series lies that was written in turn.
        wrapped: the last step before the counter of each series started again for want of bits.
        earlier: of what the runs trained before in the same folders; first the training before this
            one of each run that has one, then the one before that.
    """

    current: pa.Table
    again: pa.Table
    interleaved: dict[Name, int] = field(default_factory=dict)
    wrapped: dict[Name, int] = field(default_factory=dict)
    earlier: tuple["Parted", ...] = ()


def parted_rows(rows: pa.Table) -> Parted:
    """Part the rows of any number of runs.

    Args:
        rows: of table ``scalars``, with `current_rows.CURRENT_COLUMNS`; all records of each series.
    """
    if rows.num_rows == 0:
        return Parted(rows, rows)
    rows = as_written(rows)
    wrapped = _count_on(rows)
    rows = with_steps(rows, wrapped.steps)
    ages = _ages(rows)
    last, *earlier = (_of_age(rows, ages == age, wrapped.names) for age in range(ages.max() + 1))
    return Parted(last.current, last.again, last.interleaved, last.wrapped, tuple(earlier))


@dataclass(frozen=True)
class _CountedOn:
    steps: Integers
    names: dict[Name, int]


def _count_on(rows: pa.Table) -> _CountedOn:
    """Count the steps of each series on where its counter started again."""
    steps = rows["step"].to_numpy()
    names: dict[Name, int] = {}
    lost = np.zeros(len(steps), np.int64)
    if not may_wrap(steps):
        return _CountedOn(steps, names)
    for start, stop in pairwise(edges(rows)):
        at = np.flatnonzero(found := wraps(steps[start:stop]))
        if at.size:
            lost[start:stop] = np.cumsum(found)
            names[_name(rows, start)] = int(steps[start + at[0] - 1])
    return _CountedOn(steps + lost, names)


def _ages(rows: pa.Table) -> Integers:
    """Return for each row how many trainings of its run came after its own."""
    ages = np.zeros(rows.num_rows, np.int64)
    steps, times = rows["step"].to_numpy(), rows["wall_time"].to_numpy()
    files = rows["file_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    runs = np.array(edges(rows, ("run_id",)))
    starting_again = {
        int(np.searchsorted(runs, start, side="right")) - 1
        for start, stop in pairwise(edges(rows))
        if _may_start_again(steps[start:stop], files[start:stop], times[start:stop])
    }
    for first, end in (runs[at : at + 2].tolist() for at in starting_again):
        ages[first:end] = _ages_of_run(rows.slice(first, end - first))
    return ages


def _may_start_again(steps: Integers, files: Integers, times: np.ndarray) -> bool:
    again = steps[1:] <= steps[:-1]
    is_restart = (again & ((np.diff(files) != 0) | (steps[1:] < steps[:-1]))).any()
    return bool(is_restart) and not is_interleaved(steps, len(np.unique(files)), times)


def _ages_of_run(rows: pa.Table) -> Integers:
    streams: dict[str, list[tuple[slice, Written]]] = {}
    written = _written(rows)
    for start, stop in pairwise(edges(rows)):
        span = slice(start, stop)
        stream = rows["stream"][start].as_py()
        streams.setdefault(stream, []).append((span, _cut(written, span)))
    numbers = training_numbers([[one for _, one in series] for series in streams.values()])
    found = np.empty(rows.num_rows, np.int64)
    for series, own in zip(streams.values(), numbers, strict=True):
        for (span, _), number in zip(series, own, strict=True):
            found[span] = number
    return np.asarray(found.max() - found, np.int64)


def _written(rows: pa.Table) -> Written:
    files = rows["file_id"].to_pylist()
    ranks = {file: rank for rank, file in enumerate(sorted(set(files)))}
    file = np.array([ranks[one] for one in files], np.int64)
    offsets = rows["record_offset"].to_numpy()
    places = np.empty(rows.num_rows, np.int64)
    places[np.lexsort((rows["value_index"].to_numpy(), offsets, file))] = np.arange(rows.num_rows)
    columns = (rows[name].to_numpy() for name in ("step", "value", "wall_time"))
    return Written(places, file, *columns)


def _cut(written: Written, span: slice) -> Written:
    return Written(*(getattr(written, name)[span] for name in Written.__dataclass_fields__))


def _of_age(rows: pa.Table, chosen: np.ndarray, wrapped: dict[Name, int]) -> Parted:
    """Part the rows of one training of each run."""
    rows = chosen_rows(rows, np.flatnonzero(chosen))
    steps, times, files = rows["step"].to_numpy(), rows["wall_time"].to_numpy(), rows["file_id"]
    kept: list[Integers] = []
    again = np.zeros(len(steps), dtype=bool)
    interleaved: dict[Name, int] = {}
    for start, stop in pairwise(edges(rows)):
        own, places = counted(steps[start:stop], files[start:stop], times[start:stop])
        kept.append(start + places)
        if goes_back(own):
            again[start:stop] = True
            again[start + places] = False
            if len(places) == stop - start:
                interleaved[_name(rows, start)] = len(files[start:stop].unique())
    current = chosen_rows(rows, np.concatenate(kept))
    named = {key: step for key, step in wrapped.items() if key in set(_names(current))}
    return Parted(current, chosen_rows(rows, np.flatnonzero(again)), interleaved, named)


def _names(rows: pa.Table) -> Iterator[Name]:
    return (_name(rows, start) for start in edges(rows)[:-1])


def _name(rows: pa.Table, at: int) -> Name:
    run_id, stream, tag = (rows[name][at].as_py() for name in SERIES)
    return run_id, stream, tag
