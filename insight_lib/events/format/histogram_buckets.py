"""Histograms of TF1 (HistogramProto) and of TF2 (a (k, 3) tensor) in one form.

https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/core/framework/histogram.proto

A HistogramProto has the right edges and counts of its buckets, with outermost edges of the order
of the largest double. As TensorBoard's `data_compat.py` does, empty buckets at both ends are left
out, the first left edge is the least value seen and the last right edge the greatest; a histogram
of nothing has no buckets. Unlike there, edges and counts stay doubles.
"""

import numpy as np
import numpy.typing as npt

from insight_lib.events.format import protobuf, tensor_proto
from insight_lib.events.format.kernels import (
    Address,
    copy_bytes,
    load_float64,
    store_float64,
    to_int64,
)
from insight_lib.kernels import kernel

_MIN = 1
_MAX = 2
_LIMITS = 6
_COUNTS = 7

NO_FIT = -1
_DOUBLE_BYTES = 8

# A tensor whose list of numbers is short repeats the last one. A few bytes could so claim any
# number of buckets; no writer sums up a tensor in more than these.
_MAX_REPEATING_BUCKETS = 100

Doubles = npt.NDArray[np.float64]


@kernel
def tensor_buckets(base: Address, start: int, stop: int) -> int:
    """Buckets of a tensor of shape (k, 3), `NO_FIT` if it has another shape or lacks numbers.

    A list of numbers shorter than the shape fits up to 100 buckets: as TensorFlow's
    ``make_ndarray`` does, its last number is repeated. A tensor of rank 2 without elements, such as
    (0, 0), is a histogram of nothing.
    """
    dtype, rank, last, elements = tensor_proto.tensor_form(base, start, stop)
    if dtype == tensor_proto.NO_NUMBERS or rank != 2 or (last != 3 and elements > 0):
        return NO_FIT
    stored = tensor_proto.read_numbers(base, start, stop, dtype, np.empty(0, np.float64))
    buckets = elements // 3
    if stored == elements:
        return buckets
    repeats = 0 < stored < elements and buckets <= _MAX_REPEATING_BUCKETS
    return buckets if repeats and not tensor_proto.has_raw_bytes(base, start, stop) else NO_FIT


@kernel
def fill_from_tensor(
    base: Address, start: int, stop: int, lefts: Doubles, rights: Doubles, amounts: Doubles
) -> None:
    """Write the left edges, right edges and counts of a tensor that fits, one a bucket."""
    dtype, _, _, _ = tensor_proto.tensor_form(base, start, stop)
    numbers = np.empty(3 * len(amounts), np.float64)
    stored = tensor_proto.read_numbers(base, start, stop, dtype, numbers)
    for place in range(stored, len(numbers)):
        numbers[place] = numbers[stored - 1]
    for bucket in range(len(amounts)):
        lefts[bucket] = numbers[3 * bucket]
        rights[bucket] = numbers[3 * bucket + 1]
        amounts[bucket] = numbers[3 * bucket + 2]


@kernel
def histo_buckets(base: Address, start: int, stop: int) -> int:
    """Buckets of a HistogramProto without the empty ones at its ends, `NO_FIT` if malformed."""
    _, _, counts, count, _, limits = _fields(base, start, stop)
    if count < 0:
        return NO_FIT
    first, last = _filled(base, counts, count)
    if first > last:
        return 0
    return last - first + 1 if limits >= last else NO_FIT


@kernel
def fill_from_histo(
    base: Address, start: int, stop: int, lefts: Address, rights: Address, amounts: Address
) -> None:
    """Write the left edges, right edges and counts of a HistogramProto that fits.

    Arrays would have their references counted for each histogram, which takes longer than copying.
    """
    least, greatest, counts, count, limits, _ = _fields(base, start, stop)
    first, last = _filled(base, counts, count)
    buckets = last - first + 1
    if buckets <= 0:
        return
    within = base + limits + _DOUBLE_BYTES * first
    copy_bytes(amounts, base + counts + _DOUBLE_BYTES * first, _DOUBLE_BYTES * buckets)
    # A bucket starts where the one before it ends.
    copy_bytes(rights, within, _DOUBLE_BYTES * (buckets - 1))
    copy_bytes(lefts + _DOUBLE_BYTES, within, _DOUBLE_BYTES * (buckets - 1))
    store_float64(lefts, to_int64(0), least)
    store_float64(rights, _DOUBLE_BYTES * (buckets - 1), greatest)


@kernel
def _fields(base: Address, start: int, stop: int) -> tuple[float, float, int, int, int, int]:
    """Least and greatest value; position and length of the counts, then of the right edges.

    A length of -1 says that the message is malformed. A value that is absent is 0, as protobuf has
    it. Both lists are packed into one piece, as every writer does; in several they do not fit.
    """
    least, greatest = 0.0, 0.0
    counts, count, limits, limit_count = start, 0, start, 0
    position = start
    while position < stop:
        field, wire_type, content, position = protobuf.next_field(base, position, stop)
        if field == 0:
            return 0.0, 0.0, start, -1, start, -1
        if field == _MIN and wire_type == protobuf.FIXED64:
            least = load_float64(base, content)
        elif field == _MAX and wire_type == protobuf.FIXED64:
            greatest = load_float64(base, content)
        elif field in (_COUNTS, _LIMITS):
            length = (position - content) // 8
            seen = count if field == _COUNTS else limit_count
            if wire_type != protobuf.LENGTH or 8 * length != position - content or seen > 0:
                return 0.0, 0.0, start, -1, start, -1
            if field == _COUNTS:
                counts, count = content, length
            else:
                limits, limit_count = content, length
    return least, greatest, counts, count, limits, limit_count


@kernel
def _filled(base: Address, counts: int, count: int) -> tuple[int, int]:
    """First and last bucket with a count above zero; the first is greater if there is none."""
    first = 0
    last = count - 1
    while first < count and not load_float64(base, counts + 8 * first) > 0:
        first += 1
    while last >= 0 and not load_float64(base, counts + 8 * last) > 0:
        last -= 1
    return first, last
