"""Label columns: what is a class, what is missing, and which columns are no binary label."""

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from insight_lib.events.ingest.summary import remarks
from insight_lib.predictions.formats.column_mapping import Columns
from insight_lib.predictions.ingest.summary import row_place
from tests.predictions.conftest import WHERE

SCORE = np.linspace(0.1, 0.9, 40)


@pytest.fixture
def refused(lake, ingest, root, example):
    """A function that ingests labels in a format and returns why the file was refused, or None."""

    def refused(labels, kind="parquet", columns=None, score=SCORE):
        path = root / f"a/predictions/p.{kind}"
        shown = labels.to_pylist() if isinstance(labels, pa.Array) else list(labels)
        pairs = list(zip(shown, score, strict=False))
        if kind == "parquet":
            pq.write_table(pa.table({"label": labels, "score": score[: len(labels)]}), path)
        elif kind == "csv":
            path.write_text("label,score\n" + "".join(f"{a},{b}\n" for a, b in pairs))
        elif kind == "jsonl":
            lines = pa.array([{"label": a, "score": b} for a, b in pairs]).to_pylist()
            path.write_text("".join(_json(line) for line in lines))
        else:
            _write_records(path, [example(label=a, score=float(b)) for a, b in pairs])
        summary = ingest(columns=columns)
        held = lake.read("quarantine").to_pylist()
        whole = [row["reason"] for row in held if row["length"] == 0]
        assert summary.refused_files == len(whole)
        assert summary.rows + len(whole) * len(labels) == len(labels)
        return whole[0] if whole else None

    return refused


def _json(line):
    return "{" + ", ".join(f'"{k}": {_value(v)}' for k, v in line.items()) + "}\n"


def _value(value):
    return f'"{value}"' if isinstance(value, str) else str(value)


def _write_records(path, records):
    import tensorflow as tf  # noqa: PLC0415  (slow to import)

    with tf.io.TFRecordWriter(str(path)) as writer:
        for record in records:
            writer.write(record)


@pytest.mark.parametrize("kind", ["parquet", "csv", "jsonl", "tfrecord"])
@pytest.mark.parametrize(
    ("cycle", "said"),
    [
        ([0, 1, 2], "3 classes in label column label (rows of each: 0: 14, 1: 13, 2: 13)"),
        (["cat", "dog", "emu"], "(rows of each: cat: 14, dog: 13, emu: 13)"),
        (["no", "yes"], "labels no and yes in column label, not 0 and 1; say which is positive"),
        ([2.5], "has label 2.5 in column label"),
        (list(np.linspace(0, 1, 40)), "40 classes"),
    ],
)
def test_a_column_that_is_no_binary_label_is_refused_in_every_format(refused, cycle, kind, said):
    reason = refused(list(np.resize(np.array(cycle), 40).tolist()), kind)
    assert said in reason
    assert "[predictions.columns] of --config" in reason


@pytest.mark.parametrize(
    "labels",
    [
        pa.array([0, 1] * 20, pa.int8()),
        pa.array([1.0, 0.0] * 20, pa.float32()),
        pa.array(["0", "1"] * 20),
        pa.array(["1.0", "0.0"] * 20).dictionary_encode(),
        pa.array(["True", "False"] * 20),
        pa.array([True, False] * 20),
        pa.array([Decimal("0.0"), Decimal("1.0")] * 20),
        pa.array([0.0, 1.0, float("nan"), None, 1.0] * 8),
        pa.array(["0", "1", "nan", "", "1"] * 8),
        pa.array([1] * 40),
    ],
)
def test_binary_labels_of_any_type_are_read_and_missing_ones_are_no_class(refused, labels):
    assert refused(labels) is None


@pytest.mark.parametrize(
    ("labels", "named"),
    [
        (pa.array([1.0, 2.0] * 20), "labels 1 and 2"),
        (pa.array([1, 2] * 20, pa.int8()), "labels 1 and 2"),
        (pa.array(["1", "2"] * 20).dictionary_encode(), "labels 1 and 2"),
        (pa.array([Decimal("1.0"), Decimal("2.0")] * 20), "labels 1 and 2"),
        (pa.array(["b", "a", None, "nan"] * 10), "labels a and b"),
        (pa.array([3, None, None, 3] * 10), "label 3 in"),
    ],
)
def test_labels_of_other_values_are_named_whatever_their_type(refused, labels, named):
    assert named in refused(labels)


