"""Event messages: the envelope of each record -> its time, its step, and what it carries.

https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/core/util/event.proto
"""

import numpy as np
import numpy.typing as npt

from insight_lib.events import wire
from insight_lib.events.framing import FOOTER_BYTES, HEADER_BYTES, NOT_EVENT, RECORD
from insight_lib.events.intern import text
from insight_lib.events.kernels import Address, Bytes, Rows, inlined, kernel, load_float64

_WALL_TIME = 1
_STEP = 2
FILE_VERSION = 3
SUMMARY = 5
TAGGED_RUN_METADATA = 8
_FIRST_WHAT = FILE_VERSION
_LAST_WHAT = 9
EMPTY = 0
_MALFORMED = -1

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

_VALUE = 1  # of Summary
_RUN_TAG = 1  # of TaggedRunMetadata

EVENT = np.dtype(
    [
        ("wall_time", np.float64),
        ("step", np.int64),
        ("summary_from", np.int64),
        ("values", np.int32),
        ("what", np.int32),
    ]
)


def read_events(buffer: Bytes, spans: Rows) -> Rows:
    """Read the envelope of every intact record.

    A record whose payload is no well-formed Event gets the status `NOT_EVENT` in ``spans``.

    Returns:
        `EVENT` rows, one for each span, meaningful where the span's status is `RECORD`:
        ``wall_time`` in seconds since the Unix epoch; ``what`` the field number of what the event
        carries, of several the last, as protobuf has it, `EMPTY` for nothing; of a summary the
        count of its ``values`` and the position in the buffer from which its fields count.
    """
    events = np.zeros(len(spans), EVENT)
    _read_events(buffer, spans, events)
    return events


@kernel
def _read_events(buffer: Bytes, spans: Rows, events: Rows) -> None:
    base = buffer.ctypes.data
    for row in range(len(spans)):
        if spans[row]["status"] == RECORD:
            start = spans[row]["offset"] + HEADER_BYTES
            stop = spans[row]["stop"] - FOOTER_BYTES
            _read_event(base, start, stop, events[row])
            if events[row]["what"] == _MALFORMED:
                spans[row]["status"] = NOT_EVENT


@inlined
def _read_event(base: Address, start: int, stop: int, event: Rows) -> None:
    """Fill one `EVENT` row from the message in ``[start, stop)``."""
    what = EMPTY
    values = 0
    position = start
    while position < stop:
        key_position = position
        field, wire_type, content, position = wire.next_field(base, position, stop)
        if field == 0:
            what = _MALFORMED
            break
        if field == _WALL_TIME and wire_type == wire.FIXED64:
            event["wall_time"] = load_float64(base, content)
        elif field == _STEP and wire_type == wire.VARINT:
            event["step"] = wire.read_varint(base, content, position)[0]
        elif _FIRST_WHAT <= field <= _LAST_WHAT and wire_type == wire.LENGTH:
            # `what` is a oneof: a later member replaces an earlier one, summaries merge.
            if field != SUMMARY or what != SUMMARY:
                event["summary_from"] = key_position
                values = 0
            what = field
            if field == SUMMARY:
                count = _count_values(base, content, position)
                if count < 0:
                    what = _MALFORMED
                    break
                values += count
    event["what"] = what
    event["values"] = values


@inlined
def _count_values(base: Address, start: int, stop: int) -> int:
    """Count of the values of a Summary message, -1 where it is malformed."""
    count = 0
    position = start
    while position < stop:
        field, wire_type, _, position = wire.next_field(base, position, stop)
        if field == 0:
            return -1
        if field == _VALUE and wire_type == wire.LENGTH:
            count += 1
    return count


def event_texts(buffer: Bytes, spans: Rows, events: Rows, rows: npt.NDArray[np.int64]) -> list[str]:
    """The text of each event of some rows: the file version, or the tag of tagged run metadata.

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
    base = buffer.ctypes.data
    for place in range(len(rows)):
        what = events[rows[place]]["what"]
        if what not in (FILE_VERSION, TAGGED_RUN_METADATA):
            continue
        span = spans[rows[place]]
        start, stop = span["offset"] + HEADER_BYTES, span["stop"] - FOOTER_BYTES
        start, stop = wire.find_field_at(base, start, stop, what)
        if what == TAGGED_RUN_METADATA:
            start, stop = wire.find_field_at(base, start, stop, _RUN_TAG)
        places[place, 0] = start
        places[place, 1] = stop
