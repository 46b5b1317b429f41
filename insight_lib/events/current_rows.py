"""The rows that count: all that were written, less those that a restart superseded; and those.

Of a series whose writer never passes a step (`superseded.is_stepless`) all rows count. Its steps
are then equal, where those of any other series rise: ``places`` makes steps of the order of
writing. Of a series that several writers wrote in turn (`superseded.is_interleaved`) all rows count
too, and steps of a counter of too few bits are counted on (`step_counters`).
"""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.columnar.grouping import row_order
from insight_lib.events.step_counters import unwrapped
from insight_lib.events.superseded import current_mask, is_interleaved, is_stepless

SERIES = ("run_id", "stream", "tag")
AS_WRITTEN = ("file_id", "record_offset", "value_index")
CODED = (*SERIES, "file_id")
"""Columns of few values in many rows, which a stage reads as dictionaries."""
# What a stage reads of table ``scalars``.
CURRENT_COLUMNS = (*SERIES, "step", "wall_time", "value", *AS_WRITTEN)


def current_rows(rows: pa.Table) -> pa.Table:
    """Return the current rows of any number of runs, sorted by series, then by step.

    Args:
        rows: of table ``scalars``, ``histograms`` or ``artifacts``: step, the columns of `SERIES`
            and of `AS_WRITTEN`, and any others; all records of each series. Without their
            ``wall_time`` no series is known to be written in turn.
    """
    if rows.num_rows == 0:
        return rows
    rows = as_written(rows)
    steps, files = rows["step"].to_numpy(), rows["file_id"]
    times = rows["wall_time"].to_numpy() if "wall_time" in rows.column_names else None
    kept = []
    counted_on = np.empty_like(steps)
    for start, stop in pairwise(edges(rows)):
        own_times = None if times is None else times[start:stop]
        found, places = counted(steps[start:stop], files[start:stop], own_times)
        counted_on[start:stop] = found
        kept.append(start + places)
    return chosen_rows(with_steps(rows, counted_on), np.concatenate(kept))


def counted(
    steps: Integers, file_ids: pa.ChunkedArray, wall_times: Floats | None
) -> tuple[Integers, Integers]:
    """Return the steps of one series, and the places of the records that count, by rising step.

    The records that count are the current ones, and all of a series that is stepless or was
    written in turn.

    Args:
        steps: as of `superseded.current_mask`; a counter of too few bits is counted on.
        file_ids: the file of each.
        wall_times: when each was written; None where it is not known.
    """
    steps = unwrapped(steps)
    mask = current_mask(steps)
    if mask.all():
        return steps, np.arange(len(steps))
    files = len(pc.unique(file_ids))
    if wall_times is not None and is_interleaved(steps, files, wall_times):
        return steps, np.argsort(steps, kind="stable")
    if mask.sum() == 1 and is_stepless(steps, files):
        return steps, np.arange(len(steps))
    return steps, np.flatnonzero(mask)


def as_written(rows: pa.Table) -> pa.Table:
    """Return the rows sorted by series, each in the order of writing."""
    rows = rows.combine_chunks()
    return chosen_rows(rows, row_order(rows, (*SERIES, *AS_WRITTEN)))


def chosen_rows(rows: pa.Table, chosen: Integers) -> pa.Table:
    """Return the rows at some places, all of them without a copy."""
    is_all = len(chosen) == rows.num_rows and bool((chosen == np.arange(len(chosen))).all())
    return rows if is_all else rows.take(pa.array(chosen))


def with_steps(rows: pa.Table, steps: Integers) -> pa.Table:
    """Return the rows with other steps."""
    return rows.set_column(rows.column_names.index("step"), "step", pa.array(steps, pa.int64()))


def places(rows: pa.Table) -> pa.Table:
    """Return current rows, as `current_rows` does, with places from 0 on for steps that are equal.

    Steps that rise stay as they are, so that every row of a series has its own step.
    """
    if rows.num_rows == 0:
        return rows
    steps = rows["step"].to_numpy().copy()
    for start, stop in pairwise(edges(rows)):
        steps[start:stop] = places_of(steps[start:stop])
    return with_steps(rows, steps)


def places_of(steps: Integers) -> Integers:
    """Return the steps of one series; their places from 0 on where all are equal."""
    if len(steps) > 1 and steps[0] == steps[-1]:
        return np.arange(len(steps), dtype=np.int64)
    return steps


def edges(rows: pa.Table, names: tuple[str, ...] = SERIES) -> list[int]:
    """Return where a new series, or what else some columns name, begins, and the end.

    Args:
        rows: sorted by these columns, one at least.
        names: the columns.
    """
    changed = np.zeros(rows.num_rows - 1, dtype=bool)
    for name in names:
        column = rows[name].combine_chunks()
        if pa.types.is_dictionary(column.type):
            codes = column.indices.to_numpy()
            changed |= codes[1:] != codes[:-1]
        else:
            changed |= pc.not_equal(column[1:], column[:-1]).to_numpy(zero_copy_only=False)
    return [0, *(np.flatnonzero(changed) + 1).tolist(), rows.num_rows]
