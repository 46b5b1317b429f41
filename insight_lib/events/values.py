"""Summary values: every event's summary -> one row a value, not yet interpreted.

https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/core/framework/summary.proto
"""

import numpy as np

from insight_lib.events import wire
from insight_lib.events.event import SUMMARY
from insight_lib.events.framing import FOOTER_BYTES, NOT_EVENT, RECORD
from insight_lib.events.kernels import Address, Bytes, Rows, inlined, kernel, load_float32

_TAG = 1
SIMPLE_VALUE = 2
OLD_HISTOGRAM = 3
IMAGE = 4
HISTO = 5
AUDIO = 6
TENSOR = 8
_METADATA = 9
NONE = 0

_VALUE = 1  # of Summary
_PLUGIN_DATA = 1  # of SummaryMetadata
_PLUGIN_NAME = 1  # of SummaryMetadata.PluginData

# What a value without a plugin is called in `artifacts`: the name of its field.
FIELD_NAMES = {
    NONE: "none",
    OLD_HISTOGRAM: "obsolete_old_style_histogram",
    IMAGE: "image",
    HISTO: "histo",
    AUDIO: "audio",
    TENSOR: "tensor",
}

VALUE = np.dtype(
    [
        ("start", np.int64),
        ("stop", np.int64),
        ("data_start", np.int64),
        ("data_stop", np.int64),
        ("tag_start", np.int64),
        ("tag_stop", np.int64),
        ("plugin_start", np.int64),
        ("plugin_stop", np.int64),
        ("number", np.float64),
        ("event", np.int32),
        ("index", np.int32),
        ("field", np.int32),
        ("merged", np.int32),
    ]
)


def read_values(buffer: Bytes, spans: Rows, events: Rows) -> Rows:
    """Read the fields of every summary value of every intact record.

    A record with a malformed value gets the status `NOT_EVENT` in ``spans`` and has no rows.

    Returns:
        `VALUE` rows in the order of the file. ``start`` and ``stop`` bound the message in the
        buffer, ``data_`` the content of its `HISTO`, `TENSOR`, ... field, ``tag_`` its tag,
        ``plugin_`` the plugin's name in its own metadata, 0 and -1 where it names none; ``event``
        is the row of its event, ``index`` its place there; ``number`` is the simple value;
        ``merged`` is 1 where its field comes more than once, so that its content would have to be
        merged from several places.
    """
    values = np.empty(int(events["values"].sum()), VALUE)
    return values[: _read_values(buffer, spans, events, values)]


@kernel
def _read_values(buffer: Bytes, spans: Rows, events: Rows, values: Rows) -> int:
    base = buffer.ctypes.data
    count = 0
    for row in range(len(spans)):
        if spans[row]["status"] != RECORD or events[row]["what"] != SUMMARY:
            continue
        first = count
        intact = True
        position = events[row]["summary_from"]
        stop = spans[row]["stop"] - FOOTER_BYTES
        while position < stop:
            field, wire_type, inner, position = wire.next_field(base, position, stop)
            if field != SUMMARY or wire_type != wire.LENGTH:
                continue
            while inner < position:
                field, wire_type, start, inner = wire.next_field(base, inner, position)
                if field == _VALUE and wire_type == wire.LENGTH:
                    values[count]["event"] = row
                    values[count]["index"] = count - first
                    intact &= _read_value(base, start, inner, values[count])
                    count += 1
        if not intact:
            spans[row]["status"] = NOT_EVENT
            count = first
    return count


@inlined
def _read_value(base: Address, start: int, stop: int, value: Rows) -> bool:
    """Fill one `VALUE` row from the message in ``[start, stop)``; False where it is malformed."""
    value["start"] = start
    value["stop"] = stop
    value["field"] = NONE
    value["merged"] = 0
    tag_start, tag_stop = start, start
    plugin_start, plugin_stop = 0, -1
    position = start
    while position < stop:
        field, wire_type, content, position = wire.next_field(base, position, stop)
        if field == 0:
            return False
        if field == SIMPLE_VALUE and wire_type == wire.FIXED32:
            value["number"] = load_float32(base, content)
            value["field"] = field
        elif wire_type != wire.LENGTH:
            continue
        elif field == _TAG:
            tag_start, tag_stop = content, position
        elif field == _METADATA:
            plugin_start, plugin_stop = _plugin_name(base, content, position)
        elif OLD_HISTOGRAM <= field <= AUDIO or field == TENSOR:
            value["merged"] = 1 if value["field"] == field else 0
            value["field"] = field
            value["data_start"] = content
            value["data_stop"] = position
    value["tag_start"] = tag_start
    value["tag_stop"] = tag_stop
    value["plugin_start"] = plugin_start
    value["plugin_stop"] = plugin_stop
    return True


@kernel
def _plugin_name(base: Address, start: int, stop: int) -> tuple[int, int]:
    """The plugin's name in a SummaryMetadata message, (0, -1) where it is empty."""
    data_start, data_stop = wire.find_field_at(base, start, stop, _PLUGIN_DATA)
    name_start, name_stop = wire.find_field_at(base, data_start, data_stop, _PLUGIN_NAME)
    if name_start == name_stop:
        return 0, -1
    return name_start, name_stop
