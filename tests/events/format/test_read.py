"""Reading whole files and buffers: every event goes somewhere, whatever happens to the bytes."""

import ctypes
import math
import mmap
import struct

import numpy as np
import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary

from insight_lib.errors import EventFileError
from insight_lib.events.format import tfrecord
from insight_lib.events.format.decode import decode
from insight_lib.events.format.read import read_span


def all_rows(pieces):
    """Rows of the four tables over all pieces."""
    names = ("scalars", "histograms", "artifacts", "quarantine")
    return [[row for piece in pieces for row in getattr(piece, name).to_pylist()] for name in names]


def artifact(payload, framed):
    """The only artifact of a buffer of one event."""
    (row,) = decode(framed(payload), 0, {}).artifacts.to_pylist()
    return row


@pytest.fixture
def mixed(mixed_records):
    return decode(b"".join(mixed_records), 0, {})


def test_scalars_of_both_generations_come_out(mixed):
    rows = mixed.scalars.to_pylist()
    assert [(row["tag"], row["step"], row["value_index"]) for row in rows] == [
        ("loss", 1, 0),
        ("accuracy", 2, 1),
        ("loss", 5, 0),
    ]
    assert rows[0]["value"] == 0.25
    assert rows[1]["value"] == 0.75
    assert math.isnan(rows[2]["value"])
    assert rows[1]["wall_time"] == 2.5


def test_histograms_of_both_generations_come_out(mixed):
    first, second = mixed.histograms.to_pylist()
    assert first["tag"] == "weights"
    assert first["left_edges"] == [-0.5, 0.0, 1.0, 2.0]
    assert first["right_edges"] == [0.0, 1.0, 2.0, 2.5]
    assert first["counts"] == [1.0, 0.0, 3.0, 2.0]
    assert second["left_edges"] == [0.0, 1.0]
    assert second["right_edges"] == [1.0, 2.0]
    assert second["counts"] == [4.0, 5.0]


def test_all_else_is_kept_whole_under_the_name_of_what_it_is(mixed, mixed_records):
    rows = mixed.artifacts.to_pylist()
    assert [(row["plugin"], row["tag"]) for row in rows] == [
        ("file_version", ""),
        ("graph_def", ""),
        ("session_log", ""),
        ("text", "note"),
        ("tagged_run_metadata", "step_3"),
        ("empty", ""),
        ("summary", ""),
    ]
    assert rows[1]["payload"] == mixed_records[2][12:-4]
    text = Summary.Value.FromString(rows[3]["payload"])
    assert text.tensor.string_val == [b"hello"]


def test_what_is_known_of_the_file_comes_with_it(mixed, mixed_records):
    assert mixed.file_version == "brain.Event:2"
    assert mixed.records == len(mixed_records)
    assert mixed.read_to == sum(map(len, mixed_records))
    assert mixed.plugins == {"accuracy": "scalars", "bias": "histograms", "note": "text"}
    assert mixed.quarantine.num_rows == 0


def test_offsets_count_from_the_start_of_the_file(mixed_records):
    decoded = decode(mixed_records[1], 1000, {})
    assert decoded.scalars["record_offset"].to_pylist() == [1000]
    assert decoded.read_to == 1000 + len(mixed_records[1])


def test_every_truncation_keeps_the_whole_records_and_the_rest_follows(mixed_records, tiles):
    data = b"".join(mixed_records)
    whole = all_rows([decode(data, 0, {})])
    for cut in range(len(data) + 1):
        head = decode(data[:cut], 0, {})
        tail = decode(data[head.read_to :], head.read_to, head.plugins)
        assert head.quarantine.num_rows == 0
        assert str(all_rows([head, tail])) == str(whole)
        tiles(data, 0, [head, tail])


