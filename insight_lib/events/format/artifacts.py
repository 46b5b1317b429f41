"""Arrow table of what is kept whole: values of other kinds, and events that are no summaries."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from insight_lib.events.format import event, summary_value
from insight_lib.events.format.columns import first_columns, last_columns, value_columns
from insight_lib.events.format.kernels import Bytes, address_of, copy_bytes, to_int64
from insight_lib.events.format.parsed import Parsed
from insight_lib.events.format.routing import ARTIFACT
from insight_lib.events.format.tfrecord import FOOTER_BYTES, HEADER_BYTES
from insight_lib.kernels import kernel

_NO_ARTIFACTS = pa.schema(
    [
        ("tag", pa.string()),
        ("step", pa.int64()),
        ("wall_time", pa.float64()),
        ("plugin", pa.string()),
        ("payload", pa.binary()),
        ("record_offset", pa.int64()),
        ("value_index", pa.int32()),
    ]
).empty_table()


def artifacts_table(parsed: Parsed) -> pa.Table:
    """Columns tag, step, wall_time (s), plugin, payload, record_offset (bytes) and value_index.

    A value's payload is its Summary.Value message and its plugin that of its tag, or else the name
    of its field. An event without a value is one row of tag '' and the whole Event message; its
    plugin is the name of what it carries, `summary` for a summary of no values, `empty` for
    nothing. Tagged run metadata has its own tag.
    """
    rows = np.flatnonzero(parsed.routes == ARTIFACT)
    if not len(rows) and not len(parsed.bare):
        return _NO_ARTIFACTS
    table = pa.concat_tables([_whole_values(parsed, rows), _whole_events(parsed)]).combine_chunks()
    if len(rows) and len(parsed.bare):
        order = np.argsort(table["record_offset"].to_numpy(), kind="stable")
        table = table.take(pa.array(order))
    return table


def _whole_values(parsed: Parsed, rows: npt.NDArray[np.int64]) -> pa.Table:
    """Rows of the values that are neither scalars nor histograms."""
    common = value_columns(parsed, rows)
    texts = [*parsed.plugin_names, *summary_value.FIELD_NAMES.values()]
    field_texts = np.zeros(max(summary_value.FIELD_NAMES) + 1, np.int64)
    field_texts[list(summary_value.FIELD_NAMES)] = len(parsed.plugin_names) + np.arange(
        len(summary_value.FIELD_NAMES)
    )
    numbers = np.where(
        parsed.plugins[rows] < 0,
        field_texts[parsed.values["field"][rows]],
        parsed.plugins[rows],
    )
    return pa.table(
        {
            **first_columns(common | {"tag": common["tag"].dictionary_decode()}),
            "plugin": pa.array(texts, pa.string()).take(pa.array(numbers)),
            "payload": _payloads(
                parsed.buffer,
                parsed.values["start"][rows].astype(np.int64),
                parsed.values["stop"][rows].astype(np.int64),
            ),
            **last_columns(common),
        }
    )


def _whole_events(parsed: Parsed) -> pa.Table:
    """Rows of the intact events without a value."""
    rows = parsed.bare
    events, spans = parsed.events[rows], parsed.spans[rows]
    kinds = events["what"].tolist()
    return pa.table(
        {
            "tag": pa.array(_event_tags(parsed, rows), pa.string()),
            "step": pa.array(events["step"]),
            "wall_time": pa.array(events["wall_time"]),
            "plugin": pa.array([event.WHAT_NAMES[what] for what in kinds], pa.string()),
            "payload": _payloads(
                parsed.buffer, spans["offset"] + HEADER_BYTES, spans["stop"] - FOOTER_BYTES
            ),
            "record_offset": pa.array(spans["offset"] + parsed.base_offset),
            "value_index": pa.array(np.zeros(len(rows), np.int32)),
        }
    )


def _event_tags(parsed: Parsed, rows: npt.NDArray[np.int64]) -> list[str]:
    """Tag of each event: that of tagged run metadata, '' of all others."""
    texts = event.event_texts(parsed.buffer, parsed.spans, parsed.events, rows)
    is_tagged = parsed.events["what"][rows] == event.TAGGED_RUN_METADATA
    return [text if tagged else "" for text, tagged in zip(texts, is_tagged, strict=True)]


def _payloads(
    buffer: Bytes, starts: npt.NDArray[np.int64], stops: npt.NDArray[np.int64]
) -> pa.Array:
    """Copy spans of the buffer into a binary column."""
    ends = np.zeros(len(starts) + 1, np.int64)
    np.cumsum(stops - starts, out=ends[1:])
    data = np.empty(ends[-1], np.uint8)
    _copy(buffer, starts, ends, data)
    offsets = pa.py_buffer(ends.astype(np.int32))
    return pa.Array.from_buffers(pa.binary(), len(starts), [None, offsets, pa.py_buffer(data)])


@kernel
def _copy(
    buffer: Bytes,
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    data: npt.NDArray[np.uint8],
) -> None:
    source, target = address_of(buffer), to_int64(data.ctypes.data)
    for row in range(len(starts)):
        copy_bytes(target + ends[row], source + starts[row], ends[row + 1] - ends[row])
