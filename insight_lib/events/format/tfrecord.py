"""TFRecord framing: a buffer -> spans that tile it, each a record or bytes that are none.

A record is, little-endian: uint64 length; uint32 masked CRC32C of those 8 bytes; the payload of
that length; uint32 masked CRC32C of the payload.
https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/core/lib/io/record_writer.h

What is *corrupt* is passed over; what is *not yet complete* ends the scan and waits for the file to
grow. A record whose header holds but whose bytes end early is incomplete, as are fewer bytes than a
header has. A payload whose checksum does not hold costs exactly its record. Where the checksum of
the length does not hold, the bytes up to the next record whose two checksums hold are lost: they
are one span of status `BAD_HEADER`. If no such record follows yet, the span reaches up to the first
place that more bytes may still show to be a record: an incomplete record whose header holds, or the
last 11 bytes. Files of events are only ever appended to, so no later byte can revoke what the scan
passed over.
"""

import numpy as np

from insight_lib.events.format.crc32c import masked_crc32c
from insight_lib.events.format.kernels import (
    Address,
    Bytes,
    Rows,
    Scratch,
    address_of,
    load_uint32,
    load_uint64,
    to_int64,
)
from insight_lib.kernels import inlined, kernel

HEADER_BYTES = 12
FOOTER_BYTES = 4
FRAME_BYTES = HEADER_BYTES + FOOTER_BYTES

# A protobuf message has at most 2 GiB; a longer payload cannot be an event, whatever its checksum.
# https://protobuf.dev/programming-guides/proto-limits/
MAX_PAYLOAD_BYTES = 2**31 - 1

RECORD = 0
BAD_PAYLOAD = 1
BAD_HEADER = 2
TOO_LONG = 3
NOT_EVENT = 4
INCOMPLETE = -1

RECORD_STATUSES = (RECORD, BAD_PAYLOAD, NOT_EVENT)
"""A record whose header holds, whatever its payload."""

REASONS = {
    BAD_PAYLOAD: "the checksum of the record's payload does not hold",
    BAD_HEADER: "no record starts here: the checksum of the length does not hold",
    TOO_LONG: "the record's length is more than the 2 GiB of a protobuf message",
    NOT_EVENT: "the record's checksums hold, but its payload is no Event message",
}
NO_EVENT_FILE = (
    "no record starts the file: it is no event file, or its head is damaged "
    "(the checksum of the length does not hold)"
)
COMPRESSED_FILE = (
    "the file is compressed: no record can be read of it; unpack it next to it under another name"
)
COMPRESSED_HEADS = (b"\x1f\x8b", b"\x78\x01", b"\x78\x9c", b"\x78\xda")
"""How a file of gzip or zlib starts. A record of such a length could start so too, but its header
then holds."""

SPAN = np.dtype([("offset", np.int64), ("stop", np.int64), ("status", np.int64)])


def scan(buffer: Bytes, scratch: Scratch) -> Rows:
    """Cut a buffer into spans.

    Args:
        buffer: bytes of a file, starting where a record should start.
        scratch: takes the rows.

    Returns:
        `SPAN` rows in order that tile ``[0, last stop)``; the bytes after the last stop are not
        complete. ``offset`` and ``stop`` count from the buffer's start; the payload of a record is
        ``[offset + 12, stop - 4)``.
    """
    # Every span but the last gap is, or is followed by, a record of 16 bytes at least.
    spans = scratch.rows(SPAN, 2 * (len(buffer) // FRAME_BYTES) + 2)
    return spans[: _scan(buffer, spans)]


@kernel
def needed_bytes(buffer: Bytes) -> int:
    """Bytes that the record at the start of a buffer takes, 0 where no header that holds is."""
    base = address_of(buffer)
    if len(buffer) < HEADER_BYTES:
        return 0
    status, stop = judge(base, to_int64(0), to_int64(HEADER_BYTES))
    return stop if status == INCOMPLETE else 0


@inlined
def judge(base: Address, position: int, end: int) -> tuple[int, int]:
    """Status and stop of the record at a position that has a whole header before the end."""
    stored = load_uint32(base, position + 8)
    if masked_crc32c(base, position, position + 8) != stored:
        return BAD_HEADER, position
    length = load_uint64(base, position)
    if length > np.uint64(MAX_PAYLOAD_BYTES):
        return TOO_LONG, position
    stop = position + to_int64(length) + FRAME_BYTES
    if stop > end:
        return INCOMPLETE, stop
    footer = stop - FOOTER_BYTES
    if masked_crc32c(base, position + HEADER_BYTES, footer) != load_uint32(base, footer):
        return BAD_PAYLOAD, stop
    return RECORD, stop


@kernel
def _resume(base: Address, position: int, end: int) -> int:
    """First place from a position on that is, or may become, a record with both checksums."""
    while end - position >= HEADER_BYTES:
        status, _ = judge(base, position, end)
        if status in (RECORD, INCOMPLETE):
            break
        position += 1
    return position


@kernel
def _scan(buffer: Bytes, spans: Rows) -> int:
    """Fill the spans and return their count."""
    base = address_of(buffer)
    end = len(buffer)
    count = 0
    position = to_int64(0)  # a plain 0 would be a type of its own
    while end - position >= HEADER_BYTES:
        status, stop = judge(base, position, end)
        if status == INCOMPLETE:
            break
        if status in (BAD_HEADER, TOO_LONG):
            stop = _resume(base, position + 1, end)
        spans[count]["offset"] = position
        spans[count]["stop"] = stop
        spans[count]["status"] = status
        count += 1
        position = stop
    return count
