"""The fields of single protobuf messages in Python, for the few that say what a run is."""

from typing import NamedTuple

import numpy as np

from insight_lib.events.format import protobuf


class Field(NamedTuple):
    """One field of a message: its number, its wire type and the bytes of its content."""

    number: int
    wire_type: int
    content: bytes


def fields(message: bytes) -> list[Field]:
    """Return the fields of a message as written; none of a malformed one."""
    buffer = np.frombuffer(message, np.uint8)
    base = buffer.ctypes.data
    found = []
    position = 0
    while position < len(message):
        number, wire_type, start, position = protobuf.next_field(base, position, len(message))
        if number == 0:
            return []
        found.append(Field(number, wire_type, message[start:position]))
    return found


def contents(message: bytes, number: int) -> list[bytes]:
    """Return the contents of the length-delimited fields of a number, in the order of writing."""
    return [
        field.content
        for field in fields(message)
        if field.number == number and field.wire_type == protobuf.LENGTH
    ]


def content(message: bytes, *path: int) -> bytes:
    """Follow fields inwards, the last of each number; empty where one is absent."""
    for number in path:
        found = contents(message, number)
        message = found[-1] if found else b""
    return message


def entries(message: bytes, number: int) -> dict[str, bytes]:
    """Return a map field whose values are messages; of a key written twice the last counts."""
    return {text(content(entry, 1)): content(entry, 2) for entry in contents(message, number)}


def varint(encoded: bytes) -> int:
    """Return the number of a varint field's content, as int64."""
    number = sum((byte & 0x7F) << 7 * place for place, byte in enumerate(encoded)) % 2**64
    return number - 2**64 if number >= 2**63 else number


def text(encoded: bytes) -> str:
    """Return a string field's content; bytes that are no UTF-8 are replaced."""
    return encoded.decode("utf-8", errors="replace")
