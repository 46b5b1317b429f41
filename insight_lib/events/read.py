"""Event files and buffers of them -> Arrow tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

import numpy as np
import pyarrow as pa

from insight_lib.errors import EventFileError, InputError
from insight_lib.events import event, framing
from insight_lib.events.artifacts import artifacts_table
from insight_lib.events.columns import histograms_table, quarantine_table, scalars_table
from insight_lib.events.event import read_events
from insight_lib.events.intern import intern
from insight_lib.events.kernels import Bytes
from insight_lib.events.parsed import Parsed
from insight_lib.events.plugins import declared_plugins
from insight_lib.events.routing import route
from insight_lib.events.values import read_values

CHUNK_BYTES = 16 * 2**20
"""Bytes of a file that are read at once; a longer record is read whole."""
MAX_BUFFER_BYTES = framing.MAX_PAYLOAD_BYTES + framing.FRAME_BYTES
"""The longest possible record, and the most that a column of Arrow's 32-bit offsets can hold."""


@dataclass(frozen=True)
class Decoded:
    """What a stretch of an event file holds.

    Every value of every intact record is one row of one of the first three tables, every intact
    record without values one row of ``artifacts``. The spans of the intact records and those in
    ``quarantine`` tile the bytes from where the stretch started up to ``read_to``.

    Attributes:
        scalars: tag string, step int64, wall_time double (seconds since the Unix epoch), value
            double (NaN and infinities as they are), record_offset int64 (absolute), value_index
            int32.
        histograms: tag, step, wall_time, left_edges, right_edges and counts list<double>,
            record_offset, value_index.
        artifacts: tag, step, wall_time, plugin, payload binary, record_offset, value_index.
        quarantine: offset int64 (absolute) and length int64 of a span, reason string.
        read_to: absolute end of the last complete record or quarantined span; what lies beyond is
            not complete yet.
        records: complete records whose header holds, with those whose payload is damaged.
        plugins: tag -> plugin that it was first declared as, here or before.
        file_version: the first file version event, such as ``brain.Event:2``; None without one.
    """

    scalars: pa.Table
    histograms: pa.Table
    artifacts: pa.Table
    quarantine: pa.Table
    read_to: int
    records: int
    plugins: dict[str, str]
    file_version: str | None


def decode(
    buffer: bytes | bytearray | memoryview | Bytes,
    base_offset: int,
    known_plugins: Mapping[str, str],
) -> Decoded:
    r"""Decode the records of a buffer.

    Tags that are no valid UTF-8 keep their odd bytes as escapes (``\xff``).

    Args:
        buffer: bytes of an event file that start where a record starts; up to 2 GiB. Nothing of
            it is kept.
        base_offset: where the buffer starts in the file.
        known_plugins: ``Decoded.plugins`` of what came before in the file.

    Raises:
        InputError: the buffer is longer than 2 GiB.
    """
    data = np.frombuffer(buffer, np.uint8)
    data.flags.writeable = False
    if len(data) > MAX_BUFFER_BYTES:
        raise InputError(
            f"cannot decode {len(data)} bytes at once, the limit is {MAX_BUFFER_BYTES}: "
            "pass the file in pieces, or use read_span"
        )
    parsed, plugins = _parse(data, base_offset, known_plugins)
    spans = parsed.spans
    return Decoded(
        scalars=scalars_table(parsed),
        histograms=histograms_table(parsed),
        artifacts=artifacts_table(parsed),
        quarantine=quarantine_table(parsed),
        read_to=base_offset + (int(spans["stop"][-1]) if len(spans) else 0),
        records=int(np.isin(spans["status"], framing.RECORD_STATUSES).sum()),
        plugins=plugins,
        file_version=_file_version(parsed),
    )


def _parse(
    data: Bytes, base_offset: int, known_plugins: Mapping[str, str]
) -> tuple[Parsed, dict[str, str]]:
    """Run the layers over a buffer; also the plugins of tags, known and new."""
    spans = framing.scan(data)
    events = read_events(data, spans)
    values = read_values(data, spans, events)
    tags, tag_names = intern(data, np.column_stack((values["tag_start"], values["tag_stop"])))
    own, own_names = intern(data, np.column_stack((values["plugin_start"], values["plugin_stop"])))
    plugins, names, declared = declared_plugins(tags, tag_names, own, own_names, known_plugins)
    routes = route(data, values, plugins)
    parsed = Parsed(
        data, base_offset, spans, events, values, routes, tags, tag_names, plugins, names
    )
    return parsed, declared


def _file_version(parsed: Parsed) -> str | None:
    is_version = parsed.events["what"] == event.FILE_VERSION
    rows = np.flatnonzero(is_version & (parsed.spans["status"] == framing.RECORD))[:1]
    versions = event.event_texts(parsed.buffer, parsed.spans, parsed.events, rows)
    return versions[0] if versions else None


def read_span(
    path: Path,
    start: int,
    stop: int,
    known_plugins: Mapping[str, str],
    chunk_bytes: int = CHUNK_BYTES,
) -> Iterator[Decoded]:
    """Decode ``[start, stop)`` of a file, in chunks that end where a record ends.

    Memory is bounded by the chunk or the longest record, never by the file. The last piece's
    ``read_to`` is where the next reading starts, once the file has grown; nothing is yielded where
    nothing is complete. Where a header is damaged and no intact record follows it before ``stop``,
    the bytes that can be no record whatever follows are quarantined at once: a file that is no
    event file ends in quarantine but for its last 11 bytes, in which a record could still start.

    Args:
        path: the event file.
        start: where a record starts: 0, or an earlier ``read_to``.
        stop: the end of what is to be read; bytes that the file no longer has are ignored.
        known_plugins: ``Decoded.plugins`` of what came before ``start``.
        chunk_bytes: bytes to read at once, at least one.

    Raises:
        EventFileError: the file cannot be opened or read.
    """
    plugins = known_plugins
    try:
        with path.open("rb") as file:
            while start < stop:
                chunk = _read_chunk(file, start, stop, chunk_bytes)
                decoded = decode(chunk, start, plugins)
                if decoded.read_to == start:
                    return
                yield decoded
                start, plugins = decoded.read_to, decoded.plugins
    except OSError as error:
        raise EventFileError(
            f"cannot read the event file {path} at byte {start}: {error.strerror}; "
            "make it readable, or take it out of the log root"
        ) from error


def _read_chunk(file: BufferedReader, start: int, stop: int, chunk_bytes: int) -> Bytes:
    """Read a chunk, or as much as the record at the start needs; no more than up to ``stop``."""
    size = min(max(chunk_bytes, framing.HEADER_BYTES), stop - start)
    chunk = _read_at(file, start, size)
    needed = framing.needed_bytes(chunk)
    if size < needed <= stop - start:
        return _read_at(file, start, needed)
    return chunk


def _read_at(file: BufferedReader, start: int, size: int) -> Bytes:
    """Up to ``size`` bytes of a file, read-only."""
    file.seek(start)
    return np.frombuffer(file.read(size), np.uint8)
