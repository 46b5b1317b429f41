"""TensorProto messages: their type and shape, and their elements as doubles.

A tensor stores its elements either as raw bytes (`tensor_content`) or as numbers in the repeated
field of its type, packed or not. Doubles hold every number of every type exactly but 64-bit
integers beyond 2**53, which are rounded.
"""

import numpy as np
import numpy.typing as npt

from insight_lib.events.format import dtypes, protobuf
from insight_lib.events.format.kernels import (
    Address,
    load_float32,
    load_float64,
    load_uint8,
    load_uint16,
    load_uint32,
    load_uint64,
    to_float64,
    to_int64,
)
from insight_lib.kernels import kernel

_DTYPE = 1
_SHAPE = 2
_CONTENT = 4

_DIM = 2  # of TensorShapeProto
_SIZE = 1  # of TensorShapeProto.Dim

NO_NUMBERS = -1
_MAX_ELEMENTS = 2**31 - 1


@kernel
def tensor_form(base: Address, start: int, stop: int) -> tuple[int, int, int, int]:
    """Dtype, rank, size of the last dimension and count of elements of a tensor message.

    The dtype is `NO_NUMBERS` where the message is malformed, its elements are no numbers (see
    `dtypes`), a dimension is unknown or it claims more than 2**31 - 1 elements.
    """
    dtype, rank, last, elements = 0, 0, 1, 1
    position = start
    while position < stop:
        field, wire_type, content, position = protobuf.next_field(base, position, stop)
        if field == 0:
            return NO_NUMBERS, 0, 0, 0
        if field == _DTYPE and wire_type == protobuf.VARINT:
            dtype = protobuf.read_varint(base, content, position)[0]
        elif field == _SHAPE and wire_type == protobuf.LENGTH:
            rank, last, elements = _shape(base, content, position)
    if elements < 0 or not 0 < dtype < dtypes.DTYPES or dtypes.WIDTH[dtype] == 0:
        return NO_NUMBERS, 0, 0, 0
    return dtype, rank, last, elements


