"""The rows that count: all that were written, less those that a restart superseded; and those.

Of a series whose writer never passes a step (`current.is_stepless`) all rows count. Its steps are
then equal, where those of any other series rise: ``places`` makes steps of the order of writing.
"""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.columnar.arrays import Booleans, Integers
from insight_lib.events.superseded import current_mask, goes_back, is_stepless

SERIES = ("run_id", "stream", "tag")
AS_WRITTEN = ("file_id", "record_offset", "value_index")
# What a stage reads of table ``scalars``.
CURRENT_COLUMNS = (*SERIES, "step", "wall_time", "value", *AS_WRITTEN)


def current_rows(rows: pa.Table) -> pa.Table:
    """Return the current rows of any number of runs, sorted by series and order of writing.

    Args:
        rows: of table ``scalars``, ``histograms`` or ``artifacts``: step, the columns of `SERIES`
            and of `AS_WRITTEN`, and any others; all records of each series.
    """
    return parted_rows(rows)[0]


def parted_rows(rows: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Return the current rows and those that a restart wrote again, in the order of `current_rows`.

    What was superseded in a series that never goes back is neither: a step written twice in a row.

    Args:
        rows: as of `current_rows`.
    """
    if rows.num_rows == 0:
        return rows, rows
    order = [(name, "ascending") for name in (*SERIES, *AS_WRITTEN)]
    rows = rows.sort_by(order).combine_chunks()
    steps, files = rows["step"].to_numpy(), rows["file_id"]
    kept, again = np.empty(len(steps), dtype=bool), np.zeros(len(steps), dtype=bool)
    edges = [0, *_changes(rows), len(steps)]
    for start, stop in pairwise(edges):
        kept[start:stop] = counted_mask(steps[start:stop], files[start:stop])
        if goes_back(steps[start:stop]):
            again[start:stop] = ~kept[start:stop]
    return rows.filter(pa.array(kept)), rows.filter(pa.array(again))


def counted_mask(steps: Integers, file_ids: pa.ChunkedArray) -> Booleans:
    """Mark the records of one series that count: the current ones, all of a stepless series.

    Args:
        steps: as of `current.current_mask`.
        file_ids: the file of each.
    """
    mask = current_mask(steps)
    if mask.sum() == 1 < len(steps) and is_stepless(steps, len(pc.unique(file_ids))):
        mask[:] = True
    return mask


def places(rows: pa.Table) -> pa.Table:
    """Return current rows, as `current_rows` does, with places from 0 on for steps that are equal.

    Steps that rise stay as they are, so that every row of a series has its own step.
    """
    if rows.num_rows == 0:
        return rows
    steps = rows["step"].to_numpy().copy()
    for start, stop in pairwise([0, *_changes(rows), len(steps)]):
        steps[start:stop] = places_of(steps[start:stop])
    at = rows.column_names.index("step")
    return rows.set_column(at, "step", pa.array(steps, pa.int64()))


def places_of(steps: Integers) -> Integers:
    """Return the steps of one series; their places from 0 on where all are equal."""
    if len(steps) > 1 and steps[0] == steps[-1]:
        return np.arange(len(steps), dtype=np.int64)
    return steps


def _changes(rows: pa.Table) -> Integers:
    """Return where a new series begins."""
    changed = np.zeros(rows.num_rows - 1, dtype=bool)
    for name in SERIES:
        column = rows[name].combine_chunks()
        changed |= pc.not_equal(column[1:], column[:-1]).to_numpy(zero_copy_only=False)
    return np.flatnonzero(changed) + 1
