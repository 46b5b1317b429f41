"""Ingest event files into the lake exactly once: plan, parse, commit.

The driver plans and commits, workers parse: each reads its slices, writes Parquet files into the
tables' folders and returns their names and the new ledger rows. The order of the commits (rows,
quarantine, ledger) and the plan that outlives a crash make every record count once.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.errors import EventFileError
from insight_lib.events.decode import Decoded
from insight_lib.events.ledger import LedgerEntry, ledger_table, read_ledger
from insight_lib.events.plan import EventPlan, Slice, plan_events
from insight_lib.events.read import read_span
from insight_lib.lake.batches import file_prefix, finish_plan, pending_plan, sweep, write_plan
from insight_lib.lake.contract import contract
from insight_lib.lake.parquet import DataFile, write_data_file
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers, spread

Number = TypeVar("Number", int, float)

APPLICATION = "events"
VALUE_TABLES = ("scalars", "histograms", "artifacts")
UNREADABLE = "unreadable"
ROW_TABLES = (*VALUE_TABLES, "quarantine")
# A worker holds about this much decoded data before it writes a file.
FLUSH_BYTES = 256 << 20
SMALLEST_TASK_BYTES = 1 << 20
READING_ORDER = [(name, "ascending") for name in ("run_id", "stream", "tag", "step")]


@dataclass(frozen=True)
class IngestSummary:
    """What a batch brought, for people."""

    files_found: int = 0
    files_read: int = 0
    new_bytes: int = 0
    records: int = 0
    quarantined: int = 0
    unreadable: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The summary in a few words."""
        said = (
            f"{self.files_read:,} of {self.files_found:,} files, {self.records:,} records, "
            f"{self.new_bytes / 1e6:,.1f} MB, {self.quarantined:,} spans quarantined"
        )
        if self.unreadable:
            said += f", {len(self.unreadable)} files left unread"
        return said


@dataclass(frozen=True)
class ParseTask:
    """What one worker reads, and where it writes."""

    batch: int
    table_uris: dict[str, str]
    slices: tuple[Slice, ...]


@dataclass(frozen=True)
class ParseResult:
    """What one worker wrote: data files by table, and the new ledger rows of its slices."""

    files: dict[str, list[DataFile]]
    entries: list[LedgerEntry]


def ingest_events(lake: Lake, workers: Workers, roots: Sequence[Path]) -> IngestSummary:
    """Bring all new bytes of the event files below the log roots into the lake.

    A batch that was cut off earlier is repeated first, whatever the roots.

    Raises:
        InputError: Two log roots would give different files the same name.
    """
    repeated = _repeat_pending(lake, workers)
    plan = plan_events(roots, read_ledger(lake))
    if not plan.slices:
        return _together(repeated, IngestSummary(plan.found, unreadable=plan.unreadable))
    stored = {
        "slices": [piece.to_json() for piece in plan.slices],
        "replaced": [Slice(entry, entry.read_to).to_json() for entry in plan.replaced],
    }
    batch = write_plan(lake, APPLICATION, stored)
    return _together(repeated, _run_batch(lake, workers, batch, plan))


def _together(repeated: IngestSummary, new: IngestSummary) -> IngestSummary:
    return IngestSummary(
        files_found=new.files_found,
        files_read=repeated.files_read + new.files_read,
        new_bytes=repeated.new_bytes + new.new_bytes,
        records=repeated.records + new.records,
        quarantined=repeated.quarantined + new.quarantined,
        unreadable=repeated.unreadable + new.unreadable,
    )


def parse(task: ParseTask) -> ParseResult:
    """Read the slices of a task and write their rows; runs on a worker."""
    files: dict[str, list[DataFile]] = {name: [] for name in ROW_TABLES}
    entries: list[LedgerEntry] = []
    buffered: dict[str, list[pa.Table]] = {name: [] for name in ROW_TABLES}
    for piece in task.slices:
        entry = replace(piece.entry, batch=task.batch)
        try:
            for decoded in read_span(Path(entry.path), entry.read_to, piece.stop, entry.plugins):
                for name, rows in _rows_of(decoded, entry):
                    buffered[name].append(rows)
                entry = _advance(entry, decoded)
                if _held_bytes(buffered) > FLUSH_BYTES:
                    _flush(task, buffered, files)
            entries.append(_with_status(entry))
        except EventFileError:
            # Gone or closed since it was planned. One file must not hold up the night: with the
            # size that was really read, it is new again once it can be read.
            entries.append(replace(entry, size=entry.read_to, status=UNREADABLE))
    _flush(task, buffered, files)
    return ParseResult(files, entries)


def _held_bytes(buffered: dict[str, list[pa.Table]]) -> int:
    return sum(rows.nbytes for tables in buffered.values() for rows in tables)


