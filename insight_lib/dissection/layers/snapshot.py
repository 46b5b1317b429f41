"""Snapshots out of Summary.Value messages: tensors whole, of any floating type."""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.events.format import dtypes, protobuf, protobuf_fields, tensor_proto
from insight_lib.events.format.kernels import Bytes, address_of
from insight_lib.kernels import compiles_ahead, kernel

_TENSOR = 8  # of Summary.Value
_METADATA = 9
_PLUGIN_DATA = 1  # of SummaryMetadata
_CONTENT = 2  # of SummaryMetadata.PluginData
_SHAPE = 2  # of TensorProto
_DIM = 2  # of TensorShapeProto
_SIZE = 1  # of TensorShapeProto.Dim

NO_TENSOR = "its snapshot holds no tensor of numbers, or is malformed"
NOT_FLOATING = "its snapshot is of no floating type"
CUT_SHORT = "its snapshot does not store as many numbers as its shape says"
_FLOATING = (dtypes.HALF, dtypes.BFLOAT16, dtypes.FLOAT, dtypes.DOUBLE)


@dataclass(frozen=True)
class Snapshot:
    """What a message holds: a tensor as doubles, or why there is none, and its metadata."""

    tensor: Floats | None
    reason: str | None
    content: bytes


def read_snapshot(payload: bytes) -> Snapshot:
    """Read the tensor and the ``plugin_data.content`` of a Summary.Value."""
    buffer = np.frombuffer(payload, np.uint8)
    content = _field(buffer, (_METADATA, _PLUGIN_DATA, _CONTENT))
    tensor = _tensor(buffer, *_field(buffer, (_TENSOR,)))
    reason = tensor if isinstance(tensor, str) else None
    return Snapshot(None if isinstance(tensor, str) else tensor, reason, payload[slice(*content)])


@compiles_ahead
def _call_kernels() -> None:
    nothing = np.frombuffer(b"", np.uint8)
    _form(nothing, 0, 0)
    _read_numbers(nothing, 0, 0, dtypes.FLOAT, np.empty(0))


def _field(buffer: Bytes, path: tuple[int, ...]) -> tuple[int, int]:
    start, stop = 0, len(buffer)
    for number in path:
        start, stop = protobuf.find_field(buffer, start, stop, number)
    return start, stop


def _tensor(buffer: Bytes, start: int, stop: int) -> Floats | str:
    dtype, elements = _form(buffer, start, stop)
    if start == stop or dtype == tensor_proto.NO_NUMBERS:
        return NO_TENSOR
    if dtype not in _FLOATING:
        return NOT_FLOATING
    # A few bytes may claim any size: memory is taken for no more than is there.
    if elements > stop - start:
        return CUT_SHORT
    numbers = np.empty(elements, np.float64)
    if _read_numbers(buffer, start, stop, dtype, numbers) != elements:
        return CUT_SHORT
    shape = buffer[slice(*protobuf.find_field(buffer, start, stop, _SHAPE))].tobytes()
    return numbers.reshape([_size(dim) for dim in protobuf_fields.contents(shape, _DIM)])


def _size(dim: bytes) -> int:
    sizes = [f.content for f in protobuf_fields.fields(dim) if f[:2] == (_SIZE, protobuf.VARINT)]
    return protobuf_fields.varint(sizes[-1]) if sizes else 0


@kernel
def _form(buffer: Bytes, start: int, stop: int) -> tuple[int, int]:
    """Return dtype and count of elements of a tensor message."""
    dtype, _, _, elements = tensor_proto.tensor_form(address_of(buffer), start, stop)
    return dtype, elements


@kernel
def _read_numbers(buffer: Bytes, start: int, stop: int, dtype: int, numbers: Floats) -> int:
    return tensor_proto.read_numbers(address_of(buffer), start, stop, dtype, numbers)
