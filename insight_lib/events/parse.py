"""The worker's part of ingestion: read slices of event files, write their rows as Parquet files."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.errors import EventFileError
from insight_lib.events.decode import Decoded
from insight_lib.events.ledger import UNREADABLE, LedgerEntry
from insight_lib.events.plan import Slice
from insight_lib.events.read import Stretch, ends_in_gap, read_stretch
from insight_lib.events.reading_order import in_reading_order
from insight_lib.lake.parquet import DataFile, file_prefix, write_data_file

Number = TypeVar("Number", int, float)

VALUE_TABLES = ("scalars", "histograms", "artifacts")
ROW_TABLES = (*VALUE_TABLES, "quarantine")
# A worker holds about this much decoded data before it writes a file.
FLUSH_BYTES = 256 << 20


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

    def to_json(self) -> dict[str, Any]:
        """Return the result as it is kept in a batch's plan."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "ParseResult":
        """Return the result that `to_json` wrote."""
        return cls(
            {name: [DataFile(**f) for f in files] for name, files in stored["files"].items()},
            [LedgerEntry(**entry) for entry in stored["entries"]],
        )


Reader = Callable[[Slice], Iterator[Decoded]]
"""What decodes a slice from ``entry.read_to`` on, in order."""


def read_slice(whole: Slice, until: int | None = None) -> Iterator[Decoded]:
    """Decode the records of a slice that start before ``until``, or all of it."""
    entry = whole.entry
    until = whole.stop if until is None else until
    stretch = Stretch(entry.read_to, until, whole.stop, entry.in_gap)
    return read_stretch(entry.path, stretch, entry.plugins)


def parse(task: ParseTask, read: Reader = read_slice) -> ParseResult:
    """Read the slices of a task and write their rows; runs on a worker."""
    files: dict[str, list[DataFile]] = {name: [] for name in ROW_TABLES}
    entries: list[LedgerEntry] = []
    buffered: dict[str, list[pa.Table]] = {name: [] for name in ROW_TABLES}
    held_bytes = 0
    for piece in task.slices:
        entry = replace(piece.entry, batch=task.batch)
        try:
            for decoded in read(piece):
                for name, rows in _rows_of(decoded, entry):
                    buffered[name].append(rows)
                    held_bytes += rows.nbytes
                entry = _advance(entry, decoded)
                if held_bytes > FLUSH_BYTES:
                    _flush(task, buffered, files)
                    held_bytes = 0
            entries.append(with_status(entry))
        except EventFileError:
            # Gone or closed since it was planned. One file must not hold up the night: with the
            # size that was really read, it is new again once it can be read.
            entries.append(replace(entry, size=entry.read_to, status=UNREADABLE))
    _flush(task, buffered, files)
    return ParseResult(files, entries)


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
    # A dictionary of one text and a row of zeros: sorting and writing cost next to nothing.
    first = pa.array(np.zeros(rows.num_rows, np.int32))
    for column, value in constants.items():
        repeated = pa.DictionaryArray.from_arrays(first, pa.array([value], pa.string()))
        rows = rows.append_column(column, repeated)
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
        in_gap=ends_in_gap(decoded),
        plugins=decoded.plugins,
        file_version=entry.file_version or decoded.file_version,
        first_wall_time=known(min, entry.first_wall_time, time["min"]),
        last_wall_time=known(max, entry.last_wall_time, time["max"]),
        last_step=known(max, entry.last_step, pc.max(steps).as_py()),
    )


def with_status(entry: LedgerEntry) -> LedgerEntry:
    """Return a ledger row with the status that its counts and sizes say."""
    if entry.quarantined:
        return replace(entry, status="corrupt")
    return replace(entry, status="complete" if entry.read_to == entry.size else "waiting")


def _flush(
    task: ParseTask, buffered: dict[str, list[pa.Table]], files: dict[str, list[DataFile]]
) -> None:
    for name, tables in buffered.items():
        if not tables:
            continue
        rows = in_reading_order(tables) if name in VALUE_TABLES else pa.concat_tables(tables)
        uri = task.table_uris[name]
        files[name].append(write_data_file(uri, name, file_prefix(task.batch), rows))
        tables.clear()


def known(choose: Callable[..., Number], one: Number | None, other: Number | None) -> Number | None:
    """Choose between two numbers, of which one or both may be unknown."""
    present = [value for value in (one, other) if value is not None]
    return choose(present) if present else None