def test_every_single_byte_flip_keeps_the_records_before_it(mixed_records, tiles):
    data = b"".join(mixed_records)
    starts = np.cumsum([0, *map(len, mixed_records)])
    for place in range(len(data)):
        damaged = bytearray(data)
        damaged[place] ^= 1 << place % 8
        decoded = decode(bytes(damaged), 0, {})
        tiles(bytes(damaged), 0, [decoded])
        hit = int(np.searchsorted(starts, place, side="right")) - 1
        lost = decoded.quarantine["offset"].to_pylist()
        assert lost == [starts[hit]]
        if hit < len(mixed_records) - 1:
            assert decoded.read_to == len(data)


def test_nothing_outside_the_buffer_is_read(mixed_records, framed, guarded):
    payload = mixed_records[3][12:-4]
    for cut in range(len(payload)):
        # Checksums hold, so that every layer meets a message that its lengths overrun.
        decode(guarded(framed(payload[:cut])), 0, {})
        decode(guarded(mixed_records[3][:cut]), 0, {})


@pytest.fixture
def guarded():
    """A function that places bytes so that reading one byte behind them crashes."""
    page = mmap.PAGESIZE
    memory = mmap.mmap(-1, 2 * page)
    base = np.frombuffer(memory, np.uint8)
    libc = ctypes.CDLL(None, use_errno=True)
    address = ctypes.c_void_p(base.ctypes.data + page)
    assert libc.mprotect(address, page, 0) == 0

    def place(data):
        base[page - len(data) : page] = np.frombuffer(data, np.uint8)
        return base[page - len(data) : page]

    yield place
    libc.mprotect(address, page, mmap.PROT_READ | mmap.PROT_WRITE)


@pytest.mark.parametrize("chunk_bytes", [1, 64, 200, 10_000])
def test_the_chunks_a_file_is_read_in_change_nothing(event_file, chunk_bytes, tiles):
    size = event_file.stat().st_size
    whole = all_rows([decode(event_file.read_bytes(), 0, {})])
    pieces = list(read_span(event_file, 0, size, {}, chunk_bytes))
    assert str(all_rows(pieces)) == str(whole)
    assert pieces[-1].plugins == decode(event_file.read_bytes(), 0, {}).plugins
    tiles(event_file.read_bytes(), 0, pieces)


def test_a_span_is_read_up_to_its_stop_and_no_further(event_file, mixed_records):
    stop = len(mixed_records[0]) + len(mixed_records[1])
    (piece,) = read_span(event_file, 0, stop + 5, {})
    assert (piece.records, piece.read_to) == (2, stop)


def test_an_empty_file_yields_nothing(tmp_path):
    path = tmp_path / "tfevents"
    path.touch()
    assert list(read_span(path, 0, 100, {})) == []


@pytest.mark.parametrize("chunk_bytes", [16, 10_000])
def test_a_file_that_is_no_event_file_ends_in_quarantine(tmp_path, chunk_bytes):
    path = tmp_path / "tfevents"
    path.write_bytes(b"no event file at all\n" * 20)
    pieces = list(read_span(path, 0, 420, {}, chunk_bytes))
    first = pieces[0].quarantine.to_pylist()[0]
    assert first["offset"] == 0
    assert first["reason"] == tfrecord.NO_EVENT_FILE
    assert pieces[-1].read_to == 420 - 11
    assert sum(piece.records for piece in pieces) == 0


def test_a_file_that_cannot_be_opened_is_named(tmp_path):
    with pytest.raises(EventFileError, match="gone"):
        list(read_span(tmp_path / "gone", 0, 10, {}))


def test_a_payload_that_is_no_event_is_quarantined_alone(framed, scalar, tiles):
    good = framed(scalar("a", 1, 1.0).SerializeToString())
    for payload in (b"\xff", b"\x2a\x05", b"\x2a\x02\x0a\x09", b"\x2a\x04\x0a\x02\x12\x01"):
        data = good + framed(payload) + good
        decoded = decode(data, 0, {})
        (row,) = decoded.quarantine.to_pylist()
        assert (row["offset"], row["length"]) == (len(good), len(framed(payload)))
        assert row["reason"] == tfrecord.REASONS[tfrecord.NOT_EVENT]
        assert (decoded.records, decoded.scalars.num_rows) == (3, 2)
        tiles(data, 0, [decoded])


