"""Event files, read in chunks -> Arrow tables.

What comes out does not depend on where chunks end. Framing (`tfrecord`) sees one chunk: a gap of
bytes that are no records and that reaches the chunk's end is followed here to its end in the file,
as one reading of the whole file would follow it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from insight_lib.events.format import tfrecord
from insight_lib.events.format.decode import Decoded, decode
from insight_lib.events.format.kernels import Bytes, Scratch
from insight_lib.events.format.open_file import OpenFile, event_file
from insight_lib.events.format.resync import gap_end

CHUNK_BYTES = 4 * 2**20
"""Bytes of a file that are read at once; a longer record is read whole."""

GAP_GOES_ON = "no record starts here: the damaged bytes before it go on"

_REASONS_OF_RECORDS = {
    tfrecord.REASONS[s] for s in tfrecord.RECORD_STATUSES if s in tfrecord.REASONS
}


class Stretch(NamedTuple):
    """What of a file is read: the records that start in ``[start, until)``.

    Attributes:
        start: where a record starts: 0, or an earlier ``read_to``.
        until: a record that starts here or behind is not read.
        stop: the end of the file, or of what counts of it; no record ends behind it.
        in_gap: whether the bytes before ``start`` are a gap that may go on, as `ends_in_gap` said.
    """

    start: int
    until: int
    stop: int
    in_gap: bool = False


def read_span(
    path: str | Path,
    start: int,
    stop: int,
    known_plugins: Mapping[str, str],
    chunk_bytes: int = CHUNK_BYTES,
) -> Iterator[Decoded]:
    """Decode ``[start, stop)`` of a file; see `read_stretch`."""
    return read_stretch(path, Stretch(start, stop, stop), known_plugins, chunk_bytes)


def read_stretch(
    path: str | Path,
    stretch: Stretch,
    known_plugins: Mapping[str, str],
    chunk_bytes: int = CHUNK_BYTES,
) -> Iterator[Decoded]:
    """Decode a stretch of a file, in chunks that end where a record or a gap ends.

    Memory is bounded by the chunk or the longest record, never by the file. The last piece's
    ``read_to`` is where the next reading starts, once the file has grown; nothing is yielded where
    nothing is complete. Where a header is damaged and no intact record follows it before ``stop``,
    the bytes that can be no record whatever follows are quarantined at once: a file that is no
    event file ends in quarantine but for its last 11 bytes, in which a record could still start.
    Where it goes on once the file has grown, that is a second span; nothing else depends on when
    and how often a growing file is read.

    Args:
        path: the event file, or its URI; of a remote one only the chunks are fetched.
        stretch: what to read; bytes that the file no longer has are ignored.
        known_plugins: ``Decoded.plugins`` of what came before it.
        chunk_bytes: bytes to read at once, at least one.

    Raises:
        EventFileError: the file cannot be opened or read.
        InputError: the file system of its URI cannot be reached.
    """
    at, until, stop, in_gap = stretch
    plugins = known_plugins
    scratch = Scratch()
    with event_file(path) as file:
        while at < until:
            if in_gap:
                decoded = _no_record(at, plugins)
            else:
                chunk = read_chunk(file, at, until, stop, chunk_bytes, scratch)
                decoded = decode(chunk, at, plugins, scratch)
            if in_gap or ends_in_gap(decoded):
                decoded = _up_to(decoded, gap_end(file, decoded.read_to, stop))
            if decoded.read_to > at:
                yield decoded
            elif not in_gap:
                return
            at, plugins, in_gap = decoded.read_to, decoded.plugins, False


def ends_in_gap(decoded: Decoded) -> bool:
    """Tell whether a piece ends with bytes that are no record and may go on behind it."""
    if not decoded.quarantine.num_rows:
        return False
    [last] = decoded.quarantine.slice(decoded.quarantine.num_rows - 1).to_pylist()
    reaches_end: bool = last["offset"] + last["length"] == decoded.read_to
    return reaches_end and last["reason"] not in _REASONS_OF_RECORDS


def read_chunk(
    file: OpenFile, at: int, until: int, stop: int, chunk_bytes: int, scratch: Scratch
) -> Bytes:
    """Read a chunk, or as much as the record at its start needs; no more than up to ``stop``.

    The next call with the same scratch overwrites it.
    """
    size = min(max(min(chunk_bytes, until - at), tfrecord.HEADER_BYTES), stop - at)
    chunk = _read_into(scratch, file, at, size)
    needed = tfrecord.needed_bytes(chunk)
    if size < needed <= stop - at:
        return _read_into(scratch, file, at, needed)
    return chunk


def _read_into(scratch: Scratch, file: OpenFile, at: int, size: int) -> Bytes:
    target = scratch.rows(np.dtype(np.uint8), size)
    file.seek(at)
    chunk = target[: file.readinto(target.data)]
    chunk.flags.writeable = False
    return chunk


def _no_record(at: int, plugins: Mapping[str, str]) -> Decoded:
    """Return a piece of no bytes, with a gap of no length."""
    nothing = decode(b"", at, plugins)
    gap = {"offset": [at], "length": [0], "reason": [GAP_GOES_ON]}
    return replace(nothing, quarantine=pa.table(gap, nothing.quarantine.schema))


def _up_to(decoded: Decoded, end: int) -> Decoded:
    """Return the piece with its last span in quarantine prolonged up to a byte."""
    spans = decoded.quarantine.to_pylist()
    spans[-1]["length"] += end - decoded.read_to
    quarantine = pa.Table.from_pylist(spans, schema=decoded.quarantine.schema)
    return replace(decoded, quarantine=quarantine, read_to=end)
