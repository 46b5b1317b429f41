"""The verdicts in table ``runs``: copies of those that the dissection stage writes."""

import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.lake.batch_log import LEDGERS, runs_between
from insight_lib.lake.run_stage import Progress
from insight_lib.lake.tables import Lake

VERDICT_COLUMNS = ("verdict", "judged", "not_judged")
"""Of tables ``verdicts`` and ``runs``."""


def with_verdicts(runs: pa.Table, verdicts: pa.Table) -> pa.Table:
    """Return rows of ``runs`` with their verdicts, null where there is none.

    Args:
        runs: any of their rows.
        verdicts: columns run_id and ``VERDICT_COLUMNS``, one row a run, in any order.
    """
    places = pc.index_in(runs["run_id"], verdicts["run_id"].combine_chunks())
    for name in VERDICT_COLUMNS:
        at = runs.column_names.index(name)
        runs = runs.set_column(at, runs.schema.field(at), verdicts[name].take(places))
    return runs


def copy_verdicts(lake: Lake, dissected: Progress) -> None:
    """Give table ``runs`` the verdicts of the runs that were dissected since they were copied.

    The copy carries the application and the batch of the dissection, so that it is repeated after
    an interruption and only then.

    Args:
        lake: its only writer is the caller.
        dissected: how far the dissection has worked.
    """
    done, copied = dissected.done(lake), lake.committed("runs", dissected.application)
    if done <= copied:
        return
    run_ids = runs_between(lake, copied, done, LEDGERS.values())
    new = with_verdicts(lake.read("runs", None, run_ids), lake.read("verdicts", None, run_ids))
    lake.replace("runs", "run_id", run_ids, new, dissected.application, done)
    if lake.is_outdated("runs"):
        lake.mark_current("runs")
