"""Messages in the form that nearly every writer gives them are read like any others."""

from itertools import permutations

import numpy as np
import pytest
from google.protobuf.internal.encoder import _VarintBytes as varint
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary

from insight_lib.events.format.decode import decode
from tests.events.conftest import frame

SUMMARY, VALUE = 5, 1
# Lengths around 127 bytes, beyond which a length takes two.
TAGS = st.text(max_size=20) | st.text("ab/", min_size=100, max_size=140)
INT64S = st.integers(-(2**63), 2**63 - 1)


def within(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def joined(parts):
    return b"".join(parts)


@given(TAGS, INT64S, st.floats(), st.floats(width=32))
def test_fields_in_any_order_give_the_same_row(tag, step, wall_time, number):
    of_value = [Summary.Value(tag=tag), Summary.Value(simple_value=number)]
    rows = set()
    for fields in permutations(part.SerializeToString() for part in of_value):
        summary = within(SUMMARY, within(VALUE, joined(fields)))
        of_event = [Event(wall_time=wall_time), Event(step=step)]
        envelope = [part.SerializeToString() for part in of_event]
        for payload in permutations([*envelope, summary]):
            decoded = decode(frame(joined(payload)), 0, {})
            assert decoded.quarantine.num_rows == 0
            [row] = decoded.scalars.to_pylist()
            bits = np.array([row["wall_time"], row["value"]]).tobytes()
            rows.add((row["tag"], row["step"], bits))
    expected = np.array([wall_time, number]).tobytes()
    assert rows == {(tag, step, expected)}


@given(st.lists(st.integers(0, 40), max_size=12))
def test_events_of_any_number_of_values_keep_all_of_them_in_order(counts):
    events = [
        Event(step=step, summary=Summary(value=[value_of(step, n) for n in range(count)]))
        for step, count in enumerate(counts)
    ]
    decoded = decode(joined(frame(event.SerializeToString()) for event in events), 0, {})
    found = [(r["step"], r["value_index"], r["value"]) for r in decoded.scalars.to_pylist()]
    assert found == [(s, n, 100 * s + n) for s, count in enumerate(counts) for n in range(count)]


def value_of(step, number):
    return Summary.Value(tag=f"tag {number}", simple_value=100 * step + number)


def test_a_malformed_value_costs_its_record_and_no_value_of_another():
    good = Event(step=1, summary=Summary(value=[value_of(1, n) for n in range(3)]))
    bad = within(SUMMARY, within(VALUE, good.summary.value[0].SerializeToString()) + b"\x0a\x7f")
    data = joined(map(frame, [good.SerializeToString(), bad, good.SerializeToString()]))
    decoded = decode(data, 0, {})
    assert decoded.scalars["value"].to_pylist() == [100.0, 101.0, 102.0] * 2
    assert decoded.quarantine.num_rows == 1


def long_varint(number, size):
    """A varint of more bytes than it needs, which protobuf reads all the same."""
    payload = [number >> 7 * place & 127 | 128 for place in range(size)]
    return bytes([*payload[:-1], payload[-1] & 127])


@pytest.mark.parametrize("number", [0, 1, 127, 128, 16_383, 16_384, 2**21 - 1, 2**21, 2**40])
def test_a_step_of_any_length_is_read_as_protobuf_reads_it(number):
    head = Event(wall_time=1.5).SerializeToString()
    value = within(VALUE, value_of(0, 3).SerializeToString())
    shortest = max(1, -(-number.bit_length() // 7))
    for size in range(shortest, 11):
        payload = head + b"\x10" + long_varint(number, size) + within(SUMMARY, value)
        [row] = decode(frame(payload), 0, {}).scalars.to_pylist()
        assert row["step"] == Event.FromString(payload).step == number


def test_a_summary_of_one_value_and_something_else_is_no_summary_of_one_value():
    head = Event(wall_time=1.5, step=300).SerializeToString()
    value = within(VALUE, value_of(0, 3).SerializeToString())
    unknown = within(15, b"unknown")
    for summary in (value + unknown, unknown + value, value + value):
        payload = head + within(SUMMARY, summary)
        numbers = decode(frame(payload), 0, {}).scalars["value"].to_pylist()
        assert numbers == [v.simple_value for v in Event.FromString(payload).summary.value]
    # A length that reaches beyond the summary.
    cut = head + within(SUMMARY, value[:-1])
    assert decode(frame(cut), 0, {}).quarantine.num_rows == 1
