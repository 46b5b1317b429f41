"""tf.train.Example messages: the features of every record, first values and how many there are.

https://github.com/tensorflow/tensorflow/blob/v2.21.0/tensorflow/core/example/feature.proto
"""

import numpy as np

from insight_lib.events.format import protobuf
from insight_lib.events.format.kernels import Address, Bytes, Rows, address_of, load_float32
from insight_lib.events.format.tfrecord import FOOTER_BYTES, HEADER_BYTES, RECORD, SPAN
from insight_lib.kernels import compiles_ahead, inlined, kernel

NONE = 0
BYTES = 1
FLOATS = 2
INTEGERS = 3
"""Kinds of features, by the number of their field; `NONE` has no list."""

NOT_EXAMPLE = 5
"""Status of a record whose payload is no Example, in addition to those of the framing."""
NOT_EXAMPLE_REASON = "the record's checksums hold, but its payload is not a tf.train.Example"

_FEATURES = 1  # of Example
_FEATURE = 1  # of Features, a map
_KEY = 1
_VALUE = 2
_LIST_VALUE = 1  # of BytesList, FloatList and Int64List
_FLOAT_BYTES = 4

FEATURE = np.dtype(
    [
        ("record", np.int64),
        ("name_start", np.int64),
        ("name_stop", np.int64),
        ("kind", np.int64),
        ("values", np.int64),
        ("number", np.float64),
        ("integer", np.int64),
        ("start", np.int64),
        ("stop", np.int64),
    ]
)


def read_features(buffer: Bytes, spans: Rows) -> Rows:
    """Read the features of every intact record.

    A record that is no Example gets the status `NOT_EXAMPLE` in ``spans`` and has no rows.

    Returns:
        `FEATURE` rows in the order of the file. ``record`` is the row of its span, ``name_`` bounds
        its name in the buffer; of its first value ``number`` is the float, ``integer`` the integer,
        and ``start`` and ``stop`` bound the bytes; ``values`` counts them all.
    """
    features = np.empty(_count(buffer, spans), FEATURE)
    return features[: _read(buffer, spans, features)]


@compiles_ahead
def _call_kernels() -> None:
    read_features(np.frombuffer(b"", np.uint8), np.empty(0, SPAN))


@kernel
def _count(buffer: Bytes, spans: Rows) -> int:
    """Return how many features intact records have at most; mark those that are no Example."""
    base = address_of(buffer)
    count = 0
    for row in range(len(spans)):
        if spans[row]["status"] != RECORD:
            continue
        position = spans[row]["offset"] + HEADER_BYTES
        stop = spans[row]["stop"] - FOOTER_BYTES
        while position < stop:
            field, wire_type, inner, position = protobuf.next_field(base, position, stop)
            if field == 0:
                spans[row]["status"] = NOT_EXAMPLE
                break
            while field == _FEATURES and wire_type == protobuf.LENGTH and inner < position:
                each, _, _, inner = protobuf.next_field(base, inner, position)
                if each == 0:
                    spans[row]["status"] = NOT_EXAMPLE
                    break
                count += 1
    return count


@kernel
def _read(buffer: Bytes, spans: Rows, features: Rows) -> int:
    base = address_of(buffer)
    count = 0
    for row in range(len(spans)):
        if spans[row]["status"] != RECORD:
            continue
        first = count
        intact = True
        position = spans[row]["offset"] + HEADER_BYTES
        stop = spans[row]["stop"] - FOOTER_BYTES
        while position < stop:
            field, wire_type, inner, position = protobuf.next_field(base, position, stop)
            while field == _FEATURES and wire_type == protobuf.LENGTH and inner < position:
                each, each_type, start, inner = protobuf.next_field(base, inner, position)
                if each == _FEATURE and each_type == protobuf.LENGTH:
                    features[count]["record"] = row
                    intact &= _read_entry(base, start, inner, features[count])
                    count += 1
        if not intact:
            spans[row]["status"] = NOT_EXAMPLE
            count = first
    return count


@inlined
def _read_entry(base: Address, start: int, stop: int, feature: Rows) -> bool:
    """Fill one `FEATURE` row from an entry of the map; False where it is malformed."""
    feature["name_start"] = start
    feature["name_stop"] = start
    feature["kind"] = NONE
    feature["values"] = 0
    feature["start"] = 0
    feature["stop"] = -1
    position = start
    while position < stop:
        field, wire_type, inner, position = protobuf.next_field(base, position, stop)
        if field == 0:
            return False
        if wire_type == protobuf.LENGTH and field == _KEY:
            feature["name_start"] = inner
            feature["name_stop"] = position
        while wire_type == protobuf.LENGTH and field == _VALUE and inner < position:
            kind, kind_type, content, inner = protobuf.next_field(base, inner, position)
            if kind == 0:
                return False
            if kind_type == protobuf.LENGTH and BYTES <= kind <= INTEGERS:
                if kind != feature["kind"]:  # of a oneof the last counts
                    feature["kind"] = kind
                    feature["values"] = 0
                if not _read_list(base, content, inner, kind, feature):
                    return False
    return True


@kernel
def _read_list(base: Address, start: int, stop: int, kind: int, feature: Rows) -> bool:
    """Add the values of a list, packed or not, to those of a feature; False: it is malformed."""
    position = start
    intact = True
    while intact and position < stop:
        field, wire_type, content, position = protobuf.next_field(base, position, stop)
        if field == 0:
            return False
        if field == _LIST_VALUE and kind == BYTES:
            intact = _add_bytes(content, position, wire_type, feature)
        elif field == _LIST_VALUE and kind == FLOATS:
            intact = _add_floats(base, content, position, wire_type, feature)
        elif field == _LIST_VALUE:
            intact = _add_integers(base, content, position, wire_type, feature)
    return intact


@inlined
def _add_bytes(start: int, stop: int, wire_type: int, feature: Rows) -> bool:
    if feature["values"] == 0:
        feature["start"] = start
        feature["stop"] = stop
    feature["values"] += 1
    return wire_type == protobuf.LENGTH


@inlined
def _add_floats(base: Address, start: int, stop: int, wire_type: int, feature: Rows) -> bool:
    if feature["values"] == 0 and stop - start >= _FLOAT_BYTES:
        feature["number"] = load_float32(base, start)
    feature["values"] += (stop - start) // _FLOAT_BYTES
    return wire_type in (protobuf.LENGTH, protobuf.FIXED32) and (stop - start) % _FLOAT_BYTES == 0


@inlined
def _add_integers(base: Address, start: int, stop: int, wire_type: int, feature: Rows) -> bool:
    while start < stop:
        value, start = protobuf.read_varint(base, start, stop)
        if start < 0:
            return False
        if feature["values"] == 0:
            feature["integer"] = value
        feature["values"] += 1
    return wire_type in (protobuf.LENGTH, protobuf.VARINT)
