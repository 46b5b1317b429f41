"""Finding where records start again, from any byte of an event file."""

from pathlib import Path

from insight_lib.events.format import tfrecord
from insight_lib.events.format.kernels import Bytes, address_of
from insight_lib.events.format.open_file import OpenFile, event_file, read_at
from insight_lib.kernels import kernel

WINDOW_BYTES = 1 << 20
"""Bytes that are searched at once; a longer record is read whole to judge it."""


def first_record(
    path: str | Path, start: int, limit: int, stop: int, window_bytes: int = WINDOW_BYTES
) -> int | None:
    """Return the first place in ``[start, limit)`` that is a record, or may become one.

    A record's two checksums hold; what may become one has a header that holds, and would end after
    ``stop``. Either may be inside the payload of another record, where an event file is embedded.

    Args:
        path: the event file, or its URI.
        start: any byte of it.
        limit: where the search ends; a record that starts before it may end behind it.
        stop: the end of the file, as it was planned.
        window_bytes: bytes to search at once, at least 12.

    Returns:
        The place's offset in the file, None where there is none.

    Raises:
        EventFileError: the file cannot be opened or read.
        InputError: the file system of its URI cannot be reached.
    """
    with event_file(path) as file:
        position, found = _search_file(file, start, limit, stop, window_bytes)
    return position if found else None


def gap_end(file: OpenFile, start: int, stop: int, window_bytes: int = WINDOW_BYTES) -> int:
    """Return where bytes that are no record end, given that the one at ``start - 1`` is none.

    That is the first place that `first_record` would find, or else the last 11 bytes before
    ``stop``, in which a record could still start.
    """
    return _search_file(file, start, stop, stop, window_bytes)[0]


def _search_file(
    file: OpenFile, start: int, limit: int, stop: int, window_bytes: int
) -> tuple[int, bool]:
    """Return the first place that is or may become a record, or where to look on, and which."""
    position = start
    while position < limit:
        window = read_at(file, position, min(window_bytes, stop - position))
        if len(window) < tfrecord.HEADER_BYTES:
            break
        passed, status = search(window, limit - position)
        position += passed
        if status == tfrecord.RECORD:
            return position, True
        if status == tfrecord.INCOMPLETE:
            # Only the whole of it tells whether it is one; windows would be read again and again.
            needed = tfrecord.needed_bytes(window[passed:])
            if position + needed > stop:
                return position, True
            if search(read_at(file, position, needed), 1)[1] == tfrecord.RECORD:
                return position, True
            position += 1
    return position, False


@kernel
def search(window: Bytes, limit: int) -> tuple[int, int]:
    """Return the first place below the limit that is, or may become, a record, and its status.

    Where there is none, the place from which to go on, with status `framing.BAD_HEADER`.
    """
    base = address_of(window)
    end = len(window)
    position = 0
    while position < limit and end - position >= tfrecord.HEADER_BYTES:
        status, _ = tfrecord.judge(base, position, end)
        if status in (tfrecord.RECORD, tfrecord.INCOMPLETE):
            return position, status
        position += 1
    return position, tfrecord.BAD_HEADER
