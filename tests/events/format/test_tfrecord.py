"""Cutting a buffer into records and what is none."""

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_lib.events.format import tfrecord
from insight_lib.events.format.kernels import Scratch
from insight_lib.events.format.tfrecord import SPAN, scan


def spans_of(data):
    return scan(np.frombuffer(data, np.uint8), Scratch()).tolist()


def test_whole_records_are_found_with_their_bounds(framed):
    first, second = framed(b"one"), framed(b"")
    assert spans_of(first + second) == [
        (0, 19, tfrecord.RECORD),
        (19, 35, tfrecord.RECORD),
    ]


def test_nothing_is_found_in_nothing():
    assert spans_of(b"") == []


def test_every_cut_keeps_the_whole_records_and_lets_the_tail_wait(framed):
    records = [framed(b"first"), framed(b"second, longer"), framed(b"third")]
    data = b"".join(records)
    ends = np.cumsum([len(record) for record in records])
    for cut in range(len(data) + 1):
        spans = spans_of(data[:cut])
        assert all(status == tfrecord.RECORD for _, _, status in spans)
        assert [stop for _, stop, _ in spans] == [end for end in ends if end <= cut]


def test_a_damaged_payload_costs_exactly_its_record(framed):
    records = [framed(b"first"), bytearray(framed(b"second")), framed(b"third")]
    records[1][13] ^= 1
    statuses = [status for _, _, status in spans_of(b"".join(records))]
    assert statuses == [tfrecord.RECORD, tfrecord.BAD_PAYLOAD, tfrecord.RECORD]


@pytest.mark.parametrize("byte", range(12))
def test_a_damaged_header_costs_the_bytes_up_to_the_next_intact_record(framed, byte):
    records = [framed(b"first"), bytearray(framed(b"second")), framed(b"third")]
    records[1][byte] ^= 0x10
    spans = spans_of(b"".join(records))
    assert spans[1] == (len(records[0]), len(records[0]) + len(records[1]), tfrecord.BAD_HEADER)
    assert spans[2][2] == tfrecord.RECORD


def test_after_a_damaged_header_a_record_with_a_damaged_payload_is_passed_over_too(framed):
    records = [bytearray(framed(b"first")), bytearray(framed(b"second")), framed(b"third")]
    records[0][0] ^= 1
    records[1][14] ^= 1
    spans = spans_of(b"".join(records))
    assert spans[0][1:] == (len(records[0]) + len(records[1]), tfrecord.BAD_HEADER)


def test_what_could_still_become_a_record_waits_after_a_damaged_header(framed):
    damaged = bytearray(framed(b"first"))
    damaged[0] ^= 1
    whole = framed(b"second")
    for cut in range(12, len(whole)):
        assert spans_of(bytes(damaged) + whole[:cut]) == [(0, len(damaged), tfrecord.BAD_HEADER)]


def test_a_length_beyond_any_message_is_corrupt_and_allocates_nothing(framed):
    absurd = bytearray(framed(b"first"))
    header = struct.pack("<Q", 2**63)
    absurd[:8] = header
    absurd[8:12] = framed(header)[-4:]
    spans = spans_of(bytes(absurd) + framed(b"second"))
    assert [status for _, _, status in spans] == [tfrecord.TOO_LONG, tfrecord.RECORD]


def test_garbage_is_passed_over_but_for_the_bytes_where_a_record_could_still_start():
    assert spans_of(b"x" * 100) == [(0, 89, tfrecord.BAD_HEADER)]


def test_fewer_bytes_than_a_header_wait():
    assert spans_of(b"x" * 11) == []


@settings(max_examples=200, deadline=None)
@given(data=st.data(), payloads=st.lists(st.binary(max_size=40), max_size=5))
def test_spans_tile_whatever_is_scanned(framed, data, payloads):
    pieces = [framed(payload) for payload in payloads]
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, len(pieces)))
        pieces.insert(place, data.draw(st.binary(max_size=30)))
    damaged = bytearray(b"".join(pieces))
    if damaged and data.draw(st.booleans()):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= data.draw(st.integers(1, 255))
    spans = np.array(spans_of(bytes(damaged)), SPAN)
    assert (spans["offset"] == [0, *spans["stop"][:-1]][: len(spans)]).all()
    assert (spans["stop"] > spans["offset"]).all()
    assert (spans["stop"] <= len(damaged)).all()
