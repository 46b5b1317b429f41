"""The Spark data source on the tables' own ground: what it gives is what a lake would hold."""

import json
import shutil

import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.histogram.metadata import create_summary_metadata as histogram_metadata
from tensorboard.summary.writer.event_file_writer import EventFileWriter
from tensorboard.util.tensor_util import make_tensor_proto

from insight_lib.events.ingest.stage import ingest_events
from insight_lib.lake.tables import open_lake

POINT = ("record_offset", "value_index", "tag", "step", "wall_time")
KINDS = {
    "scalar": ("scalars", (*POINT, "value")),
    "histogram": ("histograms", (*POINT, "left_edges", "right_edges", "counts")),
    "artifact": ("artifacts", (*POINT, "plugin", "payload")),
}


def write_run(folder, steps=5):
    writer = EventFileWriter(str(folder))
    for step in range(steps):
        buckets = Summary.Value(
            tag="weights",
            tensor=make_tensor_proto([[0.0, 1.0, 4.0], [1.0, 2.0, 5.0]]),
            metadata=histogram_metadata("", ""),
        )
        values = [Summary.Value(tag="loss", simple_value=1.0 / (step + 1)), buckets]
        writer.add_event(Event(wall_time=1e9 + step, step=step, summary=Summary(value=values)))
    writer.close()
    (path,) = folder.glob("*tfevents*")
    return path


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """Two runs, one of them with a stream, and a file with a damaged and an incomplete record."""
    logs = tmp_path_factory.mktemp("source") / "logs"
    write_run(logs / "a" / "train")
    write_run(logs / "b c")
    damaged = write_run(logs / "damaged")
    data = bytearray(damaged.read_bytes())
    data[-30] ^= 0xFF
    damaged.write_bytes(bytes(data) + data[:7])
    (logs / "notes.txt").write_text("no events")
    return logs


def load(spark, *paths):
    return spark.read.format("tfevents").load([str(path) for path in paths])


def runs_of(frame):
    return {row.run for row in frame.select("run").distinct().collect()}


def as_texts(rows):
    return sorted(json.dumps(row, default=bytes.hex) for row in rows)


def test_rows_are_those_of_a_lakes_tables(spark, workers, logs, tmp_path):
    lake = open_lake(tmp_path / "lake", create=True)
    ingest_events(lake, workers, [logs])
    rows = [row.asDict() for row in load(spark, logs).collect()]
    for kind, (table, names) in KINDS.items():
        ours = [[row[name] for name in names] for row in rows if row["kind"] == kind]
        lakes = [[row[name] for name in names] for row in lake.read(table).to_pylist()]
        assert len(ours) > 0
        assert as_texts(ours) == as_texts(lakes), kind
    ours = [
        (row["record_offset"], row["length"], row["reason"])
        for row in rows
        if row["kind"] == "quarantine"
    ]
    lakes = [
        (row["offset"], row["length"], row["reason"]) for row in lake.read("quarantine").to_pylist()
    ]
    assert ours == lakes
    assert len(ours) == 1


def test_an_incomplete_last_record_is_a_row(spark, logs):
    (row,) = load(spark, logs).where("kind = 'incomplete'").collect()
    assert row.run == "damaged"
    assert row.length == 7
    assert row.record_offset + 7 == (next((logs / "damaged").iterdir())).stat().st_size


def test_runs_are_directories_relative_to_what_was_named(spark, logs):
    assert runs_of(load(spark, logs)) == {"a/train", "b c", "damaged"}
    assert runs_of(load(spark, logs / "b c")) == {"."}
    assert runs_of(load(spark, *(logs / "b c").iterdir())) == {"."}


def test_patterns_match_files_and_folders(spark, logs):
    assert runs_of(load(spark, logs / "[ab]*")) == {"a/train", "b c"}
    assert runs_of(load(spark, logs / "**" / "*tfevents*")) == {"a/train", "b c", "damaged"}


def test_several_paths_are_read_and_a_file_only_once(spark, logs):
    once = load(spark, logs / "a", logs / "b c").count()
    assert once == load(spark, logs / "a").count() + load(spark, logs / "b c").count()
    assert load(spark, logs / "a", logs / "a" / "train").count() == load(spark, logs / "a").count()


def test_a_name_with_brackets_is_a_name(spark, logs, tmp_path):
    folder = tmp_path / "run [1]*"
    shutil.copytree(logs / "b c", folder)
    assert load(spark, folder).count() == load(spark, logs / "b c").count()


def test_a_uri_is_read_as_its_folder(spark, logs):
    assert load(spark, (logs / "a").as_uri()).count() == load(spark, logs / "a").count()


def test_sql_queries_a_view(spark, logs):
    spark.sql(f"CREATE TEMPORARY VIEW logged USING tfevents OPTIONS (path '{logs}')")
    try:
        query = "SELECT run, max_by(value, step) last FROM logged WHERE tag = 'loss' GROUP BY run"
        last = {row.run: row["last"] for row in spark.sql(query).collect()}
    finally:
        spark.catalog.dropTempView("logged")
    assert last["a/train"] == last["b c"] == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("absent", "there is nothing at"),
        ("absent*", "there is no event file at"),
        ("empty", "there is no event file at"),
    ],
)
def test_a_path_without_event_files_is_one_clear_error(spark, logs, tmp_path, name, said):
    (tmp_path / "empty").mkdir()
    with pytest.raises(Exception, match=said) as error:
        load(spark, logs, tmp_path / name).count()
    assert name in str(error.value)


def test_no_path_is_one_clear_error(spark):
    with pytest.raises(Exception, match="tfevents needs a path"):
        spark.read.format("tfevents").load().count()
