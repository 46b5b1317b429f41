"""Event messages: the envelope of each record -> its time, its step, and what it carries.

https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/core/util/event.proto
"""

import numpy as np
import numpy.typing as npt

from insight_lib.events.format import protobuf
from insight_lib.events.format.intern import text
from insight_lib.events.format.kernels import (
    Address,
    Bytes,
    Rows,
    Scratch,
    address_of,
    load_float64,
    load_uint8,
    to_int64,
)
from insight_lib.events.format.summary_value import (
    MALFORMED,
    VALUE,
    only_value,
    read_summary,
    read_value,
)
from insight_lib.events.format.tfrecord import FOOTER_BYTES, HEADER_BYTES, NOT_EVENT, RECORD
from insight_lib.kernels import inlined, kernel

_WALL_TIME = 1
_STEP = 2
FILE_VERSION = 3
SUMMARY = 5
TAGGED_RUN_METADATA = 8
_FIRST_WHAT = FILE_VERSION
_LAST_WHAT = 9
EMPTY = 0

# How the fields of nearly every event start: number << 3 | wire type.
_TIME_KEY = _WALL_TIME << 3 | protobuf.FIXED64
_STEP_KEY = _STEP << 3 | protobuf.VARINT
_SUMMARY_KEY = SUMMARY << 3 | protobuf.LENGTH
_SHORTEST = 13
"""Bytes of the shortest event with a time, a step and a summary."""

# What an event that is no summary is called in `artifacts`: the name of its field.
WHAT_NAMES = {
    EMPTY: "empty",
    FILE_VERSION: "file_version",
    4: "graph_def",
    SUMMARY: "summary",
    6: "log_message",
    7: "session_log",
    TAGGED_RUN_METADATA: "tagged_run_metadata",
    9: "meta_graph_def",
}

_RUN_TAG = 1  # of TaggedRunMetadata

EVENT = np.dtype(
    [
        ("wall_time", np.float64),
        ("step", np.int64),
        ("values", np.int32),
        ("what", np.int32),
    ]
)


def read_events(buffer: Bytes, spans: Rows, scratch: Scratch) -> tuple[Rows, Rows]:
    """Read the message of every intact record: its envelope, and the values of its summary.

    A record whose payload is no well-formed Event gets the status `NOT_EVENT` in ``spans``.

    Returns:
        `EVENT` rows, one for each span, meaningful where the span's status is `RECORD`:
        ``wall_time`` in seconds since the Unix epoch; ``what`` the field number of what the event
        carries, of several the last, as protobuf has it, `EMPTY` for nothing; the count of its
        summary's ``values``. And the `VALUE` rows of all of them, in the order of the file.
    """
    events = scratch.rows(EVENT, len(spans))
    # Most writers put one value into an event. The last row takes those for which there is no room.
    values = scratch.rows(VALUE, 2 * len(spans) + 1)
    count = _read_events(buffer, spans, events, values)
    if count >= len(values):
        values = scratch.rows(VALUE, count + 1)
        _read_events(buffer, spans, events, values)
    return events, values[:count]


@kernel
def _read_events(buffer: Bytes, spans: Rows, events: Rows, values: Rows) -> int:
    """Fill both kinds of rows and return the count of values, also of those without room."""
    base = address_of(buffer)
    count = to_int64(0)
    for row in range(len(spans)):
        events[row]["values"] = 0
        if spans[row]["status"] != RECORD:
            continue
        start = spans[row]["offset"] + HEADER_BYTES
        stop = spans[row]["stop"] - FOOTER_BYTES
        summary = _usual_envelope(base, start, stop, events[row])
        only = only_value(base, summary, stop) if summary > 0 else 0
        if only > 0:
            # Passing the rows on would count their references: two locked instructions an event,
            # which take as long as all else.
            value = values[min(count, len(values) - 1)]
            value["event"] = row
            value["index"] = 0
            after = count + 1 if read_value(base, only, stop, value) else MALFORMED
        elif summary > 0:
            after = read_summary(base, summary, stop, row, values, count, count)
        else:
            after = _read_event(base, start, stop, row, events, values, count)
        if after == MALFORMED:
            spans[row]["status"] = NOT_EVENT
        else:
            events[row]["values"] = after - count
            count = after
    return count


@inlined
def _usual_envelope(base: Address, start: int, stop: int, event: Rows) -> int:
    """Fill the row of an event of a time, a step and, to its end, a summary, in that order.

    Returns:
        Where the summary starts; 0 for any other event, for which the row is filled again.
    """
    if stop - start < _SHORTEST or load_uint8(base, start) != _TIME_KEY:
        return 0
    if load_uint8(base, start + 9) != _STEP_KEY:
        return 0
    step, position = protobuf.read_short_varint(base, start + 10, stop)
    if not 0 < position < stop or load_uint8(base, position) != _SUMMARY_KEY:
        return 0
    length, position = protobuf.read_short_varint(base, position + 1, stop)
    if position < 0 or length != stop - position:
        return 0
    event["wall_time"] = load_float64(base, start + 1)
    event["step"] = step
    event["what"] = SUMMARY
    return position


@kernel
def _read_event(
    base: Address, start: int, stop: int, row: int, events: Rows, values: Rows, first: int
) -> int:
    """Fill a row from the message in ``[start, stop)``, and the rows of its values from a first on.

    Returns:
        The place after its last value, or `MALFORMED`.
    """
    what = EMPTY
    count = first
    wall_time = 0.0
    step = 0
    position = start
    while position < stop:
        field, wire_type, content, position = protobuf.next_field(base, position, stop)
        if field == 0:
            return MALFORMED
        if field == _WALL_TIME and wire_type == protobuf.FIXED64:
            wall_time = load_float64(base, content)
        elif field == _STEP and wire_type == protobuf.VARINT:
            step = protobuf.read_varint(base, content, position)[0]
        elif _FIRST_WHAT <= field <= _LAST_WHAT and wire_type == protobuf.LENGTH:
            # `what` is a oneof: a later member replaces an earlier one, summaries merge.
            if field != SUMMARY or what != SUMMARY:
                count = first
            what = field
            if field == SUMMARY:
                count = read_summary(base, content, position, row, values, first, count)
                if count == MALFORMED:
                    return MALFORMED
    event = events[row]
    event["wall_time"] = wall_time
    event["step"] = step
    event["what"] = what
    return count


def event_texts(buffer: Bytes, spans: Rows, events: Rows, rows: npt.NDArray[np.int64]) -> list[str]:
    """Return the text of each event of some rows: file version, or tag of tagged metadata.

    It is '' for every other event.
    """
    places = np.zeros((len(rows), 2), np.int64)
    _place_texts(buffer, spans, events, rows, places)
    return [text(buffer, start, stop) for start, stop in places.tolist()]


@kernel
def _place_texts(
    buffer: Bytes,
    spans: Rows,
    events: Rows,
    rows: npt.NDArray[np.int64],
    places: npt.NDArray[np.int64],
) -> None:
    base = address_of(buffer)
    for place in range(len(rows)):
        what = events[rows[place]]["what"]
        if what not in (FILE_VERSION, TAGGED_RUN_METADATA):
            continue
        span = spans[rows[place]]
        start, stop = span["offset"] + HEADER_BYTES, span["stop"] - FOOTER_BYTES
        start, stop = protobuf.find_field_at(base, start, stop, to_int64(what))
        if what == TAGGED_RUN_METADATA:
            start, stop = protobuf.find_field_at(base, start, stop, to_int64(_RUN_TAG))
        places[place, 0] = start
        places[place, 1] = stop
