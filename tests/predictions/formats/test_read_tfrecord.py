"""Reading TFRecords of tf.train.Example, which TensorFlow's own writer wrote."""

import gzip
import struct

import numpy as np
import pytest
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c

from insight_lib.errors import PredictionFileError
from insight_lib.predictions.formats import read_tfrecord


def frame(payload):
    header = struct.pack("<Q", len(payload))
    crc, payload_crc = masked_crc32c(header), masked_crc32c(payload)
    return header + struct.pack("<I", crc) + payload + struct.pack("<I", payload_crc)


@pytest.fixture
def read(tmp_path, read_file):
    def write_and_read(content, **columns):
        path = tmp_path / "p.tfrecord"
        path.write_bytes(content)
        return read_file(path, **columns)

    return write_and_read


@pytest.fixture
def write(tmp_path, example):
    def write(*rows, options=None):
        import tensorflow as tf  # noqa: PLC0415  (slow to import)

        path = tmp_path / "w.tfrecords"
        with tf.io.TFRecordWriter(str(path), options) as writer:
            for row in rows:
                writer.write(row if isinstance(row, bytes) else example(**row))
        return path.read_bytes()

    return write


def good(count):
    return [{"label": 1, "score": n / 2} for n in range(count)]


def test_features_of_every_kind_are_read(read, write):
    rows = [
        {"label": 1, "score": 0.1, "example_id": "a", "step": -7, "split": "test", "group_id": 5},
        {"label": 0.0, "score": 3, "weight": 2.0, "country": "dé", "embedding": [0.5, 1.5]},
        {"label": "1", "score": "2.5", "step": 2**62, "raw": [1, 2]},
    ]
    result = read(write(*rows))
    names = ("example_id", "label", "score", "step", "split", "weight", "group_id", "slices")
    float32 = float(np.float32(0.1))
    assert [tuple(row[name] for name in names) for row in result.rows.to_pylist()] == [
        ("a", 1.0, float32, -7, "test", 1.0, "5", []),
        ("1", 0.0, 3.0, 0, "validation", 2.0, None, [("country", "dé")]),
        ("2", 1.0, 2.5, 2**62, "validation", 1.0, None, []),
    ]
    assert result.quarantine.num_rows == 0


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"label": 1, "score": [0.5, 1.0]}, 'score is "2 values", not a finite number'),
        ({"label": 1, "score": []}, "score is null, not a finite number"),
        ({"label": 1}, "score is null, not a finite number"),
        ({"label": 1, "score": float("inf")}, "score is inf, not a finite number"),
        ({"label": 1, "score": "\udcff"}, 'score is "�", not a finite number'),
        ({"label": 2, "score": 1.0}, "label is 2, not 0 or 1"),
        (b"no message", "the record's checksums hold, but its payload is not a tf.train.Example"),
        (b"", "score is null, not a finite number"),
    ],
)
def test_an_invalid_record_is_named_by_its_bytes_and_the_rest_is_kept(read, write, row, reason):
    first, whole = len(write(*good(1))), write(*good(1), row, *good(2))
    length = len(write(row))
    result = read(whole)
    assert result.rows["example_id"].to_pylist() == ["0", "2", "3"]
    [held] = result.quarantine.to_pylist()
    assert (held["offset"], held["length"], held["reason"]) == (first, length, reason)


@pytest.mark.parametrize("chunk_bytes", [12, 100, 1 << 20])
def test_intact_records_and_quarantined_spans_tile_a_damaged_file(
    read, write, monkeypatch, chunk_bytes
):
    monkeypatch.setattr(read_tfrecord, "CHUNK_BYTES", chunk_bytes)
    whole = write(*good(40))
    each = len(whole) // 40
    damaged = bytearray(whole)
    damaged[10 * each + 20] ^= 1  # a payload
    damaged[20 * each + 2] ^= 1  # a header
    result = read(bytes(damaged[:-5]))
    assert result.rows["score"].to_pylist() == [n / 2 for n in range(39) if n not in (10, 20)]
    # Where a header is damaged, a span ends with the chunk that was read, but none is left out.
    held = [
        byte
        for row in result.quarantine.to_pylist()
        for byte in range(row["offset"], row["offset"] + row["length"])
    ]
    spans = ((10 * each, each), (20 * each, each), (39 * each, each - 5))
    assert sorted(held) == [byte for at, length in spans for byte in range(at, at + length)]


def test_a_file_cut_at_any_byte_gives_every_whole_record_and_accounts_for_the_rest(read, write):
    whole = write(*good(3))
    each = len(whole) // 3
    for size in range(len(whole)):
        result = read(whole[:size])
        assert result.rows.num_rows == size // each
        rest = sum(result.quarantine["length"].to_pylist())
        assert rest == size % each


def test_a_file_whose_name_says_that_it_is_packed_is_unpacked(
    tmp_path, write, read_file, monkeypatch
):
    monkeypatch.setattr(read_tfrecord, "CHUNK_BYTES", 100)
    path = tmp_path / "p.tfrecord.gz"
    path.write_bytes(write(*good(30), options="GZIP"))
    assert read_file(path).rows["score"].to_pylist() == [n / 2 for n in range(30)]


def test_a_packed_file_or_one_of_other_features_is_refused_with_the_remedy(read, write):
    with pytest.raises(PredictionFileError, match=r"p\.tfrecord is compressed; unpack it"):
        read(write(*good(3), options="GZIP"))
    with pytest.raises(PredictionFileError, match="compressed; unpack"):
        read(gzip.compress(write(*good(3))))
    with pytest.raises(PredictionFileError, match="no column label and no column score, only x"):
        read(write({"x": 1}))


def test_lists_that_are_not_packed_and_features_written_twice_are_as_protobuf_says(read, example):
    once = example(label=1, score=0.5)
    twice = example(score=0.25)  # messages that follow each other are one, merged
    unpacked = bytes([0x12, 7, 0x12, 5, 0x0D]) + struct.pack("<f", 0.75)
    entry = b"\x0a\x05score" + unpacked
    feature = bytes([0x0A, len(entry)]) + entry
    payload = example(label=0) + bytes([0x0A, len(feature)]) + feature
    result = read(frame(once + twice) + frame(payload))
    assert result.rows["score"].to_pylist() == [0.25, 0.75]


def test_an_empty_file_gives_no_rows(read):
    result = read(b"")
    assert (result.rows.num_rows, result.quarantine.num_rows) == (0, 0)
