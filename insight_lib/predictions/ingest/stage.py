"""Ingest prediction files into the lake exactly once: plan, read, commit; like event files.

A prediction file is read whole. One that is not what it was, or is to be read otherwise, is a new
generation, whose rows take the place of the old generation's.
"""

from collections.abc import Sequence
from dataclasses import replace

from insight_lib.files.location import Root, stored
from insight_lib.lake.batch_log import finish_plan, pending_plan, sweep, write_outcome, write_plan
from insight_lib.lake.tables import NO_VERSION, Lake
from insight_lib.lake.workers import Workers, spread
from insight_lib.predictions.discover import Place
from insight_lib.predictions.formats.column_mapping import Columns
from insight_lib.predictions.ingest.batch_plan import PredictionPlan
from insight_lib.predictions.ingest.ledger import (
    PredictionEntry,
    ledger_table,
    read_ledger,
    remembered_columns,
)
from insight_lib.predictions.ingest.plan import plan_predictions
from insight_lib.predictions.ingest.read_task import ReadResult, ReadTask, read
from insight_lib.predictions.ingest.summary import PredictionSummary, together
from insight_lib.predictions.ingest.write import ROW_TABLES
from insight_lib.predictions.pattern import Pattern, known_patterns
from insight_lib.predictions.run_names import run_names

APPLICATION = "predictions"
SMALLEST_TASK_BYTES = 1 << 20
UNKNOWN_TIME = -1
"""No file was written then."""


def ingest_predictions(
    lake: Lake,
    workers: Workers,
    roots: Sequence[Root],
    patterns: Sequence[Pattern] = (),
    columns: Columns | None = None,
) -> PredictionSummary:
    """Ingest all new prediction files.

    A batch that was interrupted earlier is repeated first, whatever the roots.

    Args:
        lake: The lake.
        workers: They read and write; without new files they are not asked.
        roots: Log roots, below which runs left their predictions.
        patterns: Where else predictions are.
        columns: What the files call their columns; None: what the lake remembers of each root and
            pattern, the names of the table's own columns where it knows none.

    Raises:
        InputError: A root is no directory, two would give different files the same name, or a
            path does not say clearly which run it means.
    """
    repeated = _repeat_pending(lake, workers)
    ledger = read_ledger(lake)
    if lake.committed("refused_labels", APPLICATION) == NO_VERSION:
        ledger = {name: _of_older_lake(entry) for name, entry in ledger.items()}
    remembered = remembered_columns(ledger.values())
    places = []
    for where in (*patterns, *roots):
        text = where.text if isinstance(where, Pattern) else stored(where)
        places.append(Place(where, columns or remembered.get(text, Columns())))
    plan = plan_predictions(places, ledger, run_names(lake, roots))
    if plan.is_empty:
        nothing = PredictionSummary(unreadable=plan.unreadable, passed_over=plan.passed_over)
        return together(repeated, nothing)
    batch = write_plan(lake, APPLICATION, plan.to_json())
    return together(repeated, _run_batch(lake, workers, batch, plan))


def _of_older_lake(entry: PredictionEntry) -> PredictionEntry:
    """Return the entry so that its file is read again if rows of it were refused.

    It was read before refused rows were counted, so what was taken of it may mislead.
    """
    refused = entry.rows and entry.quarantined
    return replace(entry, modified_ns=UNKNOWN_TIME, digest="") if refused else entry


def remembered_patterns(lake: Lake) -> tuple[Pattern, ...]:
    """Return the patterns that have brought files into the lake and whose folder still exists.

    Raises:
        InputError: The file system of a remote one cannot be reached.
    """
    return known_patterns(entry.log_root for entry in read_ledger(lake).values())


def _repeat_pending(lake: Lake, workers: Workers) -> PredictionSummary:
    kept = pending_plan(lake, APPLICATION)
    if kept is None:
        return PredictionSummary()
    plan = PredictionPlan.from_json(kept)
    if "outcome" in kept:
        return _land(lake, kept["batch"], plan, [*map(ReadResult.from_json, kept["outcome"])])
    return _run_batch(lake, workers, kept["batch"], plan)


def _run_batch(lake: Lake, workers: Workers, batch: int, plan: PredictionPlan) -> PredictionSummary:
    results = _read(lake, workers, batch, plan) if plan.entries else []
    write_outcome(lake, APPLICATION, [result.to_json() for result in results])
    return _land(lake, batch, plan, results)


def _read(lake: Lake, workers: Workers, batch: int, plan: PredictionPlan) -> list[ReadResult]:
    uris = {name: lake.table_uri(name) for name in ROW_TABLES}
    parts = 4 * workers.parallelism
    groups = spread(plan.entries, lambda entry: entry.size, parts, SMALLEST_TASK_BYTES)
    tasks = [ReadTask(batch, uris, tuple(group)) for group in groups]
    return workers.run(read, tasks, f"read {len(plan.entries)} prediction files")


def _land(
    lake: Lake, batch: int, plan: PredictionPlan, results: Sequence[ReadResult]
) -> PredictionSummary:
    """Commit what the workers wrote, and remove the files that are not committed."""
    _commit(lake, batch, plan, results)
    sweep(lake, (*ROW_TABLES, "prediction_files"), batch)
    entries = [entry for result in results for entry in result.entries]
    return PredictionSummary(
        files_read=len(entries),
        new_bytes=sum(entry.size for entry in entries),
        rows=sum(entry.rows for entry in entries),
        quarantined=sum(entry.quarantined for entry in entries),
        unreadable=plan.unreadable + tuple(path for r in results for path in r.unreadable),
        batches=(batch,),
        refused_files=sum(entry.rows == 0 and entry.quarantined > 0 for entry in entries),
        passed_over=plan.passed_over,
    )


def _commit(lake: Lake, batch: int, plan: PredictionPlan, results: Sequence[ReadResult]) -> None:
    files = {name: [f for result in results for f in result.files[name]] for name in ROW_TABLES}
    entries = [entry for result in results for entry in result.entries]
    read_now = {entry.name for entry in entries}
    # What could not be read takes nobody's place.
    replaced = [replace(old, batch=batch) for old in plan.replaced if old.name in read_now]
    old_ids = [old.file_id for old in replaced]
    lake.replace("predictions", "file_id", old_ids, files["predictions"], APPLICATION, batch)
    counts = files["refused_labels"]
    lake.replace("refused_labels", "file_id", old_ids, counts, APPLICATION, batch)
    lake.append("quarantine", files["quarantine"], APPLICATION, batch)
    followed = [replace(e, batch=batch) if e.batch < 0 else e for e in plan.followed]
    entries = [*entries, *replaced, *followed]
    ids = [entry.file_id for entry in entries]
    lake.replace("prediction_files", "file_id", ids, ledger_table(entries), APPLICATION, batch)
    finish_plan(lake, APPLICATION)