def test_fields_that_the_format_does_not_know_are_passed_over(framed, scalar):
    unknown = b"\x98\x06\x01" + b"\xa3\x06\x08\x01\xa3\x06\xa4\x06\xa4\x06" + b"\xaa\x06\x02hi"
    decoded = decode(framed(unknown + scalar("a", 7, 2.0).SerializeToString()), 0, {})
    assert decoded.scalars["step"].to_pylist() == [7]


def test_a_tag_that_is_no_utf8_keeps_its_bytes_as_escapes(framed):
    value = b"\x0a\x03a\xffb\x15" + struct.pack("<f", 1.0)
    summary = b"\x0a" + bytes([len(value)]) + value
    decoded = decode(framed(b"\x2a" + bytes([len(summary)]) + summary), 0, {})
    assert decoded.scalars["tag"].to_pylist() == ["a\\xffb"]


@pytest.mark.parametrize("tag", ["", "a\0b", "t" * 2**20, "größe/損失"])
def test_odd_tags_come_back_as_they_are(framed, scalar, tag):
    decoded = decode(framed(scalar(tag, 1, 1.0).SerializeToString()), 0, {})
    assert decoded.scalars["tag"].to_pylist() == [tag]


def test_many_tags_are_kept_separate(framed, scalar):
    tags = [f"layer_{number}/loss" for number in range(3000)]
    data = b"".join(framed(scalar(tag, 1, 1.0).SerializeToString()) for tag in tags)
    assert decode(data, 0, {}).scalars["tag"].to_pylist() == tags


def test_a_negative_step_comes_back(framed, scalar):
    decoded = decode(framed(scalar("a", -3, 1.0).SerializeToString()), 0, {})
    assert decoded.scalars["step"].to_pylist() == [-3]


def test_later_values_of_a_tag_are_what_the_first_declared(framed):
    first = Summary.Value(tag="x")
    first.metadata.plugin_data.plugin_name = "mesh"
    later = Summary.Value(tag="x")
    later.tensor.dtype = 7
    data = [
        framed(Event(summary=Summary(value=[value])).SerializeToString())
        for value in (later, first, later)
    ]
    plugins = decode(b"".join(data), 0, {}).artifacts["plugin"].to_pylist()
    assert plugins == ["tensor", "mesh", "mesh"]
    assert decode(data[0], 0, {"x": "mesh"}).artifacts["plugin"].to_pylist() == ["mesh"]


def test_a_value_without_a_plugin_is_named_for_its_field(framed):
    image = Summary.Value(tag="x", image=Summary.Image(height=1))
    audio = Summary.Value(tag="x", audio=Summary.Audio(sample_rate=1.0))
    old = Summary.Value(tag="x", obsolete_old_style_histogram=b"x")
    bare = Summary.Value(tag="x")
    event = Event(summary=Summary(value=[image, audio, old, bare]))
    rows = decode(framed(event.SerializeToString()), 0, {}).artifacts.to_pylist()
    names = ["image", "audio", "obsolete_old_style_histogram", "none"]
    assert [row["plugin"] for row in rows] == names
    assert [row["value_index"] for row in rows] == [0, 1, 2, 3]
    assert Summary.Value.FromString(rows[0]["payload"]) == image


def test_summaries_of_one_event_merge_and_a_later_field_replaces_them(framed, scalar):
    one, two = (scalar(tag, 1, 1.0).SerializeToString() for tag in "ab")
    assert decode(framed(one + two), 0, {}).scalars["tag"].to_pylist() == ["a", "b"]
    session = Event(file_version="x").SerializeToString()
    assert decode(framed(one + session + two), 0, {}).scalars["tag"].to_pylist() == ["b"]
    assert artifact(one + session, framed)["plugin"] == "file_version"
