"""Reading JSON lines: values are of the kind that they are written as."""

import gzip
import json

import pytest

from insight_lib.errors import PredictionFileError
from insight_lib.predictions.formats import read_json_lines


@pytest.fixture
def read(tmp_path, read_file):
    def write_and_read(*lines, name="p.jsonl", **columns):
        path = tmp_path / name
        encoded = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
        content = b"\n".join(encoded)
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return read_file(path, **columns)

    return write_and_read


@pytest.mark.parametrize("name", ["p.jsonl", "p.ndjson", "p.jsonl.gz", "P.JSONL"])
def test_rows_are_read_and_missing_columns_have_their_defaults(read, name):
    rows = read(
        {"label": 1, "score": 0.25, "step": 7, "split": "test", "weight": 2, "group_id": 5},
        b"",
        {"label": False, "score": -3, "example_id": "x"},
        name=name,
    ).rows.to_pylist()
    assert [row["example_id"] for row in rows] == ["0", "x"]
    names = ("label", "score", "step", "split", "weight", "group_id")
    assert [tuple(row[name] for name in names) for row in rows] == [
        (1.0, 0.25, 7, "test", 2.0, "5"),
        (0.0, -3.0, 0, "validation", 1.0, None),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ({"label": 1, "score": [1]}, 'score is "[1]", not a finite number'),
        ({"label": 1, "score": "high"}, 'score is "high", not a finite number'),
        ({"label": 1}, "score is null, not a finite number"),
        ({"label": 2**70, "score": 1}, f'label is "{2**70}", not 0 or 1'),
        ({"label": 1, "score": 1, "weight": None}, "weight is null, not a finite number and not"),
        ({"label": 1, "score": 1, "weight": {}}, 'weight is "{}", not a finite number and not neg'),
        (b'{"label": 1, "score": NaN}', "score is nan, not a finite number"),
        (b'{"label": 1, "score": -Infinity}', "score is -inf, not a finite number"),
        (b'{"label": 1, "score": 1e999}', "score is inf, not a finite number"),
        (b'{"label": 1, "sco', "the line is not a JSON object"),
        (b"[1, 2]", "the line is not a JSON object"),
        (b"null", "the line is not a JSON object"),
        (b'{"label": 1, "score": 0.5, "label": 0}', 'the line has the key "label" twice'),
        (b'{"label": "\xff"}', "the line is not a JSON object"),
        (b'{"a":' * 100_000, "the line is not a JSON object"),
        (b'{"label": ' + b"9" * 5000 + b"}", "the line is not a JSON object"),
    ],
)
def test_an_invalid_line_is_named_and_the_rest_is_kept(read, line, reason):
    good = {"label": 1, "score": 0.5}
    result = read(good, line, good)
    assert result.rows["example_id"].to_pylist() == ["0", "2"]
    [held] = result.quarantine.to_pylist()
    assert (held["offset"], held["length"]) == (1, 1)
    assert held["reason"].startswith(reason)


def test_strings_that_are_no_column_are_slices_and_named_ones_of_any_kind_are(read):
    lines = [
        {"label": 1, "score": 1, "country": "de", "age": 30, "tags": ["a"]},
        {"label": 1, "score": 1, "country": 7, "device": "phone"},
    ]
    assert read(*lines).rows["slices"].to_pylist() == [
        [("country", "de")],
        [("device", "phone")],
    ]
    named = read(*lines, slices=("age", "country")).rows["slices"]
    assert [dict(row) for row in named.to_pylist()] == [
        {"age": "30", "country": "de"},
        {"country": "7"},
    ]


def test_kinds_and_keys_may_differ_from_chunk_to_chunk(read, monkeypatch):
    monkeypatch.setattr(read_json_lines, "LINES_A_CHUNK", 3)
    lines = [{"label": 1, "score": n} for n in range(3)]
    lines += [{"label": "0", "score": str(n), "late": "yes"} for n in range(3, 6)]
    lines += [{"x": 1}] * 3 + [b"no"] * 3
    result = read(*lines)
    assert result.rows["score"].to_pylist() == [0, 1, 2, 3, 4, 5]
    assert result.rows["slices"].to_pylist() == [[]] * 3 + [[("late", "yes")]] * 3
    assert sorted(result.quarantine["offset"].to_pylist()) == [6, 7, 8, 9, 10, 11]


def test_a_file_without_rows_gives_none(read):
    for lines in ((), (b"",), (b"\xef\xbb\xbf",), (b"", b"", b"")):
        result = read(*lines)
        assert (result.rows.num_rows, result.quarantine.num_rows) == (0, 0)


def test_a_byte_order_mark_is_passed_over(read):
    assert read(b'\xef\xbb\xbf{"label": 1, "score": 2}').rows["score"].to_pylist() == [2.0]


def test_a_file_of_other_keys_or_of_one_endless_line_is_refused(read, monkeypatch):
    with pytest.raises(PredictionFileError, match="no column label and no column score, only a"):
        read({"a": 1}, {"a": 2})
    monkeypatch.setattr(read_json_lines, "LONGEST_LINE", 100)
    with pytest.raises(PredictionFileError, match=r"a line of more than .* number 1; write one"):
        read({"label": 1, "score": 1}, b"[" + b"1," * 100)
