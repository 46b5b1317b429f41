"""Arrow tables of scalars, histograms and quarantined spans.

Columns are those of the tables' contracts without what only the file's place can tell (run,
stream, file). Rows stand in the order of the file.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from insight_lib.events.format import tfrecord
from insight_lib.events.format.histogram_buckets import fill_from_histo, fill_from_tensor
from insight_lib.events.format.kernels import Bytes, Rows, address_of, to_int64
from insight_lib.events.format.parsed import Parsed
from insight_lib.events.format.routing import SCALAR
from insight_lib.events.format.summary_value import HISTO
from insight_lib.kernels import kernel

_TAG = pa.field("tag", pa.dictionary(pa.int32(), pa.string()))
_EDGES = pa.list_(pa.float64())
_NO_SCALARS = pa.schema(
    [
        _TAG,
        ("step", pa.int64()),
        ("wall_time", pa.float64()),
        ("value", pa.float64()),
        ("record_offset", pa.int64()),
        ("value_index", pa.int32()),
    ]
).empty_table()
_NO_HISTOGRAMS = pa.schema(
    [
        _TAG,
        ("step", pa.int64()),
        ("wall_time", pa.float64()),
        ("left_edges", _EDGES),
        ("right_edges", _EDGES),
        ("counts", _EDGES),
        ("record_offset", pa.int64()),
        ("value_index", pa.int32()),
    ]
).empty_table()
_NO_QUARANTINE = pa.schema(
    [("offset", pa.int64()), ("length", pa.int64()), ("reason", pa.string())]
).empty_table()


def scalars_table(parsed: Parsed) -> pa.Table:
    """Columns tag, step, wall_time (s), value, record_offset (bytes) and value_index."""
    rows = np.flatnonzero(parsed.routes == SCALAR)
    if not len(rows):
        return _NO_SCALARS
    common = value_columns(parsed, rows)
    return pa.table({**first_columns(common), "value": common["number"], **last_columns(common)})


def histograms_table(parsed: Parsed) -> pa.Table:
    """As `scalars_table`, with left_edges, right_edges and counts in place of the value."""
    rows = np.flatnonzero(parsed.routes >= 0)
    if not len(rows):
        return _NO_HISTOGRAMS
    common = value_columns(parsed, rows)
    ends = np.zeros(len(rows) + 1, np.int64)
    np.cumsum(parsed.routes[rows], out=ends[1:])
    numbers = [np.empty(ends[-1], np.float64) for _ in range(3)]
    fill_buckets(parsed.buffer, parsed.values, rows, ends, *numbers)
    places = pa.array(ends, pa.int32())
    lists = [pa.ListArray.from_arrays(places, pa.array(column)) for column in numbers]
    names = ("left_edges", "right_edges", "counts")
    return pa.table(
        {**first_columns(common), **dict(zip(names, lists, strict=True)), **last_columns(common)}
    )


@kernel
def fill_buckets(
    buffer: Bytes,
    values: Rows,
    rows: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    lefts: npt.NDArray[np.float64],
    rights: npt.NDArray[np.float64],
    amounts: npt.NDArray[np.float64],
) -> None:
    """Write the buckets of the values of some rows, each from ``ends[row]`` on."""
    base = address_of(buffer)
    left, right = to_int64(lefts.ctypes.data), to_int64(rights.ctypes.data)
    amount = to_int64(amounts.ctypes.data)
    for place in range(len(rows)):
        value = values[rows[place]]
        start, stop = to_int64(value["data_start"]), to_int64(value["data_stop"])
        own = slice(ends[place], ends[place + 1])
        if value["field"] == HISTO:
            at = lefts.itemsize * ends[place]
            fill_from_histo(base, start, stop, left + at, right + at, amount + at)
        else:
            fill_from_tensor(base, start, stop, lefts[own], rights[own], amounts[own])


def value_columns(parsed: Parsed, rows: npt.NDArray[np.int64]) -> dict[str, pa.Array]:
    """Return the columns that every table of values has, for some rows, and ``number``."""
    tag, step, wall_time, number, offset, index = _gather(
        parsed.values, parsed.events, parsed.spans, parsed.tags, rows, parsed.base_offset
    )
    tags = pa.array(parsed.tag_names, pa.string())
    return {
        "tag": pa.DictionaryArray.from_arrays(pa.array(tag), tags),
        "step": pa.array(step),
        "wall_time": pa.array(wall_time),
        "number": pa.array(number),
        "record_offset": pa.array(offset),
        "value_index": pa.array(index),
    }


@kernel
def _gather(
    values: Rows,
    events: Rows,
    spans: Rows,
    tags: npt.NDArray[np.int32],
    rows: npt.NDArray[np.int64],
    base_offset: int,
) -> tuple[
    npt.NDArray[np.int32],
    npt.NDArray[np.int64],
    npt.NDArray[np.float64],
    npt.NDArray[np.float64],
    npt.NDArray[np.int64],
    npt.NDArray[np.int32],
]:
    """Tag, step, wall time, number, record offset in the file and value index of some values."""
    tag = np.empty(len(rows), np.int32)
    step = np.empty(len(rows), np.int64)
    wall_time = np.empty(len(rows), np.float64)
    number = np.empty(len(rows), np.float64)
    offset = np.empty(len(rows), np.int64)
    index = np.empty(len(rows), np.int32)
    for place in range(len(rows)):
        value = values[rows[place]]
        row = value["event"]
        tag[place] = tags[rows[place]]
        step[place] = events[row]["step"]
        wall_time[place] = events[row]["wall_time"]
        number[place] = value["number"]
        offset[place] = spans[row]["offset"] + base_offset
        index[place] = value["index"]
    return tag, step, wall_time, number, offset, index


def first_columns(common: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """Those of the common columns that stand before a table's own."""
    return {name: common[name] for name in ("tag", "step", "wall_time")}


def last_columns(common: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """Those of the common columns that stand after a table's own."""
    return {name: common[name] for name in ("record_offset", "value_index")}


def quarantine_table(parsed: Parsed) -> pa.Table:
    """Columns offset and length, in bytes of the file, and reason."""
    if not len(parsed.odd):
        return _NO_QUARANTINE
    spans = parsed.spans[parsed.odd]
    offsets = spans["offset"] + parsed.base_offset
    reasons = [
        _head_reason(parsed.buffer)
        if offset == 0 and status == tfrecord.BAD_HEADER
        else tfrecord.REASONS[status]
        for offset, status in zip(offsets.tolist(), spans["status"].tolist(), strict=True)
    ]
    return pa.table(
        {
            "offset": pa.array(offsets),
            "length": pa.array(spans["stop"] - spans["offset"]),
            "reason": pa.array(reasons, pa.string()),
        }
    )


def _head_reason(buffer: Bytes) -> str:
    """Why no record starts the file whose first bytes the buffer has."""
    compressed = buffer[:2].tobytes() in tfrecord.COMPRESSED_HEADS
    return tfrecord.COMPRESSED_FILE if compressed else tfrecord.NO_EVENT_FILE
