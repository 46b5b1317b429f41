"""Ways to damage a file of records, each with the places of the records that it leaves whole."""

import random
import struct
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from tests.events.conftest import frame
from tests.events.faults.outcome import Damaged

HOLE_BYTES = 4096


def flipped(records: Sequence[bytes], masks: Sequence[int], every: int = 1) -> Iterator[Damaged]:
    """Every byte (or every so manyth), changed by each mask in turn."""
    data = b"".join(records)
    for place in range(0, len(data), every):
        for mask in masks:
            yield _replaced(records, place, bytes([data[place] ^ mask]))


def holes(records: Sequence[bytes], every: int) -> Iterator[Damaged]:
    """4 KiB of zeros at every so manyth place, as a disk that lost a page leaves them."""
    data = b"".join(records)
    for place in range(0, len(data) - HOLE_BYTES, every):
        yield _replaced(records, place, bytes(HOLE_BYTES))


def inserted(records: Sequence[bytes], seed: int, every: int) -> Iterator[Damaged]:
    """Random bytes put in at every so manyth place, up to 200 of them."""
    data = b"".join(records)
    chance = random.Random(seed)
    for place in range(0, len(data), every):
        garbage = chance.randbytes(chance.randint(1, 200))
        spans = [(a, b) for a, b in _bounds(records) if b <= place]
        spans += [(a + len(garbage), b + len(garbage)) for a, b in _bounds(records) if a >= place]
        yield Damaged(data[:place] + garbage + data[place:], tuple(spans))


def absurd_lengths(records: Sequence[bytes]) -> Iterator[Damaged]:
    """Before each record a header whose checksum holds and whose length no message has."""
    for length in (2**31, 2**32, 2**62, 2**63 - 17, 2**63, 2**64 - 16, 2**64 - 1):
        header = struct.pack("<Q", length)
        absurd = header + frame(header)[-4:]
        yield from (_put_before(records, number, absurd) for number in range(len(records)))


def zero_lengths(records: Sequence[bytes]) -> Iterator[Damaged]:
    """Before each record one of length 0: an event of which nothing is set."""
    for number in range(len(records)):
        yield _put_before(records, number, frame(b""))


def _put_before(records: Sequence[bytes], number: int, new: bytes) -> Damaged:
    pieces = [*records[:number], new, *records[number:]]
    spans = _bounds(pieces)
    return Damaged(b"".join(pieces), tuple(spans[:number] + spans[number + 1 :]))


def _replaced(records: Sequence[bytes], place: int, new: bytes) -> Damaged:
    data = b"".join(records)
    stop = place + len(new)
    spans = tuple((a, b) for a, b in _bounds(records) if b <= place or a >= stop)
    return Damaged(data[:place] + new + data[stop:], spans)


def _bounds(pieces: Sequence[bytes]) -> list[tuple[int, int]]:
    return list(pairwise(accumulate(map(len, pieces), initial=0)))
