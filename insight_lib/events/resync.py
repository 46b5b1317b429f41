"""Finding where records start again, from any byte of an event file."""

from io import BufferedReader
from pathlib import Path

import pyarrow as pa

from insight_lib.events import framing
from insight_lib.events.kernels import Bytes, kernel
from insight_lib.events.read import read_at, unreadable
from insight_lib.events.storage import opened

WINDOW_BYTES = 1 << 20
"""Bytes that are searched at once; a longer record is read whole to judge it."""


def first_record(
    path: str | Path, start: int, limit: int, stop: int, window_bytes: int = WINDOW_BYTES
) -> int | None:
    """Return the first place in ``[start, limit)`` where a record's two checksums hold.

    That may be inside the payload of another record, where an event file is embedded in it.

    Args:
        path: the event file, or its URI.
        start: any byte of it.
        limit: where the search ends; a record that starts before it may end behind it.
        stop: the end of the file, as it was planned.
        window_bytes: bytes to search at once, at least 12.

    Returns:
        The record's offset in the file, None where no record starts.

    Raises:
        EventFileError: the file cannot be opened or read.
        InputError: the file system of its URI cannot be reached.
    """
    try:
        with opened(path) as file:
            return _search_file(file, start, limit, stop, window_bytes)
    except (OSError, pa.ArrowException) as error:
        raise unreadable(path, start, error) from error


def record_bytes(path: str | Path, start: int, stop: int) -> int:
    """Return the length in bytes of the record that starts at a byte of a file.

    It is 0 where no header that holds is, or where the record would end after ``stop``.

    Raises:
        EventFileError: the file cannot be opened or read.
        InputError: the file system of its URI cannot be reached.
    """
    try:
        with opened(path) as file:
            needed = framing.needed_bytes(read_at(file, start, framing.HEADER_BYTES))
    except (OSError, pa.ArrowException) as error:
        raise unreadable(path, start, error) from error
    return needed if start + needed <= stop else 0


def _search_file(
    file: BufferedReader | pa.NativeFile, start: int, limit: int, stop: int, window_bytes: int
) -> int | None:
    position = start
    while position < limit:
        window = read_at(file, position, min(window_bytes, stop - position))
        if len(window) < framing.HEADER_BYTES:
            break
        passed, status = search(window, limit - position)
        position += passed
        if status == framing.RECORD:
            return position
        if status == framing.INCOMPLETE:
            # Only the whole of it tells whether it is one; windows would be read again and again.
            needed = framing.needed_bytes(window[passed:])
            fits = position + needed <= stop
            if fits and search(read_at(file, position, needed), 1)[1] == framing.RECORD:
                return position
            position += 1
    return None


@kernel
def search(window: Bytes, limit: int) -> tuple[int, int]:
    """Return the first place below the limit that is, or may become, a record, and its status.

    Where there is none, the place from which to go on, with status `framing.BAD_HEADER`.
    """
    base = window.ctypes.data
    end = len(window)
    position = 0
    while position < limit and end - position >= framing.HEADER_BYTES:
        status, _ = framing.judge(base, position, end)
        if status in (framing.RECORD, framing.INCOMPLETE):
            return position, status
        position += 1
    return position, framing.BAD_HEADER
