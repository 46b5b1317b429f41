"""Compiled loops over rows.

numpy would need a temporary array and a pass over the rows for each of the sums.
"""

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats, Integers
from insight_lib.kernels import compiles_ahead, kernel

SUMS = 7
"""Columns of a matrix of sums: positives, negatives, their weights, the squares of those, and the
weighted score."""

LARGEST = int(np.iinfo(np.int64).max)


@kernel
def order_key(bits: int) -> int:
    """Return the order key of a float64 given as its bits; see ``ordered_bits``."""
    if bits >= 0:
        return bits
    key = bits ^ LARGEST
    # Only -0.0 gives -1; it equals 0.0.
    return key if key != -1 else 0


@kernel
def fill_order_keys(bits: Integers, keys: Integers) -> None:
    """Write the order key of each score (as its bits) into ``keys``."""
    for row in range(bits.size):
        keys[row] = order_key(bits[row])


@kernel
def add_row(sums: Floats, slot: int, score: float, label: bool, weight: float) -> None:
    """Add one row to the sums of its slot."""
    place = 0 if label else 1
    sums[slot, place] += 1.0
    sums[slot, place + 2] += weight
    sums[slot, place + 4] += weight * weight
    sums[slot, 6] += weight * score


@kernel
def sum_by_slot(
    slots: Integers, scores: Floats, labels: Booleans, weights: Floats, sums: Floats
) -> None:
    """Add each row to row ``slots[row]`` of ``sums``, shape (slots, SUMS)."""
    for row in range(slots.size):
        add_row(sums, slots[row], scores[row], labels[row], weights[row])


@kernel
def sum_by_prefix(
    scores: Floats, labels: Booleans, weights: Floats, bounds: tuple[int, int], sums: Floats
) -> None:
    """Add each row to row ``(order key >> shift) - lowest`` of ``sums``, shape (span, SUMS).

    Args:
        scores: shape (n,).
        labels: shape (n,).
        weights: shape (n,).
        bounds: shift and lowest.
        sums: Zeros at first; it must span every bucket that occurs.
    """
    shift, lowest = bounds
    bits = scores.view(np.int64)
    for row in range(bits.size):
        slot = (order_key(bits[row]) >> shift) - lowest
        add_row(sums, slot, scores[row], labels[row], weights[row])


@kernel
def fill_guide(low: Integers, shift: int, guide: Integers) -> None:
    """Write the cell in which each part of the range starts, and at the end the last cell.

    Args:
        low: Shape (c,), rising: the lowest order key of each cell.
        shift: Keys of one and the same ``key >> shift`` are one part; the first is ``low[0]``'s.
        guide: Shape (parts + 1,), overwritten.
    """
    lowest = low[0] >> shift
    place = 0
    for part in range(guide.size - 1):
        start = (lowest + part) << shift
        while place + 1 < low.size and low[place + 1] <= start:
            place += 1
        guide[part] = place
    guide[-1] = low.size - 1


@kernel
def find_cell(key: int, low: Integers, guide: Integers, part: int) -> int:
    """Return the place of the last element of ``low`` that is at most ``key``; see `find_cells`."""
    left, right = guide[part], guide[part + 1]
    while left < right:
        middle = (left + right + 1) // 2
        if low[middle] <= key:
            left = middle
        else:
            right = middle - 1
    return int(left)


@kernel
def find_cells(keys: Integers, low: Integers, guide: Integers, shift: int, found: Integers) -> None:
    """Write the place of the last element of ``low`` that is at most each key into ``found``.

    Args:
        keys: Shape (n,), none below ``low[0]``.
        low: Shape (c,), rising.
        guide: Where the search of keys of one and the same ``key >> shift`` starts, and that of
            the next ends, from those of ``low[0]`` on.
        shift: As above.
        found: Shape (n,), overwritten.
    """
    lowest = low[0] >> shift
    for row in range(keys.size):
        found[row] = find_cell(keys[row], low, guide, (keys[row] >> shift) - lowest)


@kernel
def sum_by_cell(
    scores: Floats,
    labels: Booleans,
    weights: Floats,
    cells: tuple[Integers, Integers, Integers, int],
    sums: Floats,
) -> None:
    """Add each row that lies in a cell to that row of ``sums``, shape (cells, SUMS).

    Args:
        scores: shape (n,).
        labels: shape (n,).
        weights: shape (n,).
        cells: The lowest and the highest order key of each cell, and the guide and shift of
            ``find_cells``.
        sums: Zeros at first.
    """
    low, high, guide, shift = cells
    lowest = low[0] >> shift
    parts = guide.size - 1
    bits = scores.view(np.int64)
    for row in range(bits.size):
        key = order_key(bits[row])
        part = (key >> shift) - lowest
        if part < 0 or part >= parts:
            continue
        place = find_cell(key, low, guide, part)
        if low[place] <= key <= high[place]:
            add_row(sums, place, scores[row], labels[row], weights[row])


@compiles_ahead
def _call_kernels() -> None:
    scores, labels, weights = np.ones(1), np.ones(1, np.bool_), np.ones(1)
    keys = np.zeros(1, np.int64)
    sums = np.zeros((1, SUMS))
    fill_order_keys(scores.view(np.int64), keys)
    sum_by_slot(np.zeros(1, np.int64), scores, labels, weights, sums)
    sum_by_prefix(scores, labels, weights, (0, int(keys[0])), sums)
    guide = np.zeros(2, np.int64)
    fill_guide(keys, 0, guide)
    find_cells(keys, keys, guide, 0, np.zeros(1, np.int64))
    sum_by_cell(scores, labels, weights, (keys, keys, guide, 0), sums)
