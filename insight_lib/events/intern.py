"""Interning: equal strings of a buffer get one number, so that each is decoded once."""

import numpy as np
import numpy.typing as npt

from insight_lib.events.kernels import (
    Address,
    Bytes,
    inlined,
    kernel,
    load_uint8,
    load_uint64,
    to_int64,
)

# The odd multiplier of splitmix64's first round, https://prng.di.unimi.it/splitmix64.c
_MULTIPLIER = np.uint64(0xBF58476D1CE4E5B9)
_FOLD = np.uint64(32)

Places = npt.NDArray[np.int64]
"""Positions in a buffer, one a string."""


def intern(buffer: Bytes, starts: Places, stops: Places) -> tuple[npt.NDArray[np.int32], list[str]]:
    """Number equal strings alike, in the order of their first appearance.

    Args:
        buffer: holds the strings.
        starts: where they start.
        stops: where they stop; a string of negative length is none.

    Returns:
        The number of each, -1 for none, and the text of each number.
    """
    numbers = np.empty(len(starts), np.int32)
    # Pages of the table that stay empty are never touched, so they cost no memory.
    slots = np.zeros(1 << max(4, (2 * len(starts)).bit_length()), np.int32)
    first = np.empty(len(starts), np.int64)
    count = _intern(buffer, starts, stops, numbers, slots, first)
    known = first[:count]
    places = zip(starts[known].tolist(), stops[known].tolist(), strict=True)
    return numbers, [text(buffer, start, stop) for start, stop in places]


@kernel
def _intern(
    buffer: Bytes,
    starts: Places,
    stops: Places,
    numbers: npt.NDArray[np.int32],
    slots: npt.NDArray[np.int32],
    first: npt.NDArray[np.int64],
) -> int:
    """Open addressing: a slot holds a string's number + 1, 0 where empty."""
    base = buffer.ctypes.data
    last = len(slots) - 1
    count = 0
    for row in range(len(starts)):
        start, stop = starts[row], stops[row]
        if stop < start:
            numbers[row] = -1
            continue
        slot = _hash(base, start, stop) & last
        while slots[slot] != 0:
            known = first[slots[slot] - 1]
            if _equal(base, start, stop, starts[known], stops[known]):
                break
            slot = (slot + 1) & last
        if slots[slot] == 0:
            first[count] = row
            count += 1
            slots[slot] = count
        numbers[row] = slots[slot] - 1
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
def _equal(base: Address, start: int, stop: int, other: int, other_stop: int) -> bool:
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
    r"""The UTF-8 text of ``buffer[start:stop]``.

    A byte that is no UTF-8 becomes its escape (``\xff``), so that nothing fails and strings that
    differ stay different.
    """
    return buffer[start:stop].tobytes().decode("utf-8", "backslashreplace")
