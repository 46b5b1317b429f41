"""Compact statistics out of Summary.Value messages, all rows of a batch in one compiled pass."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.events.format import dtypes, protobuf, tensor_proto
from insight_lib.events.format.kernels import Address, Bytes, to_int64
from insight_lib.kernels import compiles_ahead, kernel
from insight_lib.tracer.stats_format import STATS_FIELDS

_TENSOR = 8  # of Summary.Value
_METADATA = 9
_PLUGIN_DATA = 1  # of SummaryMetadata
_CONTENT = 2  # of SummaryMetadata.PluginData

GOOD = 0
NO_TENSOR = 1
NOT_DOUBLE = 2
WRONG_SHAPE = 3
CUT_SHORT = 4
NO_COUNTS = 5

REASONS = {
    NO_TENSOR: "the value holds no tensor, or is malformed",
    NOT_DOUBLE: "its tensor is not of type DT_DOUBLE",
    WRONG_SHAPE: f"its tensor is not of shape ({len(STATS_FIELDS)},)",
    CUT_SHORT: f"its tensor does not store {len(STATS_FIELDS)} numbers",
    NO_COUNTS: "its counts are no counts: not whole, negative, or more than there are elements",
}

_COUNT, _ZEROS, _NANS, _INFS = (STATS_FIELDS.index(n) for n in ("count", "zeros", "nans", "infs"))
_FIELDS = len(STATS_FIELDS)
_LARGEST_COUNT = 2.0**53


@dataclass(frozen=True)
class Compact:
    """What n messages hold.

    Attributes:
        values: (n, 27) in the order of ``STATS_FIELDS``; meaningless where ``state`` is not
            ``GOOD``.
        state: (n,) ``GOOD`` or a key of ``REASONS``.
        content: (n, 2) start and stop of ``plugin_data.content`` in ``buffer``, equal where there
            is none.
        buffer: the messages' bytes.
    """

    values: Floats
    state: Integers
    content: Integers
    buffer: Bytes

    def contents(self) -> pa.Array:
        """Return the ``plugin_data.content`` of every row (``binary``), empty where it has none."""
        # Contents lie in the order of the messages, so that their ends are the offsets of an array
        # of contents and of what lies between them.
        offsets = np.maximum.accumulate(self.content.ravel())
        rows = 2 * np.arange(len(self.content))
        between = pa.Array.from_buffers(
            pa.large_binary(),
            max(offsets.size - 1, 0),
            [None, pa.py_buffer(offsets), pa.py_buffer(self.buffer)],
        )
        return between.take(pa.array(rows)).cast(pa.binary())


def read_compact(payloads: pa.ChunkedArray) -> Compact:
    """Read the compact statistics of n Summary.Value messages (``binary``, no nulls)."""
    column = payloads.cast(pa.large_binary()).combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks or [pa.array([], pa.large_binary())])
    _, offsets, data = column.buffers()
    ends = np.frombuffer(offsets, np.int64)[column.offset : column.offset + len(column) + 1]
    buffer = np.frombuffer(data, np.uint8) if data is not None and data.size else _EMPTY
    compact = Compact(
        np.full((len(column), _FIELDS), np.nan),
        np.empty(len(column), np.int64),
        np.zeros((len(column), 2), np.int64),
        buffer,
    )
    if len(column):  # or it would be compiled for nothing
        _read_all(buffer.ctypes.data, ends, compact.values, compact.state, compact.content)
    return compact


@compiles_ahead
def _call_kernels() -> None:
    numbers = np.empty(0, np.int64)
    _read_all(0, numbers, np.empty((0, _FIELDS)), numbers, np.empty((0, 2), np.int64))


_EMPTY = np.zeros(1, np.uint8)[:0]


@kernel
def _read_all(
    base: Address, ends: Integers, values: Floats, state: Integers, content: Integers
) -> None:
    for row in range(len(state)):
        start, stop = ends[row], ends[row + 1]
        metadata = protobuf.find_field_at(base, start, stop, to_int64(_METADATA))
        plugin = protobuf.find_field_at(base, metadata[0], metadata[1], to_int64(_PLUGIN_DATA))
        content[row, 0], content[row, 1] = protobuf.find_field_at(
            base, plugin[0], plugin[1], to_int64(_CONTENT)
        )
        tensor = protobuf.find_field_at(base, start, stop, to_int64(_TENSOR))
        state[row] = _read_tensor(base, tensor[0], tensor[1], values[row])


@kernel
def _read_tensor(base: Address, start: int, stop: int, values: Floats) -> int:
    if start == stop:
        return NO_TENSOR
    dtype, rank, _, elements = tensor_proto.tensor_form(base, start, stop)
    if dtype != dtypes.DOUBLE:
        return NOT_DOUBLE
    if rank != 1 or elements != _FIELDS:
        return WRONG_SHAPE
    if tensor_proto.read_numbers(base, start, stop, dtype, values) != _FIELDS:
        return CUT_SHORT
    count = values[_COUNT]
    parts = values[_ZEROS] + values[_NANS] + values[_INFS]
    for field in (_COUNT, _ZEROS, _NANS, _INFS):
        number = values[field]
        if not 0 <= number <= _LARGEST_COUNT or number != np.floor(number):
            return NO_COUNTS
    return GOOD if parts <= count else NO_COUNTS
