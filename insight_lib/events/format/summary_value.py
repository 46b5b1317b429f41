"""Summary values: every event's summary -> one row a value, not yet interpreted.

https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/core/framework/summary.proto
"""

import numpy as np

from insight_lib.events.format import protobuf
from insight_lib.events.format.kernels import Address, Rows, load_float32, load_uint8, to_int64
from insight_lib.kernels import inlined, kernel

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

# How nearly every summary and the fields of nearly every scalar start: number << 3 | wire type.
_VALUE_KEY = _VALUE << 3 | protobuf.LENGTH
_TAG_KEY = _TAG << 3 | protobuf.LENGTH
_NUMBER_KEY = SIMPLE_VALUE << 3 | protobuf.FIXED32

# What a value without a plugin is called in `artifacts`: the name of its field.
FIELD_NAMES = {
    NONE: "none",
    OLD_HISTOGRAM: "obsolete_old_style_histogram",
    IMAGE: "image",
    HISTO: "histo",
    AUDIO: "audio",
    TENSOR: "tensor",
}

# Positions in a buffer, which is shorter than 4 GiB.
_POSITION = np.uint32

VALUE = np.dtype(
    [
        ("number", np.float64),
        ("start", _POSITION),
        ("stop", _POSITION),
        ("data_start", _POSITION),
        ("data_stop", _POSITION),
        ("tag_start", _POSITION),
        ("tag_stop", _POSITION),
        ("plugin_start", _POSITION),
        ("plugin_stop", _POSITION),
        ("event", np.int32),
        ("index", np.int32),
        ("field", np.int32),
        ("merged", np.int32),
    ]
)
"""A value, not yet interpreted.

``start`` and ``stop`` bound the message in the buffer, ``data_`` the content of its `HISTO`,
`TENSOR`, ... field, ``tag_`` its tag, ``plugin_`` the plugin's name in its own metadata, empty
where it names none; ``event`` is the row of its event, ``index`` its place there; ``number`` is the
simple value; ``merged`` is 1 where its field comes more than once, so that its content would have
to be merged from several places.
"""

MALFORMED = -1


@inlined
def read_summary(
    base: Address, start: int, stop: int, row: int, values: Rows, first: int, count: int
) -> int:
    """Fill a row for each value of the Summary message in ``[start, stop)``.

    Args:
        base: address of the buffer.
        start: the message's first byte.
        stop: the byte after it.
        row: of its event.
        values: the rows; what does not fit goes to the last one.
        first: the place of the event's first value.
        count: the place of the message's first value, greater where an event has several summaries.

    Returns:
        The place after its last value, or `MALFORMED`.
    """
    last = len(values) - 1
    position = start
    while position < stop:
        field, wire_type, content, position = protobuf.next_field(base, position, stop)
        if field == 0:
            return MALFORMED
        if field == _VALUE and wire_type == protobuf.LENGTH:
            value = values[min(count, last)]
            value["event"] = row
            value["index"] = count - first
            if not read_value(base, content, position, value):
                return MALFORMED
            count += 1
    return count


@inlined
def only_value(base: Address, start: int, stop: int) -> int:
    """Return where the value starts of a summary that is nothing but one value; 0 for any other."""
    if stop - start < 2 or load_uint8(base, start) != _VALUE_KEY:
        return 0
    length, position = protobuf.read_short_varint(base, start + 1, stop)
    return position if position > 0 and length == stop - position else 0


@inlined
def read_value(base: Address, start: int, stop: int, value: Rows) -> bool:
    """Fill one `VALUE` row, less ``event`` and ``index``; False where the message is malformed."""
    return _usual_value(base, start, stop, value) or _any_value(base, start, stop, value)


@inlined
def _usual_value(base: Address, start: int, stop: int, value: Rows) -> bool:
    """Fill the row of a message of a tag and a simple value; False for any other."""
    tag = start + 2
    if stop - start < 2 or load_uint8(base, start) != _TAG_KEY:
        return False
    length = to_int64(load_uint8(base, start + 1))
    number = tag + length
    if length >= 0x80 or number + 5 != stop or load_uint8(base, number) != _NUMBER_KEY:
        return False
    value["number"] = load_float32(base, number + 1)
    value["start"] = start
    value["stop"] = stop
    value["field"] = SIMPLE_VALUE
    value["merged"] = 0
    value["tag_start"] = tag
    value["tag_stop"] = number
    value["plugin_start"] = start
    value["plugin_stop"] = start
    return True


@kernel
def _any_value(base: Address, start: int, stop: int, value: Rows) -> bool:
    """As `read_value`, whatever the message holds."""
    kind = NONE
    merged = 0
    tag_start, tag_stop = start, start
    plugin_start, plugin_stop = start, start
    position = start
    while position < stop:
        field, wire_type, content, position = protobuf.next_field(base, position, stop)
        if field == 0:
            return False
        if field == SIMPLE_VALUE and wire_type == protobuf.FIXED32:
            value["number"] = load_float32(base, content)
            kind = field
        elif wire_type != protobuf.LENGTH:
            continue
        elif field == _TAG:
            tag_start, tag_stop = content, position
        elif field == _METADATA:
            plugin_start, plugin_stop = _plugin_name(base, content, position)
        elif OLD_HISTOGRAM <= field <= AUDIO or field == TENSOR:
            merged = 1 if kind == field else 0
            kind = field
            value["data_start"] = content
            value["data_stop"] = position
    value["start"] = start
    value["stop"] = stop
    value["field"] = kind
    value["merged"] = merged
    value["tag_start"] = tag_start
    value["tag_stop"] = tag_stop
    value["plugin_start"] = plugin_start
    value["plugin_stop"] = plugin_stop
    return True


@kernel
def _plugin_name(base: Address, start: int, stop: int) -> tuple[int, int]:
    """Return the plugin's name in a SummaryMetadata message, empty where it names none."""
    start, stop = protobuf.find_field_at(base, start, stop, to_int64(_PLUGIN_DATA))
    return protobuf.find_field_at(base, start, stop, to_int64(_PLUGIN_NAME))
