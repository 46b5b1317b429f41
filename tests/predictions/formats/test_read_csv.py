"""Reading CSV, as people and programs write it."""

import csv
import gzip

import pytest

from insight_lib.errors import PredictionFileError
from insight_lib.predictions.formats import read_csv


@pytest.fixture
def read(tmp_path, read_file):
    def write_and_read(content, name="p.csv", **columns):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_file(path, **columns)

    return write_and_read


def taken(result, *names):
    return list(zip(*(result.rows[name].to_pylist() for name in names), strict=True))


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("last", [b"", b"\n", b"\r\n\r\n"])
def test_marks_ends_of_lines_and_a_missing_last_one_change_nothing(read, mark, end, last):
    content = mark + end.join([b"label,score,country", b"1,0.25,de", b'0,-3,"f,r"']) + last
    result = read(content)
    assert taken(result, "label", "score") == [(1.0, 0.25), (0.0, -3.0)]
    assert result.rows["slices"].to_pylist() == [[("country", "de")], [("country", "f,r")]]
    assert result.quarantine.num_rows == 0


@pytest.mark.parametrize("content", ["label,score", "label,score\n", "label,score\r\n\r\n"])
def test_a_header_alone_is_a_file_of_no_rows(read, content):
    result = read(content)
    assert (result.rows.num_rows, result.quarantine.num_rows) == (0, 0)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", "p.csv is empty"),
        (b"a,b\n1,2\n", "no column label and no column score, only a, b"),
        (b"label;score\n1;2\n", "only one column, 'label;score'; separate columns by commas"),
        (b"label\tscore\n1\t2\n", "separate columns by commas"),
        (b"label,score,score\n1,2,3\n", "column score more than once"),
        (b"label,score,c,c\n1,2,3,4\n", "column c more than once"),
        ("label,score\n1,2\n".encode("utf-16"), "cannot be read as CSV"),
        (b"PAR1\x00\x15\x04\xff\xfe", "cannot be read as CSV"),
    ],
)
def test_an_invalid_file_is_named_with_the_remedy(read, content, named):
    with pytest.raises(PredictionFileError, match=r"p\.csv") as error:
        read(content)
    assert named in str(error.value)
    assert "; " in str(error.value)


def test_values_that_do_not_fit_cost_their_row_in_whichever_block(read, monkeypatch):
    monkeypatch.setattr(read_csv, "BLOCK_BYTES", 256)
    bad = {7: "x", 150: "", 151: "nan", 299: "0x1"}
    lines = [f"1,{bad.get(n, n)},{n}" for n in range(300)]
    result = read("\n".join(["label,score,example_id", *lines]))
    assert result.rows["score"].to_pylist() == [n for n in range(300) if n not in bad]
    reasons = dict(zip(*(result.quarantine[c].to_pylist() for c in ("offset", "reason")), strict=1))
    assert reasons == {
        7: 'score is "x", not a finite number',
        150: "score is null, not a finite number",
        151: 'score is "nan", not a finite number',
        299: 'score is "0x1", not a finite number',
    }


def test_rows_of_another_length_are_counted_as_rows_and_named(read, monkeypatch):
    monkeypatch.setattr(read_csv, "BLOCK_BYTES", 64)
    short = {0, 1, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 99}
    lines = ["1" if n in short else f"1,{n}" for n in range(100)]
    result = read("\n".join(["label,score", *lines]))
    expected = [(str(n), float(n)) for n in range(100) if n not in short]
    assert taken(result, "example_id", "score") == expected
    assert set(result.quarantine["offset"].to_pylist()) == short
    reason = "the row has 1 values, the header 2"
    assert result.quarantine["reason"].unique().to_pylist() == [reason]


def test_a_quoted_text_may_go_over_lines(read, tmp_path):
    text = 'two\r\nlines, and a "quote"'
    with (tmp_path / "w.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["note", "label", "score"], [text, 1, 2], ["b", 0, 3]])
    result = read((tmp_path / "w.csv").read_bytes())
    assert result.rows["slices"].to_pylist() == [[("note", text)], [("note", "b")]]
    assert result.rows["example_id"].to_pylist() == ["0", "1"]


def test_bytes_that_are_no_utf8_cost_nothing_but_themselves(read):
    result = read(b"label,score,note\n1,2,caf\xe9\n0,\xff,b\n")
    assert result.rows["slices"].to_pylist() == [[("note", "caf\\xe9")]]
    assert result.quarantine["reason"].to_pylist() == ['score is "\\xff", not a finite number']


def test_other_columns_are_slices_where_they_hold_text_or_are_named(read):
    content = "label,score,country,age,flag,empty\n1,2,de,30,true,\n0,3,7,40,false,\n"
    assert read(content).rows["slices"].to_pylist() == [[("country", "de")], [("country", "7")]]
    assert read(content, slices=("age",)).rows["slices"].to_pylist() == [
        [("age", "30")],
        [("age", "40")],
    ]
    assert read(content, slices=()).rows["slices"].to_pylist() == [[], []]


def test_columns_go_by_the_names_that_are_given(read):
    content = "clicked,p,w,uid,epoch\n1,0.5,2,ann,3\n"
    given = {"label": "clicked", "score": "p", "weight": "w", "group_id": "uid", "step": "epoch"}
    result = read(content, **given)
    names = ("label", "score", "weight", "group_id", "step", "split")
    assert taken(result, *names) == [(1.0, 0.5, 2.0, "ann", 3, "validation")]
    assert result.rows["slices"].to_pylist() == [[]]


@pytest.mark.parametrize("columns", [{"weight": "w"}, {"slices": ("country",)}, {"step": "epoch"}])
def test_a_column_that_is_named_must_be_there(read, columns):
    with pytest.raises(PredictionFileError, match=r"no column (w|country|epoch), only"):
        read("label,score\n1,2\n", **columns)


def test_a_packed_file_is_read_and_one_that_is_cut_short_is_not(read):
    packed = gzip.compress(b"label,score\n" + b"1,0.5\n0,0.25\n" * 5000)
    assert read(packed, "p.csv.gz").rows.num_rows == 10_000
    for broken in (packed[:-9], packed[: len(packed) // 2], b"label,score\n1,2\n"):
        with pytest.raises(PredictionFileError, match=r"p\.csv\.gz cannot be read as CSV"):
            read(broken, "p.csv.gz")
