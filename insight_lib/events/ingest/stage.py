"""Ingest event files into the lake exactly once: plan, parse, commit.

The driver plans and commits, workers parse: each reads its ranges, writes Parquet files into the
tables' folders and returns their names and the new ledger rows. The order of the commits (rows,
quarantine, ledger) and the plan that outlives a crash make every record count once.
"""

import time
from collections.abc import Sequence
from dataclasses import replace

from insight_lib.events.ingest.ledger import UNREADABLE, LedgerEntry, ledger_table, read_ledger
from insight_lib.events.ingest.plan import EventPlan, FileRange, plan_events
from insight_lib.events.ingest.read_task import ROW_TABLES, ParseResult, ParseTask
from insight_lib.events.ingest.split_file import read_task
from insight_lib.events.ingest.summary import IngestSummary, together
from insight_lib.files.location import Root
from insight_lib.lake.batch_log import finish_plan, pending_plan, sweep, write_outcome, write_plan
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers

APPLICATION = "events"


def ingest_events(lake: Lake, workers: Workers, roots: Sequence[Root]) -> IngestSummary:
    """Ingest all new bytes of the event files below the log roots.

    A batch that was interrupted earlier is repeated first, whatever the roots.

    Raises:
        InputError: Two log roots would give different files the same name.
    """
    repeated = _repeat_pending(lake, workers)
    plan = plan_events(roots, read_ledger(lake))
    if not plan.ranges:
        return together(repeated, IngestSummary(plan.found, unreadable=plan.unreadable))
    stored = {
        "slices": [piece.to_json() for piece in plan.ranges],
        "replaced": [FileRange(entry, entry.read_to).to_json() for entry in plan.replaced],
    }
    batch = write_plan(lake, APPLICATION, stored)
    return together(repeated, _run_batch(lake, workers, batch, plan))


def _repeat_pending(lake: Lake, workers: Workers) -> IngestSummary:
    stored = pending_plan(lake, APPLICATION)
    if stored is None:
        return IngestSummary()
    ranges = tuple(map(FileRange.from_json, stored["slices"]))
    replaced = tuple(FileRange.from_json(piece).entry for piece in stored["replaced"])
    plan = EventPlan(ranges, replaced, 0, ())
    if "outcome" in stored:
        results = [*map(ParseResult.from_json, stored["outcome"])]
        return _land(lake, stored["batch"], plan, results, time.monotonic())
    return _run_batch(lake, workers, stored["batch"], plan)


def _run_batch(lake: Lake, workers: Workers, batch: int, plan: EventPlan) -> IngestSummary:
    parts = 4 * workers.parallelism  # the session starts here
    started_s = time.monotonic()
    uris = {name: lake.table_uri(name) for name in ROW_TABLES}
    results = read_task(workers, ParseTask(batch, uris, plan.ranges), parts)
    write_outcome(lake, APPLICATION, [result.to_json() for result in results])
    return _land(lake, batch, plan, results, started_s)


def _land(
    lake: Lake, batch: int, plan: EventPlan, results: Sequence[ParseResult], started_s: float
) -> IngestSummary:
    """Commit what the workers wrote, and remove the files that are not committed."""
    _commit(lake, batch, plan, results)
    sweep(lake, (*ROW_TABLES, "event_files"), batch)
    summary = _summary(plan, [entry for result in results for entry in result.entries])
    return replace(summary, batches=(batch,), seconds=time.monotonic() - started_s)


def _commit(lake: Lake, batch: int, plan: EventPlan, results: Sequence[ParseResult]) -> None:
    for name in ROW_TABLES:
        files = [file for result in results for file in result.files[name]]
        lake.append(name, files, APPLICATION, batch)
    entries = [entry for result in results for entry in result.entries]
    entries += [replace(entry, batch=batch) for entry in plan.replaced]
    ids = [entry.file_id for entry in entries]
    lake.replace("event_files", "file_id", ids, ledger_table(entries), APPLICATION, batch)
    finish_plan(lake, APPLICATION)


def _summary(plan: EventPlan, entries: list[LedgerEntry]) -> IngestSummary:
    before = [piece.entry for piece in plan.ranges]
    return IngestSummary(
        files_found=plan.found,
        files_read=len(entries),
        new_bytes=sum(e.read_to for e in entries) - sum(e.read_to for e in before),
        records=sum(e.records for e in entries) - sum(e.records for e in before),
        quarantined=sum(e.quarantined for e in entries) - sum(e.quarantined for e in before),
        unreadable=plan.unreadable + tuple(e.path for e in entries if e.status == UNREADABLE),
    )