@kernel
def _shape(base: Address, start: int, stop: int) -> tuple[int, int, int]:
    """Rank, size of the last dimension and count of elements; -1 elements: none that is known.

    As for TensorBoard's ``make_ndarray``, the dimensions listed are the shape, whatever
    ``unknown_rank`` says: with none the tensor is one number.
    """
    rank, last, elements = 0, 1, 1
    position = start
    while position < stop:
        field, wire_type, content, position = protobuf.next_field(base, position, stop)
        if field == 0:
            return 0, 0, -1
        if field == _DIM and wire_type == protobuf.LENGTH:
            rank += 1
            last = _size(base, content, position)
            if last < 0 or (last > 0 and elements > _MAX_ELEMENTS // last):
                return 0, 0, -1
            elements *= last
    return rank, last, elements


@kernel
def _size(base: Address, start: int, stop: int) -> int:
    """Size of a dimension, -1 where it is unknown or malformed."""
    size = 0
    position = start
    while position < stop:
        field, wire_type, content, position = protobuf.next_field(base, position, stop)
        if field == 0:
            return -1
        if field == _SIZE and wire_type == protobuf.VARINT:
            size = protobuf.read_varint(base, content, position)[0]
    return size


@kernel
def has_raw_bytes(base: Address, start: int, stop: int) -> bool:
    """Whether a tensor message stores its elements as raw bytes, which no shape can stretch."""
    content, end = protobuf.find_field_at(base, start, stop, to_int64(_CONTENT))
    return content < end


@kernel
def read_numbers(
    base: Address, start: int, stop: int, dtype: int, numbers: npt.NDArray[np.float64]
) -> int:
    """Write the elements of a tensor as doubles.

    Args:
        base: address of the buffer that holds the message in ``[start, stop)``.
        start: its first byte.
        stop: the byte after it.
        dtype: a dtype of `dtypes`.
        numbers: is filled as far as it reaches.

    Returns:
        How many elements the message stores, which may be more than fit and fewer than its shape
        claims; -1 where the message is malformed or its raw bytes hold a broken element.
    """
    value_field = dtypes.VALUE_FIELD[dtype]
    single = protobuf.VARINT
    if dtype == dtypes.DOUBLE:
        single = protobuf.FIXED64
    elif dtype == dtypes.FLOAT:
        single = protobuf.FIXED32
    stored = to_int64(0)
    position = start
    while position < stop and stored >= 0:
        field, wire_type, content, position = protobuf.next_field(base, position, stop)
        if field == 0:
            return -1
        if field == _CONTENT and wire_type == protobuf.LENGTH and content < position:
            return _read_raw(base, content, position, dtype, numbers)
        if field == value_field and value_field == dtypes.FLOAT8_VAL:
            stored = _read_raw(base, content, position, dtype, numbers)
        elif field == value_field and wire_type in (protobuf.LENGTH, single):
            stored = _read_listed(base, content, position, dtype, numbers, stored)
    return stored


@kernel
def _read_raw(
    base: Address, start: int, stop: int, dtype: int, numbers: npt.NDArray[np.float64]
) -> int:
    """Write the elements that raw little-endian bytes hold; their count, -1 of a cut one."""
    width: int = dtypes.WIDTH[dtype]
    stored = (stop - start) // width
    if stored * width != stop - start:
        return -1
    if dtype == dtypes.DOUBLE:
        for index in range(min(stored, len(numbers))):
            numbers[index] = load_float64(base, start + 8 * index)
    elif dtype == dtypes.FLOAT:
        for index in range(min(stored, len(numbers))):
            numbers[index] = load_float32(base, start + 4 * index)
    else:
        for index in range(min(stored, len(numbers))):
            bits = _load_bits(base, start + width * index, width)
            numbers[index] = _number(bits, dtype)
    return stored


@kernel
def _load_bits(base: Address, position: int, width: int) -> int:
    """Return the 1, 2, 4 or 8 bytes of an element, as an unsigned number in 64 bits."""
    bits = to_int64(load_uint8(base, position))
    if width == 8:
        bits = to_int64(load_uint64(base, position))
    elif width == 4:
        bits = to_int64(load_uint32(base, position))
    elif width == 2:
        bits = to_int64(load_uint16(base, position))
    return bits


@kernel
def _read_listed(
    base: Address,
    start: int,
    stop: int,
    dtype: int,
    numbers: npt.NDArray[np.float64],
    stored: int,
) -> int:
    """Write the elements of one field of values after the ``stored`` ones; the new count, or -1."""
    position = start
    while position < stop:
        number = 0.0
        if dtype == dtypes.DOUBLE:
            if stop - position < 8:
                return -1
            number = load_float64(base, position)
            position += 8
        elif dtype == dtypes.FLOAT:
            if stop - position < 4:
                return -1
            number = to_float64(load_float32(base, position))
            position += 4
        else:
            bits, position = protobuf.read_varint(base, position, stop)
            if position < 0:
                return -1
            number = _number(bits, dtype)
        if stored < len(numbers):
            numbers[stored] = number
        stored += 1
    return stored


@kernel
def _number(bits: int, dtype: int) -> float:
    """Return the number that an element's bits stand for, of a type other than FLOAT, DOUBLE."""
    if dtype == dtypes.HALF:
        number = _small_float((bits >> 15) & 1, (bits >> 10) & 0x1F, bits & 0x3FF, 10, 15)
    elif dtype == dtypes.BFLOAT16:
        number = _small_float((bits >> 15) & 1, (bits >> 7) & 0xFF, bits & 0x7F, 7, 127)
    elif dtypes.FLOAT8_E5M2 <= dtype <= dtypes.FLOAT8_E5M2FNUZ:
        number = dtypes.FLOAT8_TABLE[dtype - dtypes.FLOAT8_E5M2, bits & 0xFF]
    else:
        number = _whole_number(bits, dtype)
    return number


@kernel
def _whole_number(bits: int, dtype: int) -> float:
    """Return the number that an integer's or a truth value's bits stand for."""
    number = to_float64(bits)
    if dtype in (dtypes.INT8, dtypes.QINT8):
        number = to_float64(np.int8(bits))
    elif dtype in (dtypes.INT16, dtypes.QINT16):
        number = to_float64(np.int16(bits))
    elif dtype in (dtypes.INT32, dtypes.QINT32):
        number = to_float64(np.int32(bits))
    elif dtype == dtypes.BOOL:
        number = 1.0 if bits != 0 else 0.0
    elif dtype == dtypes.UINT64:
        number = to_float64(np.uint64(bits))
    return number


@kernel
def _small_float(sign: int, exponent: int, fraction: int, fraction_bits: int, bias: int) -> float:
    """IEEE 754 number of 16 bits; ``bias`` is also half the span of exponents."""
    scale = 2.0**-fraction_bits
    if exponent == 2 * bias + 1:
        size = np.inf if fraction == 0 else np.nan
    elif exponent == 0:
        size = fraction * scale * 2.0 ** (1 - bias)
    else:
        size = (1.0 + fraction * scale) * 2.0 ** (exponent - bias)
    return -size if sign else size
