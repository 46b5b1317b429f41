"""Tensors of every number type and both encodings against TensorBoard's and ml_dtypes' readings."""

import struct

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.util.tensor_util import make_ndarray

from insight_lib.events.format import dtypes
from insight_lib.events.format.tensor_proto import NO_NUMBERS, read_numbers, tensor_form

# dtype -> (numpy type, field of its values)
KINDS = {
    1: (np.float32, "float_val"),
    2: (np.float64, "double_val"),
    3: (np.int32, "int_val"),
    4: (np.uint8, "int_val"),
    5: (np.int16, "int_val"),
    6: (np.int8, "int_val"),
    9: (np.int64, "int64_val"),
    10: (np.bool_, "bool_val"),
    14: (ml_dtypes.bfloat16, "half_val"),
    17: (np.uint16, "int_val"),
    19: (np.float16, "half_val"),
    22: (np.uint32, "uint32_val"),
    23: (np.uint64, "uint64_val"),
    24: (ml_dtypes.float8_e5m2, "float8_val"),
    25: (ml_dtypes.float8_e4m3fn, "float8_val"),
    26: (ml_dtypes.float8_e4m3fnuz, "float8_val"),
    27: (ml_dtypes.float8_e4m3b11fnuz, "float8_val"),
    28: (ml_dtypes.float8_e5m2fnuz, "float8_val"),
}
QUANTIZED = {11: np.int8, 12: np.uint8, 13: np.int32, 15: np.int16, 16: np.uint16}


def read(message: bytes, room: int = 1000):
    """Form, stored count and numbers of a tensor message."""
    buffer = np.frombuffer(message, np.uint8)
    form = tensor_form(buffer.ctypes.data, 0, len(buffer))
    numbers = np.full(room, np.nan)
    stored = read_numbers(buffer.ctypes.data, 0, len(buffer), max(form[0], 0), numbers)
    return form, stored, numbers[: min(max(stored, 0), room)]


def shape(*sizes):
    return TensorShapeProto(dim=[TensorShapeProto.Dim(size=size) for size in sizes])


def listed(dtype, array):
    """A tensor whose elements are in the field of its type."""
    field = KINDS[dtype][1]
    if field == "float8_val":
        return TensorProto(dtype=dtype, float8_val=array.tobytes())
    values = array.view(np.uint16) if field == "half_val" else array
    return TensorProto(dtype=dtype, **{field: values.tolist()})


def samples(dtype):
    """Bits of every kind as elements of a type: zero, one, extremes, infinities, NaN."""
    kind = np.dtype(KINDS[dtype][0])
    if kind == np.bool_:
        return np.array([False, True])
    if kind.itemsize <= 2:
        bits = np.arange(0, 1 << (8 * kind.itemsize), 1 if kind.itemsize == 1 else 37)
        return bits.astype(f"u{kind.itemsize}").view(kind)
    edges = np.random.default_rng(0).integers(0, 256, 200 * kind.itemsize, np.uint8)
    edges[: kind.itemsize] = 255
    edges[kind.itemsize : 2 * kind.itemsize] = 0
    return edges.view(kind)


@pytest.mark.parametrize("dtype", KINDS)
@pytest.mark.parametrize("encoding", ["content", "listed"])
def test_numbers_of_every_type_and_encoding_come_out(dtype, encoding):
    array = samples(dtype)
    tensor = listed(dtype, array)
    if encoding == "content":
        tensor = TensorProto(dtype=dtype, tensor_content=array.tobytes())
    _, stored, numbers = read(tensor.SerializeToString(), room=len(array))
    assert stored == len(array)
    with np.errstate(invalid="ignore"):
        np.testing.assert_array_equal(numbers, array.astype(np.float64))


@pytest.mark.parametrize("dtype", QUANTIZED)
def test_quantized_types_are_read_as_the_integers_they_are(dtype):
    array = np.array([0, 1, 100, np.iinfo(QUANTIZED[dtype]).min], QUANTIZED[dtype])
    for tensor in (
        TensorProto(dtype=dtype, tensor_content=array.tobytes()),
        TensorProto(dtype=dtype, int_val=array.tolist()),
    ):
        assert read(tensor.SerializeToString())[2].tolist() == array.tolist()


@given(st.lists(st.floats(width=32), min_size=2, max_size=20))
def test_floats_equal_tensorboards_reading(values):
    tensor = TensorProto(dtype=1, tensor_shape=shape(len(values)), float_val=values)
    form, stored, numbers = read(tensor.SerializeToString())
    assert form == (1, 1, len(values), len(values))
    assert stored == len(values)
    np.testing.assert_array_equal(numbers, make_ndarray(tensor).astype(np.float64))


def test_values_that_are_not_packed_are_read_too():
    message = b"\x08\x01" + b"".join(b"\x2d" + struct.pack("<f", x) for x in (1.0, 2.5))
    assert TensorProto.FromString(message).float_val == [1.0, 2.5]
    assert read(message)[2].tolist() == [1.0, 2.5]


def test_more_numbers_than_there_is_room_for_are_counted_and_not_written():
    message = TensorProto(dtype=2, double_val=[1.0, 2.0, 3.0]).SerializeToString()
    assert read(message, room=1)[1] == 3


@pytest.mark.parametrize("dtype", [0, 7, 8, 18, 20, 21, 29, 33, 101, 2**40, -1])
def test_what_is_no_number_is_said_so(dtype):
    message = b"\x08" + (TensorProto(dtype=1).SerializeToString()[1:] if dtype == 1 else b"")
    varint = dtype & (2**64 - 1)
    while varint >= 0x80:
        message += bytes([varint & 0x7F | 0x80])
        varint >>= 7
    message += bytes([varint])
    assert read(message)[0][0] == NO_NUMBERS


@pytest.mark.parametrize("sizes", [(10**12,), (10**6, 10**6), (-1,), (2**62, 2**62, 2**62)])
def test_a_shape_beyond_reason_is_no_tensor_of_numbers(sizes):
    tensor = TensorProto(dtype=1, tensor_shape=shape(*sizes), float_val=[1.0])
    assert read(tensor.SerializeToString())[0][0] == NO_NUMBERS


def test_raw_bytes_that_cut_an_element_off_are_refused():
    tensor = TensorProto(dtype=2, tensor_content=b"1234567")
    assert read(tensor.SerializeToString())[1] == -1


@given(st.binary(max_size=60))
def test_any_bytes_are_read_without_harm(message):
    buffer = np.frombuffer(message, np.uint8)
    dtype, rank, _, elements = tensor_form(buffer.ctypes.data, 0, len(buffer))
    assert dtype == NO_NUMBERS or dtypes.WIDTH[dtype] > 0
    assert rank >= 0
    assert elements >= 0
