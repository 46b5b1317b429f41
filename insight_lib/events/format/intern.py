"""Interning: equal strings of a buffer get one number, so that each is decoded once."""

import numpy as np
import numpy.typing as npt

from insight_lib.events.format.kernels import (
    Address,
    Bytes,
    address_of,
    load_uint8,
    load_uint64,
    to_int64,
)
from insight_lib.kernels import inlined, kernel

# The odd multiplier of splitmix64's first round, https://prng.di.unimi.it/splitmix64.c
_MULTIPLIER = np.uint64(0xBF58476D1CE4E5B9)
_FOLD = np.uint64(32)

Places = npt.NDArray[np.integer]
"""Positions in a buffer of less than 4 GiB, one a string."""

# Few strings fit the fastest cache; with more than half of the slots taken, chains get long.
_FEW_SLOTS = 1 << 12
_FULL = -1


def intern(buffer: Bytes, starts: Places, stops: Places) -> tuple[npt.NDArray[np.int32], list[str]]:
    """Give equal strings one number, in the order of their first appearance.

    Args:
        buffer: holds the strings.
        starts: where they start, shape (n,).
        stops: where they stop.

    Returns:
        The number of each, shape (n,), and the text of each number.
    """
    # Kernels are compiled for plain arrays; a field of other rows would compile them again.
    starts = np.ascontiguousarray(starts, np.uint32)
    stops = np.ascontiguousarray(stops, np.uint32)
    numbers = np.empty(len(starts), np.int32)
    first = np.empty(len(starts), np.int64)
    count = _intern(buffer, starts, stops, numbers, first, np.zeros((2, _FEW_SLOTS), np.int32))
    if count == _FULL:
        table = np.zeros((2, 1 << (2 * len(starts)).bit_length()), np.int32)
        count = _intern(buffer, starts, stops, numbers, first, table)
    known = first[:count]
    places = zip(starts[known].tolist(), stops[known].tolist(), strict=True)
    return numbers, [text(buffer, start, stop) for start, stop in places]


@kernel
def _intern(
    buffer: Bytes,
    starts: Places,
    stops: Places,
    numbers: npt.NDArray[np.int32],
    first: npt.NDArray[np.int64],
    table: npt.NDArray[np.int32],
) -> int:
    """Fill the numbers, and the first row of each; return their count, `_FULL` for want of slots.

    ``table`` has zeros: the slots of open addressing, each with a string's number + 1, and what
    came last after each string. Writers mostly log their tags in turn, so that it comes again.
    """
    base = address_of(buffer)
    slots, followers = table[0], table[1]
    last = len(slots) - 1
    before = 0
    count = 0
    for row in range(len(starts)):
        start, stop = to_int64(starts[row]), to_int64(stops[row])
        found = followers[before]
        known = first[found - 1] if found > 0 else row
        if found == 0 or not _equal(base, start, stop, starts[known], stops[known]):
            slot = _hash(base, start, stop) & last
            while slots[slot] != 0:
                known = first[slots[slot] - 1]
                if _equal(base, start, stop, starts[known], stops[known]):
                    break
                slot = (slot + 1) & last
            if slots[slot] == 0:
                if 2 * count >= last:
                    return _FULL
                first[count] = row
                count += 1
                slots[slot] = count
            found = slots[slot]
            followers[before] = found
        numbers[row] = found - 1
        before = found
    return count


@inlined
def _hash(base: Address, start: int, stop: int) -> int:
    mixed = np.uint64(stop - start)
    position = start
    while stop - position >= 8:
        mixed = (mixed ^ load_uint64(base, position)) * _MULTIPLIER
        mixed ^= mixed >> _FOLD
        position += 8
    while position < stop:
        mixed = (mixed ^ np.uint64(load_uint8(base, position))) * _MULTIPLIER
        mixed ^= mixed >> _FOLD
        position += 1
    return to_int64(mixed >> np.uint64(1))


@inlined
def _equal(base: Address, start: int, stop: int, known: int, known_stop: int) -> bool:
    other, other_stop = to_int64(known), to_int64(known_stop)
    if stop - start != other_stop - other:
        return False
    while stop - start >= 8:
        if load_uint64(base, start) != load_uint64(base, other):
            return False
        start += 8
        other += 8
    while start < stop:
        if load_uint8(base, start) != load_uint8(base, other):
            return False
        start += 1
        other += 1
    return True


def text(buffer: Bytes, start: int, stop: int) -> str:
    r"""Return the UTF-8 text of ``buffer[start:stop]``.

    A byte that is no UTF-8 becomes its escape (``\xff``), so that nothing fails and strings that
    differ stay different.
    """
    return buffer[start:stop].tobytes().decode("utf-8", "backslashreplace")
