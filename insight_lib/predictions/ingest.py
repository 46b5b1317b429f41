"""Ingest prediction files into the lake exactly once: plan, read, commit; like event files.

A prediction file is read whole. One that is not what it was is a new generation, whose rows take
the place of the old generation's.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import pyarrow as pa

from insight_lib.errors import PredictionFileError
from insight_lib.events.storage import Root
from insight_lib.lake.batches import finish_plan, pending_plan, sweep, write_plan
from insight_lib.lake.contract import contract
from insight_lib.lake.parquet import DataFile, file_prefix, write_data_file
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers, spread
from insight_lib.predictions.ledger import PredictionEntry, ledger_table, new_files, read_ledger
from insight_lib.predictions.read import PredictionRows, read_predictions

APPLICATION = "predictions"
ROW_TABLES = ("predictions", "quarantine")
SMALLEST_TASK_BYTES = 1 << 20
READING_ORDER = [(name, "ascending") for name in ("run_id", "step", "split")]


@dataclass(frozen=True)
class PredictionSummary:
    """What a batch brought, for people."""

    files_read: int = 0
    new_bytes: int = 0
    rows: int = 0
    quarantined: int = 0

    @property
    def text(self) -> str:
        """The summary in a few words."""
        return (
            f"{self.files_read:,} new files, {self.rows:,} rows, {self.new_bytes / 1e6:,.1f} MB, "
            f"{self.quarantined:,} rows quarantined"
        )


@dataclass(frozen=True)
class ReadTask:
    """What one worker reads, and where it writes."""

    batch: int
    table_uris: dict[str, str]
    entries: tuple[PredictionEntry, ...]


@dataclass(frozen=True)
class ReadResult:
    """What one worker wrote: data files by table, and the ledger rows of its files."""

    files: dict[str, DataFile]
    entries: list[PredictionEntry]


def ingest_predictions(lake: Lake, workers: Workers, roots: Sequence[Root]) -> PredictionSummary:
    """Bring all new prediction files below the log roots into the lake.

    A batch that was cut off earlier is repeated first, whatever the roots.

    Raises:
        InputError: A root is no directory.
    """
    repeated: list[PredictionEntry] = []
    stored = pending_plan(lake, APPLICATION)
    if stored is not None:
        planned = [PredictionEntry(**entry) for entry in stored["entries"]]
        repeated = _run_batch(lake, workers, stored["batch"], planned)
    ledger = read_ledger(lake)
    entries = [entry for root in roots for entry in new_files(root, ledger)]
    if entries:
        plan: dict[str, Any] = {"entries": [asdict(entry) for entry in entries]}
        entries = _run_batch(lake, workers, write_plan(lake, APPLICATION, plan), entries)
    return _summary(repeated + entries)


def read(task: ReadTask) -> ReadResult:
    """Read the files of a task and write their rows; runs on a worker."""
    entries = []
    tables: dict[str, list[pa.Table]] = {name: [] for name in ROW_TABLES}
    for planned in task.entries:
        found = _read_or_reject(planned)
        entries.append(
            replace(
                planned,
                batch=task.batch,
                rows=found.rows.num_rows + found.quarantine.num_rows,
                quarantined=found.quarantine.num_rows,
                status="corrupt" if found.quarantine.num_rows else "complete",
            )
        )
        batches = pa.array([task.batch] * found.quarantine.num_rows, pa.int64())
        quarantine = found.quarantine.append_column("batch", batches)
        tables["quarantine"].append(contract("quarantine").conform(quarantine))
        tables["predictions"].append(found.rows)
    tables["predictions"] = [pa.concat_tables(tables["predictions"]).sort_by(READING_ORDER)]
    prefix = file_prefix(task.batch)
    files = {
        name: write_data_file(task.table_uris[name], name, prefix, pa.concat_tables(parts))
        for name, parts in tables.items()
        if any(part.num_rows for part in parts)
    }
    return ReadResult(files, entries)


def _read_or_reject(entry: PredictionEntry) -> PredictionRows:
    try:
        return read_predictions(entry.path, entry.run_id, entry.file_id)
    except PredictionFileError as error:
        whole_file = {
            "run_id": entry.run_id,
            "file_id": entry.file_id,
            "offset": 0,
            "length": 0,
            "reason": str(error),
        }
        columns = [field for field in contract("quarantine").schema if field.name != "batch"]
        quarantine = pa.Table.from_pylist([whole_file], schema=pa.schema(columns))
        return PredictionRows(contract("predictions").empty(), quarantine)


def _run_batch(
    lake: Lake, workers: Workers, batch: int, planned: list[PredictionEntry]
) -> list[PredictionEntry]:
    uris = {name: lake.table_uri(name) for name in ROW_TABLES}
    groups = spread(planned, lambda e: e.size, 4 * workers.parallelism, SMALLEST_TASK_BYTES)
    tasks = [ReadTask(batch, uris, tuple(group)) for group in groups]
    results = workers.run(read, tasks, f"read {len(planned)} prediction files")
    entries = [entry for result in results for entry in result.entries]
    _commit(lake, batch, results, entries)
    sweep(lake, ROW_TABLES, batch)
    return entries


def _commit(
    lake: Lake, batch: int, results: list[ReadResult], entries: list[PredictionEntry]
) -> None:
    files = {name: [r.files[name] for r in results if name in r.files] for name in ROW_TABLES}
    replaced = _replaced(lake, entries)
    old_ids = [entry.file_id for entry in replaced]
    lake.replace("predictions", "file_id", old_ids, files["predictions"], APPLICATION, batch)
    lake.append("quarantine", files["quarantine"], APPLICATION, batch)
    entries = entries + [replace(entry, status="replaced", batch=batch) for entry in replaced]
    ids = [entry.file_id for entry in entries]
    lake.replace("prediction_files", "file_id", ids, ledger_table(entries), APPLICATION, batch)
    finish_plan(lake, APPLICATION)


def _replaced(lake: Lake, entries: list[PredictionEntry]) -> list[PredictionEntry]:
    newer = {entry.file_id.removesuffix(f"@{entry.generation}") for entry in entries}
    return [entry for name, entry in read_ledger(lake).items() if name in newer]


def _summary(entries: list[PredictionEntry]) -> PredictionSummary:
    return PredictionSummary(
        files_read=len(entries),
        new_bytes=sum(entry.size for entry in entries),
        rows=sum(entry.rows for entry in entries),
        quarantined=sum(entry.quarantined for entry in entries),
    )
