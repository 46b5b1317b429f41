"""How long runs were silent between two of their scalars, to the minute."""

from collections.abc import Collection, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.columnar.table_groups import by_run, integers
from insight_lib.events.runs.run_state import LEAST_GAPS

MINUTE_S = 60.0
# The first second that no calendar has: beyond it a clock is damaged.
_LATEST_S = 253_402_300_800.0


def minutes_written(scalars: pa.Table) -> pa.Table:
    """Return each minute in which a run wrote, and how many points; parts of a run add up.

    Args:
        scalars: run_id and wall_time (seconds since the Unix epoch) of any rows.

    Returns:
        run_id, minute (since the Unix epoch) and points; of damaged clocks nothing.
    """
    times = scalars["wall_time"]
    is_moment = pc.and_(pc.greater(times, 0.0), pc.less(times, _LATEST_S))
    known = scalars.filter(is_moment)
    minute = pc.cast(pc.floor(pc.divide(known["wall_time"], MINUTE_S)), pa.int64())
    rows = pa.table({"run_id": known["run_id"], "minute": minute})
    counted = rows.group_by(["run_id", "minute"]).aggregate([([], "count_all")])
    return counted.rename_columns(["run_id", "minute", "points"])


def longest_gaps(minutes: pa.Table, tags: Mapping[str, Collection[str]]) -> dict[str, float]:
    """Return the longest silence of each run in seconds, a minute at least.

    Left out are runs whose tags have no more than ``LEAST_GAPS`` points on average: of the others
    at least one has as many gaps.

    Args:
        minutes: as of ``minutes_written``, of whole runs; a minute may stand there twice.
        tags: of each run.
    """
    found = {}
    for run_id, rows in by_run(minutes).items():
        if pc.sum(rows["points"]).as_py() > LEAST_GAPS * len(tags[run_id]):
            gaps = np.diff(np.unique(integers(rows, "minute")))
            found[run_id] = MINUTE_S * float(gaps.max(initial=1))
    return found
