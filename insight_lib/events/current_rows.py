"""The rows that count: all that were written, less those that a restart superseded; and those."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.events.current import current_mask, goes_back

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
    steps = rows["step"].to_numpy()
    kept, again = np.empty(len(steps), dtype=bool), np.zeros(len(steps), dtype=bool)
    edges = [0, *_changes(rows), len(steps)]
    for start, stop in pairwise(edges):
        kept[start:stop] = current_mask(steps[start:stop])
        if goes_back(steps[start:stop]):
            again[start:stop] = ~kept[start:stop]
    return rows.filter(pa.array(kept)), rows.filter(pa.array(again))


def _changes(rows: pa.Table) -> npt.NDArray[np.int64]:
    """Return where a new series begins."""
    changed = np.zeros(rows.num_rows - 1, dtype=bool)
    for name in SERIES:
        column = rows[name].combine_chunks()
        changed |= pc.not_equal(column[1:], column[:-1]).to_numpy(zero_copy_only=False)
    return np.flatnonzero(changed) + 1
