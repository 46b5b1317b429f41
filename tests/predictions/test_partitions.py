"""Predictions in ``key=value`` folders are read by their keys, as Spark and DuckDB read them."""

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from insight_lib.predictions.formats.column_mapping import Columns
from insight_lib.predictions.partitions import parted, parted_at

NAMES = ("run_id", "step", "split", "group_id", "score", "slices")


def write(path, **columns):
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({"label": [0, 1], "score": [0.25, 0.75]} | columns), path)


def found(lake):
    rows = lake.read("predictions").sort_by("score").to_pylist()
    return [tuple(row[name] for name in NAMES) for row in rows]


@pytest.mark.parametrize(
    ("below", "path", "keys"),
    [
        ("a/predictions/p.csv", "a/predictions/p.csv", ()),
        ("a/predictions/step=1/p.csv", "a/predictions/p.csv", (("step", "1"),)),
        ("a/step=1/x/p.csv", "a/step=1/x/p.csv", ()),
        ("a/s%20x=a%2Fb/p.csv", "a/p.csv", (("s x", "a/b"),)),
        ("a/p.parquet/k=__HIVE_DEFAULT_PARTITION__/p.csv", "a/p.csv", (("k", None),)),
        ("a/k=/p.csv", "a/p.csv", (("k", ""),)),
        ("a/=x/p.csv", "a/=x/p.csv", ()),
    ],
)
def test_folders_of_a_key_and_a_value_are_not_part_of_the_path(below, path, keys):
    assert parted(below) == (path, keys)


def test_folders_before_the_first_known_key_are_the_run_s():
    assert parted_at("lr=0.1/step=3/k=v/p.csv", {"step"}) == (
        "lr=0.1/p.csv",
        (("step", "3"), ("k", "v")),
    )
    assert parted_at("lr=0.1/p.csv", {"step"}) == ("lr=0.1/p.csv", ())


def test_keys_below_predictions_are_columns_and_slices(lake, ingest, root):
    base = root / "a/predictions"
    write(base / "step=100/split=te%20st/group_id=7/country=d%2Fe/part-0.parquet")
    write(base / "step=200/country=__HIVE_DEFAULT_PARTITION__/part-0.parquet", score=[0.3, 0.8])
    for name in ("_SUCCESS", "_metadata", "_common_metadata", "step=100/._SUCCESS.crc"):
        (base / name).touch()
    summary = ingest()
    assert (summary.files_read, summary.quarantined, summary.passed_over) == (2, 0, ())
    assert found(lake) == [
        ("logs/a", 100, "te st", "7", 0.25, [("country", "d/e")]),
        ("logs/a", 200, "validation", None, 0.3, []),
        ("logs/a", 100, "te st", "7", 0.75, [("country", "d/e")]),
        ("logs/a", 200, "validation", None, 0.8, []),
    ]
    assert ingest().files_read == 0


def test_a_key_takes_the_place_of_a_column_of_the_file_as_in_duckdb(lake, ingest, root):
    path = root / "a/predictions/step=5/split=test/p.parquet"
    write(path, step=[1, 2], split=["x", "y"])
    ingest()
    query = f"SELECT step, split FROM read_parquet('{path}', hive_partitioning=true)"  # noqa: S608
    assert [(row[1], row[2]) for row in found(lake)] == duckdb.sql(query).fetchall()


@pytest.mark.parametrize("name", ["p.csv", "p.jsonl"])
def test_keys_of_files_of_text_are_read_and_the_label_may_be_one(lake, ingest, root, name):
    for label in (0, 1):
        path = root / f"a/predictions/epoch={label + 3}/label={label}/{name}"
        path.parent.mkdir(parents=True)
        text = f"score\n0.{label}\n" if name == "p.csv" else f'{{"score": 0.{label}}}\n'
        path.write_text(text)
    ingest(columns=Columns(step="epoch"))
    rows = lake.read("predictions").sort_by("score").to_pylist()
    assert [(row["step"], row["label"]) for row in rows] == [(3, 0.0), (4, 1.0)]


@pytest.mark.parametrize(
    "pattern", ["{run}/*.parquet", "{run}/*/*/*.parquet", "{run}/**/*.parquet"]
)
def test_keys_are_read_below_a_pattern_and_run_names_keep_theirs(lake, ingest, tmp_path, pattern):
    write(tmp_path / "scores/lr=0.1/step=3/split=test/part-0.parquet")
    ingest(f"{tmp_path}/scores/{pattern}")
    assert [row[:3] for row in found(lake)] == [("logs/lr=0.1", 3, "test")] * 2


def test_a_step_that_is_no_number_is_named(lake, ingest, root):
    write(root / "a/predictions/step=last/p.parquet")
    ingest()
    [row] = lake.read("quarantine").to_pylist()
    assert 'step is "last", not an integer' in row["reason"]
