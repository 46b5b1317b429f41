"""Read event files into Arrow tables, without a lake."""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from insight_lib.columnar.repeated import with_constants
from insight_lib.errors import InputError
from insight_lib.events.format.decode import Decoded
from insight_lib.events.format.read import read_span
from insight_lib.events.ingest.placement import RunPlacement
from insight_lib.files.listing import Found, is_event_file, list_files, no_event_file
from insight_lib.files.location import (
    Root,
    as_root,
    exists,
    is_folder,
    is_remote,
    local_path,
    printable,
    size_and_time,
)
from insight_lib.lake.contract import contract

__all__ = ["EventTables", "read_events"]

MOST_AT_ONCE = 4
"""Files that are read at once: each takes some 50 MB of memory to work in."""

_DAMAGED = pa.schema([field for field in contract("quarantine").schema if field.name != "batch"])
_FILE_COLUMNS = ("run_id", "file_id", "stream", "path", "size", "read_to", "records")
_FILES = pa.schema([contract("event_files").schema.field(name) for name in _FILE_COLUMNS])


@dataclass(frozen=True)
class EventTables:
    """What event files hold; each table is in the order of the files.

    Attributes:
        scalars: the columns of table ``scalars`` of a lake: run_id, stream, tag, step, value, ...
        histograms: those of table ``histograms``.
        artifacts: those of table ``artifacts``: all other values, each as it was written.
        damaged: spans of bytes without an intact record: run_id, file_id, offset, length (bytes)
            and reason.
        files: run_id, file_id, stream, path, size (bytes), read_to and records of each file. Where
            ``read_to`` is below ``size``, the last record is not complete yet.
        closed: folders that may not be entered; what they hold is not read.
    """

    scalars: pa.Table
    histograms: pa.Table
    artifacts: pa.Table
    damaged: pa.Table
    files: pa.Table
    closed: tuple[str, ...]


class _EventFile(NamedTuple):
    place: str
    size: int
    file_id: str
    run_id: str
    stream: str


def read_events(path: str | os.PathLike[str]) -> EventTables:
    """Read an event file, or all event files below a folder, into Arrow tables in memory.

    Runs and streams are named as in a lake whose log root the folder is; of a single file its
    folder is the run. Damaged records are passed over and named in ``damaged``. Steps that a
    restart wrote again stand in the tables as often as they were written. A file without a value
    whose run cannot be known yet (a line of ``add_scalars`` that has just begun) is left out.

    Args:
        path: a file, which may have any name, or a folder, in which files with ``tfevents`` in
            their name are read; local, or a URI such as ``s3://bucket/logs``.

    Raises:
        InputError: there is nothing at the path, or no event file below it.
        EventFileError: a file cannot be opened or read.

    Example:
        >>> import pyarrow.compute as pc
        >>> from insight_lib import read_events
        >>> found = read_events("logs/run-8")
        >>> found.scalars.column_names[:4]
        ['run_id', 'stream', 'tag', 'step']
        >>> losses = found.scalars.filter(pc.field("tag") == "epoch_loss")
        >>> losses["step"].to_pylist(), found.damaged.num_rows
        ([2, 4, 6], 0)
    """
    root, found, closed = _find(as_root(os.fspath(path)))
    if not found:
        raise InputError(no_event_file(os.fspath(path), closed))
    files = list(_placed(root, found))
    with ThreadPoolExecutor(min(os.cpu_count() or 1, MOST_AT_ONCE)) as threads:
        pieces = list(threads.map(_read, files))
    together = [
        (file, decoded)
        for file, decodeds in zip(files, pieces, strict=True)
        for decoded in decodeds
    ]
    return EventTables(
        scalars=_table(contract("scalars").schema, ((f, d.scalars) for f, d in together)),
        histograms=_table(contract("histograms").schema, ((f, d.histograms) for f, d in together)),
        artifacts=_table(contract("artifacts").schema, ((f, d.artifacts) for f, d in together)),
        damaged=_table(_DAMAGED, ((f, d.quarantine) for f, d in together)),
        files=_files_table(files, pieces),
        closed=closed,
    )


def _find(place: Root) -> tuple[Root, list[Found], tuple[str, ...]]:
    """Return the folder by which runs are named, its event files, and folders that are closed."""
    place = place if is_remote(place) else local_path(place).expanduser().resolve()
    if is_folder(place):
        listing = list_files(place, is_event_file)
        return place, listing.files, tuple(printable(one) for one in sorted(listing.closed))
    if not exists(place):
        raise InputError(f"there is no file or folder {place}; name an event file or a log folder")
    size, modified_ns = size_and_time(place)
    folder, _, name = os.fspath(place).rpartition("/")
    root = folder if is_remote(place) else Path(folder)
    return root, [Found(os.fspath(place), name, size, modified_ns)], ()


def _placed(root: Root, found: list[Found]) -> Iterator[_EventFile]:
    """Name the run and the stream of each file; one that has neither yet holds no value."""
    placement = RunPlacement(root, {file.below: file.place for file in found})
    for file in found:
        where = placement.run_and_stream(file.below)
        if where is not None:
            yield _EventFile(file.place, file.size, placement.file_id(file.below), *where)


def _read(file: _EventFile) -> list[Decoded]:
    return list(read_span(file.place, 0, file.size, {}))


def _table(schema: pa.Schema, pieces: Iterable[tuple[_EventFile, pa.Table]]) -> pa.Table:
    """Put the pieces of all files together, with the columns that name run, stream and file."""
    rows = [
        with_constants(
            piece, {"run_id": file.run_id, "stream": file.stream, "file_id": file.file_id}
        )
        .select(schema.names)
        .cast(schema)
        for file, piece in pieces
        if piece.num_rows
    ]
    return pa.concat_tables([schema.empty_table(), *rows])


def _files_table(files: list[_EventFile], pieces: list[list[Decoded]]) -> pa.Table:
    rows = [
        {
            "run_id": file.run_id,
            "file_id": file.file_id,
            "stream": file.stream,
            "path": printable(file.place),
            "size": file.size,
            "read_to": decodeds[-1].read_to if decodeds else 0,
            "records": sum(decoded.records for decoded in decodeds),
        }
        for file, decodeds in zip(files, pieces, strict=True)
    ]
    return pa.Table.from_pylist(rows, schema=_FILES)
