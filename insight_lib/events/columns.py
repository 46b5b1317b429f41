"""Arrow tables of scalars, histograms and quarantined spans.

Columns are those of the tables' contracts without what only the file's place can tell (run,
stream, file). Rows stand in the order of the file.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from insight_lib.events import framing
from insight_lib.events.buckets import fill_from_histo, fill_from_tensor
from insight_lib.events.kernels import Bytes, Rows, kernel
from insight_lib.events.parsed import Parsed
from insight_lib.events.routing import SCALAR
from insight_lib.events.values import HISTO


def scalars_table(parsed: Parsed) -> pa.Table:
    """Columns tag, step, wall_time (s), value, record_offset (bytes) and value_index."""
    rows = np.flatnonzero(parsed.routes == SCALAR)
    common = value_columns(parsed, rows)
    value = pa.array(parsed.values["number"][rows])
    return pa.table({**first_columns(common), "value": value, **last_columns(common)})


def histograms_table(parsed: Parsed) -> pa.Table:
    """As `scalars_table`, with left_edges, right_edges and counts in place of the value."""
    rows = np.flatnonzero(parsed.routes >= 0)
    common = value_columns(parsed, rows)
    ends = np.zeros(len(rows) + 1, np.int64)
    np.cumsum(parsed.routes[rows], out=ends[1:])
    numbers = np.empty((3, ends[-1]), np.float64)
    _fill_buckets(parsed.buffer, parsed.values, rows, ends, numbers)
    lists = [pa.ListArray.from_arrays(pa.array(ends, pa.int32()), row) for row in numbers]
    names = ("left_edges", "right_edges", "counts")
    return pa.table(
        {**first_columns(common), **dict(zip(names, lists, strict=True)), **last_columns(common)}
    )


@kernel
def _fill_buckets(
    buffer: Bytes,
    values: Rows,
    rows: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    numbers: npt.NDArray[np.float64],
) -> None:
    base = buffer.ctypes.data
    for place in range(len(rows)):
        value = values[rows[place]]
        start, stop = value["data_start"], value["data_stop"]
        out = numbers[:, ends[place] : ends[place + 1]]
        buckets = ends[place + 1] - ends[place]
        if value["field"] == HISTO:
            fill_from_histo(base, start, stop, buckets, out)
        else:
            fill_from_tensor(base, start, stop, buckets, out)


def value_columns(parsed: Parsed, rows: npt.NDArray[np.int64]) -> dict[str, pa.Array]:
    """The columns that every table of values has, for some rows of the values."""
    step, wall_time, offset, index = _gather(
        parsed.values, parsed.events, parsed.spans, rows, parsed.base_offset
    )
    tags = pa.array(parsed.tag_names, pa.string())
    return {
        "tag": pa.DictionaryArray.from_arrays(pa.array(parsed.tags[rows]), tags),
        "step": pa.array(step),
        "wall_time": pa.array(wall_time),
        "record_offset": pa.array(offset),
        "value_index": pa.array(index),
    }


@kernel
def _gather(
    values: Rows, events: Rows, spans: Rows, rows: npt.NDArray[np.int64], base_offset: int
) -> tuple[
    npt.NDArray[np.int64],
    npt.NDArray[np.float64],
    npt.NDArray[np.int64],
    npt.NDArray[np.int32],
]:
    """Step, wall time, record offset in the file and value index of some values."""
    step = np.empty(len(rows), np.int64)
    wall_time = np.empty(len(rows), np.float64)
    offset = np.empty(len(rows), np.int64)
    index = np.empty(len(rows), np.int32)
    for place in range(len(rows)):
        row = values[rows[place]]["event"]
        step[place] = events[row]["step"]
        wall_time[place] = events[row]["wall_time"]
        offset[place] = spans[row]["offset"] + base_offset
        index[place] = values[rows[place]]["index"]
    return step, wall_time, offset, index


def first_columns(common: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """Those of the common columns that stand before a table's own."""
    return {name: common[name] for name in ("tag", "step", "wall_time")}


def last_columns(common: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """Those of the common columns that stand after a table's own."""
    return {name: common[name] for name in ("record_offset", "value_index")}


def quarantine_table(parsed: Parsed) -> pa.Table:
    """Columns offset and length, in bytes of the file, and reason."""
    spans = parsed.spans[parsed.spans["status"] != framing.RECORD]
    offsets = spans["offset"] + parsed.base_offset
    reasons = [
        _head_reason(parsed.buffer)
        if offset == 0 and status == framing.BAD_HEADER
        else framing.REASONS[status]
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
    compressed = buffer[:2].tobytes() in framing.COMPRESSED_HEADS
    return framing.COMPRESSED_FILE if compressed else framing.NO_EVENT_FILE