def _repeat_pending(lake: Lake, workers: Workers) -> IngestSummary:
    stored = pending_plan(lake, APPLICATION)
    if stored is None:
        return IngestSummary()
    slices = tuple(map(Slice.from_json, stored["slices"]))
    replaced = tuple(Slice.from_json(piece).entry for piece in stored["replaced"])
    return _run_batch(lake, workers, stored["batch"], EventPlan(slices, replaced, 0, ()))


def _run_batch(lake: Lake, workers: Workers, batch: int, plan: EventPlan) -> IngestSummary:
    uris = {name: lake.table_uri(name) for name in ROW_TABLES}
    groups = spread(
        plan.slices,
        lambda piece: piece.stop - piece.entry.read_to,
        4 * workers.parallelism,
        SMALLEST_TASK_BYTES,
    )
    tasks = [ParseTask(batch, uris, tuple(group)) for group in groups]
    results = workers.run(parse, tasks, f"read {len(plan.slices)} event files")
    _commit(lake, batch, plan, results)
    sweep(lake, ROW_TABLES, batch)
    return _summary(plan, [entry for result in results for entry in result.entries])


def _commit(lake: Lake, batch: int, plan: EventPlan, results: list[ParseResult]) -> None:
    for name in ROW_TABLES:
        files = [file for result in results for file in result.files[name]]
        lake.append(name, files, APPLICATION, batch)
    entries = [entry for result in results for entry in result.entries]
    entries += [replace(entry, batch=batch) for entry in plan.replaced]
    ids = [entry.file_id for entry in entries]
    lake.replace("event_files", "file_id", ids, ledger_table(entries), APPLICATION, batch)
    finish_plan(lake, APPLICATION)


def _summary(plan: EventPlan, entries: list[LedgerEntry]) -> IngestSummary:
    before = [piece.entry for piece in plan.slices]
    return IngestSummary(
        files_found=plan.found,
        files_read=len(entries),
        new_bytes=sum(e.read_to for e in entries) - sum(e.read_to for e in before),
        records=sum(e.records for e in entries) - sum(e.records for e in before),
        quarantined=sum(e.quarantined for e in entries) - sum(e.quarantined for e in before),
        unreadable=plan.unreadable + tuple(e.path for e in entries if e.status == UNREADABLE),
    )


def _rows_of(decoded: Decoded, entry: LedgerEntry) -> Iterator[tuple[str, pa.Table]]:
    whose = {"run_id": entry.run_id, "stream": entry.stream, "file_id": entry.file_id}
    for name in VALUE_TABLES:
        rows: pa.Table = getattr(decoded, name)
        if rows.num_rows:
            yield name, _with_constants(rows, whose)
    if decoded.quarantine.num_rows:
        constants = {"run_id": entry.run_id, "file_id": entry.file_id}
        rows = _with_constants(decoded.quarantine, constants)
        batches = pa.array([entry.batch] * rows.num_rows, pa.int64())
        yield "quarantine", rows.append_column(pa.field("batch", pa.int64()), batches)


def _with_constants(rows: pa.Table, constants: dict[str, str]) -> pa.Table:
    for column, value in constants.items():
        repeated = pa.repeat(pa.scalar(value, pa.string()), rows.num_rows)
        rows = rows.append_column(pa.field(column, pa.string()), repeated)
    return rows


def _advance(entry: LedgerEntry, decoded: Decoded) -> LedgerEntry:
    values = [getattr(decoded, name) for name in VALUE_TABLES]
    times = pa.chunked_array([c for v in values for c in v["wall_time"].chunks], pa.float64())
    steps = pa.chunked_array([c for v in values for c in v["step"].chunks], pa.int64())
    time = pc.min_max(times).as_py()
    return replace(
        entry,
        read_to=decoded.read_to,
        records=entry.records + decoded.records,
        quarantined=entry.quarantined + decoded.quarantine.num_rows,
        plugins=decoded.plugins,
        file_version=decoded.file_version or entry.file_version,
        first_wall_time=_known(min, entry.first_wall_time, time["min"]),
        last_wall_time=_known(max, entry.last_wall_time, time["max"]),
        last_step=_known(max, entry.last_step, pc.max(steps).as_py()),
    )


def _with_status(entry: LedgerEntry) -> LedgerEntry:
    if entry.quarantined:
        return replace(entry, status="corrupt")
    return replace(entry, status="complete" if entry.read_to == entry.size else "waiting")


def _flush(
    task: ParseTask, buffered: dict[str, list[pa.Table]], files: dict[str, list[DataFile]]
) -> None:
    for name, tables in buffered.items():
        if not tables:
            continue
        rows = pa.concat_tables(tables).select(contract(name).schema.names)
        if name in VALUE_TABLES:
            rows = rows.sort_by(READING_ORDER)
        uri = task.table_uris[name]
        files[name].append(write_data_file(uri, name, file_prefix(task.batch), rows))
        tables.clear()


def _known(
    choose: Callable[..., Number], one: Number | None, other: Number | None
) -> Number | None:
    present = [value for value in (one, other) if value is not None]
    return choose(present) if present else None