def test_a_class_that_shows_only_late_in_a_large_file_is_seen(refused):
    labels = np.resize([0, 1], 300_000)
    labels[-3:] = 2
    assert "2: 3" in refused(pa.array(labels), score=np.resize(SCORE, 300_000))


def test_a_column_of_distinct_numbers_is_called_a_regression_target(refused):
    labels = np.random.default_rng(3).normal(size=200_000)
    labels[:1000] = np.resize([0, 1], 1000)
    reason = refused(pa.array(labels), score=np.resize(SCORE, 200_000))
    assert "more than 1,000 different labels" in reason
    assert "a regression target" in reason


def test_rows_refused_for_other_reasons_still_count_for_the_classes(refused):
    score = np.where(np.arange(40) % 4 == 3, np.nan, SCORE)
    reason = refused(pa.array([0, 1, 0, 2] * 10), score=score)
    assert "rows of each: 0: 20, 1: 10, 2: 10" in reason


@pytest.mark.parametrize("kind", ["parquet", "csv", "jsonl", "tfrecord"])
def test_a_stated_positive_label_gives_0_and_1(refused, lake, kind):
    labels = ["Yes", "no"] * 19 + ["maybe", "no"]
    assert refused(labels, kind, Columns(positive="yes")) is None
    found = lake.read("predictions").sort_by("score")["label"].to_pylist()
    assert found == [1.0, 0.0] * 19 + [0.0]
    [held] = lake.read("quarantine")["reason"].to_pylist()
    assert held == 'label is "maybe", not the positive yes or no'


def test_a_positive_label_stands_against_all_others_where_there_are_several(refused, lake):
    assert refused([0, 1, 2, 7] * 10, columns=Columns(positive=2.0)) is None
    assert sum(lake.read("predictions")["label"].to_pylist()) == 10


def test_a_file_without_the_stated_positive_label_is_refused(refused):
    reason = refused([0, 1] * 20, columns=Columns(positive=2.0))
    assert "has the labels 0, 1, of which none is the positive 2" in reason


def test_a_file_of_which_most_rows_are_refused_is_refused_and_named_first(
    refused, lake, ingest, write
):
    score = np.where(np.arange(40) < 21, np.nan, SCORE)
    assert "has 21 of 40 rows that are invalid" in refused([0, 1] * 20, score=score)
    write(f"{WHERE}/a.csv", 1, "bad", 2)
    write(f"{WHERE}/z.csv", 1, "bad", "bad")
    first, second = remarks(lake, ingest(), row_place)
    assert "z.csv, the whole file" in first
    assert "a.csv, row 1: score is" in second


@pytest.mark.parametrize("missing", [np.nan, None])
def test_missing_ids_groups_and_slices_are_missing_and_not_called_nan(lake, ingest, root, missing):
    columns = {
        "label": [0, 1, 1],
        "score": [0.1, 0.2, 0.3],
        "example_id": pa.array([7.0, missing, 9.0], pa.float64(), from_pandas=False),
        "group_id": pa.array([missing, 1.5, missing], pa.float64(), from_pandas=False),
        "country": ["de", "nan", "NaN"],
        "split": ["test"] * 3,
    }
    pq.write_table(pa.table(columns), root / "a/predictions/p.parquet")
    ingest()
    rows = lake.read("predictions").to_pylist()
    assert [row["example_id"] for row in rows] == ["7", "1", "9"]
    assert [row["group_id"] for row in rows] == [None, "1.5", None]
    assert [row["slices"] for row in rows] == [[("country", "de")], [], []]


def test_missing_texts_of_csv_and_json_are_missing(lake, ingest, root):
    (root / "a/predictions/p.csv").write_text(
        "label,score,group_id,example_id,age,city\n1,0.5,nan,NaN,3,\n0,0.5,2.0,b,<NA>,nan\n"
        "1,0.5,,c,nan,Oslo\n"
    )
    (root / "a/predictions/q.jsonl").write_text(
        '{"label": 1, "score": 0.5, "group_id": NaN, "example_id": "nan", "city": NaN}\n'
        '{"label": 0, "score": 0.5, "group_id": "g", "example_id": "d", "city": "Oslo"}\n'
    )
    ingest()
    rows = lake.read("predictions").sort_by("file_id").to_pylist()
    assert [row["group_id"] for row in rows] == [None, "2.0", None, None, "g"]
    assert [row["example_id"] for row in rows] == ["0", "b", "c", "0", "d"]
    assert [row["slices"] for row in rows] == [[], [], [("city", "Oslo")], [], [("city", "Oslo")]]
