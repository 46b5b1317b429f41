"""Protobuf's wire format: varints and fields, read without ever leaving ``[position, end)``.

https://protobuf.dev/programming-guides/encoding/
"""

from insight_lib.events.format.kernels import Address, Bytes, address_of, load_uint8, to_int64
from insight_lib.kernels import inlined, kernel

VARINT = 0
FIXED64 = 1
LENGTH = 2
GROUP = 3
GROUP_END = 4
FIXED32 = 5

MAX_FIELD = 2**29 - 1


@inlined
def read_varint(base: Address, position: int, end: int) -> tuple[int, int]:
    """Return a varint's 64 bits, as a signed number, and the position after it.

    The position is -1 where the varint is longer than 10 bytes or ``end`` cuts it off.
    """
    # Most are of one byte. The rest is too long to be compiled into every caller.
    if position < end:
        byte = to_int64(load_uint8(base, position))
        if byte < 0x80:
            return byte, position + 1
    return _long_varint(base, position, end)


@kernel
def _long_varint(base: Address, position: int, end: int) -> tuple[int, int]:
    value = to_int64(0)
    for shift in range(0, 70, 7):
        if position >= end:
            break
        byte = to_int64(load_uint8(base, position))
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
    return to_int64(0), -1


@inlined
def read_short_varint(base: Address, position: int, end: int) -> tuple[int, int]:
    """As `read_varint`, quicker for two and three bytes: steps and lengths below 2,097,152."""
    if end - position >= 3:
        low = to_int64(load_uint8(base, position))
        middle = to_int64(load_uint8(base, position + 1))
        high = to_int64(load_uint8(base, position + 2))
        if low >= 0x80 and middle < 0x80:
            return low & 0x7F | middle << 7, position + 2
        if low >= 0x80 and high < 0x80:
            return low & 0x7F | (middle & 0x7F) << 7 | high << 14, position + 3
    return read_varint(base, position, end)


@inlined
def read_key(base: Address, position: int, end: int) -> tuple[int, int, int]:
    """Field number, wire type and the position after the key; a malformed key has position -1."""
    key, after = read_varint(base, position, end)
    field = key >> 3
    if after < 0 or field < 1 or field > MAX_FIELD:
        return 0, 0, -1
    return field, key & 7, after


@inlined
def next_field(base: Address, position: int, end: int) -> tuple[int, int, int, int]:
    """Return the field at a position: number, wire type, start and stop of its content.

    The next field starts at the stop. Of a varint and a fixed number the content is the number's
    bytes, of a group everything to its end. A malformed field has number 0.
    """
    # Keys and lengths of one byte, and fixed numbers, are nearly all there is.
    key = to_int64(load_uint8(base, position))
    field, wire = key >> 3, key & 7
    start = position + 1
    stop = end + 1
    if wire == LENGTH and start < end:
        length = to_int64(load_uint8(base, start))
        start += 1
        stop = start + length if length < 0x80 else stop
    elif wire == FIXED64:
        stop = start + 8
    elif wire == FIXED32:
        stop = start + 4
    if stop <= end and 1 <= field < 16:
        return field, wire, start, stop
    return _any_field(base, position, end)


@kernel
def _any_field(base: Address, position: int, end: int) -> tuple[int, int, int, int]:
    field, wire, start = read_key(base, position, end)
    if start < 0:
        return 0, 0, 0, 0
    if wire == GROUP:
        stop = _group_end(base, start, end)
    else:
        start, stop = _content(base, start, end, wire)
    if stop < 0:
        return 0, 0, 0, 0
    return field, wire, start, stop


@inlined
def _content(base: Address, position: int, end: int, wire: int) -> tuple[int, int]:
    """Start and stop of a field's content, the field no group; the stop is -1 if malformed."""
    start = position
    stop = -1
    if wire == LENGTH:
        length, start = read_varint(base, position, end)
        if start >= 0 and 0 <= length <= end - start:
            stop = start + length
    elif wire == VARINT:
        _, stop = read_varint(base, position, end)
    elif wire == FIXED64:
        stop = position + 8
    elif wire == FIXED32:
        stop = position + 4
    return start, stop if stop <= end else -1


@kernel
def _group_end(base: Address, position: int, end: int) -> int:
    """Position after the end of a group, -1 where it is malformed.

    Groups are counted, not matched by number: no writer of events has any.
    """
    depth = 1
    while depth > 0 and position >= 0:
        _, wire, position = read_key(base, position, end)
        if wire == GROUP:
            depth += 1
        elif wire == GROUP_END:
            depth -= 1
        elif position >= 0:
            _, position = _content(base, position, end, wire)
    return position


@kernel
def find_field_at(base: Address, position: int, end: int, wanted: int) -> tuple[int, int]:
    """Start and stop of the last length-delimited field of a number in ``[position, end)``.

    An absent field, and any field of a malformed message, is empty: ``(position, position)``.
    """
    found = (position, position)
    cursor = position
    while cursor < end:
        field, wire, start, stop = next_field(base, cursor, end)
        if field == 0:
            return position, position
        if field == wanted and wire == LENGTH:
            found = (start, stop)
        cursor = stop
    return found


@kernel
def find_field(buffer: Bytes, position: int, end: int, wanted: int) -> tuple[int, int]:
    """`find_field_at` for callers that are no kernels.

    Args:
        buffer: a read-only array that holds the message; nothing behind its end is read.
        position: where the message starts, not negative.
        end: where it ends.
        wanted: the field's number.
    """
    return find_field_at(address_of(buffer), position, min(end, len(buffer)), wanted)
