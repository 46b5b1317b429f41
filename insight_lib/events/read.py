"""Event files, read in chunks -> Arrow tables."""

from collections.abc import Iterator, Mapping
from io import BufferedReader
from pathlib import Path

import numpy as np
import pyarrow as pa

from insight_lib.errors import EventFileError
from insight_lib.events import framing
from insight_lib.events.decode import Decoded, decode
from insight_lib.events.kernels import Bytes, Scratch
from insight_lib.events.storage import opened

CHUNK_BYTES = 4 * 2**20
"""Bytes of a file that are read at once; a longer record is read whole."""


def read_span(
    path: str | Path,
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
        path: the event file, or its URI; of a remote one only the chunks are fetched.
        start: where a record starts: 0, or an earlier ``read_to``.
        stop: the end of what is to be read; bytes that the file no longer has are ignored.
        known_plugins: ``Decoded.plugins`` of what came before ``start``.
        chunk_bytes: bytes to read at once, at least one.

    Raises:
        EventFileError: the file cannot be opened or read.
        InputError: the file system of its URI cannot be reached.
    """
    plugins = known_plugins
    scratch = Scratch()
    try:
        with opened(path) as file:
            while start < stop:
                chunk = read_chunk(file, start, stop, chunk_bytes, scratch)
                decoded = decode(chunk, start, plugins, scratch)
                if decoded.read_to == start:
                    return
                yield decoded
                start, plugins = decoded.read_to, decoded.plugins
    except (OSError, pa.ArrowException) as error:
        raise unreadable(path, start, error) from error


def read_chunk(
    file: BufferedReader | pa.NativeFile, start: int, stop: int, chunk_bytes: int, scratch: Scratch
) -> Bytes:
    """Read a chunk, or as much as the record at the start needs; no more than up to ``stop``."""
    size = min(max(chunk_bytes, framing.HEADER_BYTES), stop - start)
    chunk = _read_into(scratch, file, start, size)
    needed = framing.needed_bytes(chunk)
    if size < needed <= stop - start:
        return _read_into(scratch, file, start, needed)
    return chunk


def _read_into(
    scratch: Scratch, file: BufferedReader | pa.NativeFile, start: int, size: int
) -> Bytes:
    """As `read_at`, into memory that the next call overwrites."""
    target = scratch.rows(np.dtype(np.uint8), size)
    file.seek(start)
    chunk = target[: file.readinto(target.data)]
    chunk.flags.writeable = False
    return chunk


def read_at(file: BufferedReader | pa.NativeFile, start: int, size: int) -> Bytes:
    """Return up to ``size`` bytes of a file from a byte on, read-only."""
    file.seek(start)
    return np.frombuffer(file.read(size), np.uint8)


def unreadable(path: str | Path, start: int, error: Exception) -> EventFileError:
    """Return the error that says where an event file could not be read, why, and the remedy."""
    why = getattr(error, "strerror", None) or str(error).partition("\n")[0]
    return EventFileError(
        f"cannot read the event file {path} at byte {start}: {why}; "
        "make it readable, or take it out of the log root"
    )
