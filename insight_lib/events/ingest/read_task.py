"""The worker's part of ingestion: read ranges of event files, write their rows as Parquet files."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from insight_lib.errors import EventFileError
from insight_lib.events.format.decode import Decoded
from insight_lib.events.format.read import Stretch, ends_in_gap, read_stretch
from insight_lib.events.ingest.ledger import UNREADABLE, LedgerEntry
from insight_lib.events.ingest.plan import FileRange
from insight_lib.events.ingest.row_buffer import RowBuffer
from insight_lib.events.ingest.sort_rows import in_reading_order
from insight_lib.lake.parquet import DataFile, file_prefix, write_data_file

Number = TypeVar("Number", int, float)

VALUE_TABLES = ("scalars", "histograms", "artifacts")
ROW_TABLES = (*VALUE_TABLES, "quarantine")
# What the ledger tells of whose rows those of a table are.
WHOSE = ("run_id", "stream", "file_id")
WHOSE_BYTES = ("run_id", "file_id")
# A worker holds about this much decoded data before it writes a file.
FLUSH_BYTES = 256 << 20


@dataclass(frozen=True)
class ParseTask:
    """What one worker reads, and where it writes."""

    batch: int
    table_uris: dict[str, str]
    ranges: tuple[FileRange, ...]


@dataclass(frozen=True)
class ParseResult:
    """What one worker wrote: data files by table, and the new ledger rows of its ranges."""

    files: dict[str, list[DataFile]]
    entries: list[LedgerEntry]

    def to_json(self) -> dict[str, Any]:
        """Return the result as it is kept in a batch's plan."""
        return {
            "files": {name: [vars(file) for file in files] for name, files in self.files.items()},
            "entries": [vars(entry) for entry in self.entries],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "ParseResult":
        """Return the result that `to_json` wrote."""
        return cls(
            {name: [DataFile(**f) for f in files] for name, files in stored["files"].items()},
            [LedgerEntry(**entry) for entry in stored["entries"]],
        )


Reader = Callable[[FileRange], Iterator[Decoded]]
"""What decodes a range from ``entry.read_to`` on, in order."""


def read_range(whole: FileRange, until: int | None = None) -> Iterator[Decoded]:
    """Decode the records of a range that start before ``until``, or all of it."""
    entry = whole.entry
    until = whole.stop if until is None else until
    stretch = Stretch(entry.read_to, until, whole.stop, entry.in_gap)
    return read_stretch(entry.path, stretch, entry.plugins)


def parse(task: ParseTask, read: Reader = read_range) -> ParseResult:
    """Read the ranges of a task and write their rows; runs on a worker."""
    files: dict[str, list[DataFile]] = {name: [] for name in ROW_TABLES}
    entries: list[LedgerEntry] = []
    buffers = {name: RowBuffer() for name in ROW_TABLES}
    buffered_bytes = 0
    for piece in task.ranges:
        entry = replace(piece.entry, batch=task.batch)
        try:
            for decoded in read(piece):
                for name in ROW_TABLES:
                    rows: pa.Table = getattr(decoded, name)
                    if rows.num_rows:
                        buffers[name].add(rows, entry)
                        buffered_bytes += rows.get_total_buffer_size()
                entry = _advance(entry, decoded)
                if buffered_bytes > FLUSH_BYTES:
                    _flush(task, buffers, files)
                    buffered_bytes = 0
            entries.append(with_status(entry))
        except EventFileError:
            # Gone or closed since it was planned. One file must not hold up the night: with the
            # size that was really read, it is new again once it can be read.
            entries.append(replace(entry, size=entry.read_to, status=UNREADABLE))
    _flush(task, buffers, files)
    return ParseResult(files, entries)


def _advance(entry: LedgerEntry, decoded: Decoded) -> LedgerEntry:
    values = [rows for rows in (getattr(decoded, name) for name in VALUE_TABLES) if rows.num_rows]
    # fmin and fmax pass over what is no number, as long as there is one.
    first = [float(np.fmin.reduce(rows["wall_time"].to_numpy())) for rows in values]
    last = [float(np.fmax.reduce(rows["wall_time"].to_numpy())) for rows in values]
    steps = [int(rows["step"].to_numpy().max()) for rows in values]
    return replace(
        entry,
        read_to=decoded.read_to,
        records=entry.records + decoded.records,
        quarantined=entry.quarantined + decoded.quarantine.num_rows,
        in_gap=ends_in_gap(decoded),
        plugins=decoded.plugins,
        file_version=entry.file_version or decoded.file_version,
        first_wall_time=known(earlier, entry.first_wall_time, *first),
        last_wall_time=known(later, entry.last_wall_time, *last),
        last_step=known(max, entry.last_step, *steps),
    )


def with_status(entry: LedgerEntry) -> LedgerEntry:
    """Return a ledger row with the status that its counts and sizes say."""
    if entry.quarantined:
        return replace(entry, status="corrupt")
    return replace(entry, status="complete" if entry.read_to == entry.size else "waiting")


def _flush(
    task: ParseTask, buffers: dict[str, RowBuffer], files: dict[str, list[DataFile]]
) -> None:
    for name, waiting in buffers.items():
        if not waiting:
            continue
        if name in VALUE_TABLES:
            rows = in_reading_order([waiting.take(WHOSE)])
        else:
            rows = waiting.take(WHOSE_BYTES)
            batches = np.full(rows.num_rows, task.batch, np.int64)
            rows = rows.append_column("batch", pa.array(batches))
        uri = task.table_uris[name]
        files[name].append(write_data_file(uri, name, file_prefix(task.batch), rows))


def known(choose: Callable[[Number, Number], Number], *numbers: Number | None) -> Number | None:
    """Choose among numbers of which some or all may be unknown."""
    present = [number for number in numbers if number is not None]
    return reduce(choose, present) if present else None


def earlier(one: float, other: float) -> float:
    """Return the lesser of two wall times; NaN, which a writer may give, is none."""
    return float(np.fmin(one, other))


def later(one: float, other: float) -> float:
    """Return the greater of two wall times; NaN is none."""
    return float(np.fmax(one, other))
