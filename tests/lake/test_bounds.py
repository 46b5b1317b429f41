"""Bounds are true of NaN too: every reader finds by them what it finds in a full scan."""

import json
from dataclasses import replace
from math import inf, nan

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable, QueryBuilder

from insight_lib.errors import LakeError
from insight_lib.lake import compaction as arranging
from insight_lib.lake import parquet as writing
from insight_lib.lake.bounds import correct_bounds
from insight_lib.lake.contract import contract, table_names
from insight_lib.lake.maintenance import maintain, summary
from insight_lib.lake.parquet import SKIPPING_PROPERTY, write_data_file
from insight_lib.lake.session import spark_session
from insight_lib.lake.sql import query
from tests.in_process import InProcess
from tests.lake.former import write_as_formerly

VALUES = (
    [1.0, 2.0, 3.0, 4.0, 0.25],
    # NaN in one of two row groups, and among equal values.
    [0.5, 0.5, nan, 0.5, 0.75, 0.75, 0.75, 0.75],
    [nan, nan],
    [inf, -inf, 5.0],
    [-inf, nan, inf, 6.0, 6.0],
    [-0.0, -0.0],
    [0.0, -1.0],
    [-1.0, nan, -0.0],
)
NAN = "CAST('NaN' AS DOUBLE)"
ANSWERS = [
    "count(*) FROM t WHERE isnan(value)",
    "count(*) FROM t WHERE NOT isnan(value)",
    f"count(*) FROM t WHERE value = {NAN}",
    f"count(*) FROM t WHERE value IN (0.75, {NAN})",
    f"count(*) FROM t WHERE value >= {NAN}",
    f"count(*) FROM t WHERE value < {NAN}",
    "count(*) FROM t WHERE value > 2.5",
    "count(*) FROM t WHERE value > 100",
    "count(*) FROM t WHERE value >= 0.75",
    "count(*) FROM t WHERE NOT (value <= 3)",
    "count(*) FROM t WHERE value <> 0.5",
    "count(*) FROM t WHERE value = 0",
    "count(*) FROM t WHERE value >= 0 AND value < 0.5",
    "count(*) FROM t WHERE value < 0",
    "count(*) FROM t WHERE value IS NULL",
    "max(value) FROM t",
    "min(value) FROM t",
    "max(value) FROM t WHERE tag = 'tag 1'",
    "max(value) FROM t WHERE value < 4",
    "count(DISTINCT value) FROM t",
    "count(*) FROM t a JOIN t b ON a.value = b.value",
    "count(*) FROM t a JOIN t b ON a.value = b.value WHERE b.tag = 'tag 2'",
    "count(*) FROM t a JOIN t b ON a.value > b.value WHERE b.tag = 'tag 0'",
    "count(*) FROM t WHERE value IN (SELECT value FROM t WHERE tag = 'tag 4')",
]
# A few: each takes Spark a second.
ASKED_OF_SPARK = [
    "count(*) FROM t WHERE isnan(value)",
    "count(*) FROM t WHERE value > 100",
    "max(value) FROM t",
    "count(*) FROM t a JOIN t b ON a.value = b.value WHERE b.tag = 'tag 2'",
]


@pytest.fixture(autouse=True)
def _small_groups(monkeypatch):
    monkeypatch.setattr(writing, "ROWS_A_GROUP", 4)


@pytest.fixture
def _nothing_is_small(monkeypatch):
    """No file is merged with another."""
    monkeypatch.setattr(arranging, "SMALL_BYTES", 0)


@pytest.fixture
def corpus(lake, scalars):
    """A lake of one file of scalars for each of ``VALUES``."""
    bring_values(lake, scalars)
    return lake


def bring_values(lake, scalars, first=0):
    """Bring ``VALUES``, each with its own tag."""
    for number, values in enumerate(VALUES):
        tag = f"tag {number}"
        rows = scalars(*({"value": v, "step": n, "tag": tag} for n, v in enumerate(values)))
        bring(lake, "scalars", rows, first + number)


def bring(lake, name, rows, batch=0):
    file = write_data_file(lake.table_uri(name), name, f"batch-{batch:08d}", rows)
    lake.append(name, [file], "events", batch)
    return file


def paths_of(lake, name="scalars"):
    return [file.path for file in lake.files(name)]


def rows_in_order(lake, name="scalars"):
    return [repr(row) for row in lake.read(name).to_pylist()]


def by_full_scan(lake, answers=ANSWERS):
    """What DuckDB answers of the rows in memory, where it has no bounds."""
    with duckdb.connect() as connection:
        rows = lake.read("scalars")
        connection.execute("CREATE TABLE t AS FROM rows")
        assert connection.sql("FROM t").to_arrow_table().num_rows == rows.num_rows
        return [repr(connection.sql(f"SELECT {a}").fetchall()[0][0]) for a in answers]


def by_insight(lake):
    """What `insight sql` answers."""
    asked = ", ".join(f"(SELECT {answer})" for answer in ANSWERS)
    found = query(lake, f"WITH t AS NOT MATERIALIZED (FROM scalars) SELECT {asked}")
    return [repr(column[0].as_py()) for column in found.columns]


def by_duckdb(lake):
    with duckdb.connect() as connection:
        files = [str(lake.root / "scalars" / path) for path in paths_of(lake)]
        connection.read_parquet(files).create_view("t")
        return [repr(connection.sql(f"SELECT {a}").fetchall()[0][0]) for a in ANSWERS]


def by_delta_rs(lake):
    builder = QueryBuilder().register("t", DeltaTable(lake.root / "scalars"))
    found = [pa.table(builder.execute(f"SELECT {a}")) for a in ANSWERS]
    return [repr(table.columns[0][0].as_py()) for table in found]


def by_spark(lake):
    """What Spark answers to `ASKED_OF_SPARK`."""
    spark = spark_session()
    spark.read.format("delta").load(str(lake.root / "scalars")).createOrReplaceTempView("t")
    asked = ", ".join(f"(SELECT {answer})" for answer in ASKED_OF_SPARK)
    return [repr(value) for value in spark.sql(f"SELECT {asked}").collect()[0]]


def filtered_by_arrow(lake):
    """What a pyarrow dataset of the table finds, and what is in memory by the same filters."""
    dataset = DeltaTable(lake.root / "scalars").to_pyarrow_dataset()
    rows = lake.read("scalars")
    value = ds.field("value")
    filters = [value.is_nan(), ~(value <= 3), value > 3, value != 0.5, value == 0, value >= 0]
    found = [dataset.scanner(filter=one).count_rows() for one in filters]
    return found, [rows.filter(one).num_rows for one in filters]


def bounded(lake, name, path):
    """The leaf columns of which a data file states bounds."""
    footer = pq.read_metadata(lake.root / name / path)
    return {
        column.path_in_schema
        for group in range(footer.num_row_groups)
        for column in map(footer.row_group(group).column, range(footer.num_columns))
        if column.is_stats_set and column.statistics.has_min_max
    }


def logged(lake, name, path):
    """The columns of which the log states bounds of a file."""
    actions = pa.table(lake.delta(name).get_add_actions(flatten=True)).to_pylist()
    [row] = [row for row in actions if row["path"] == path]
    return {
        column.removeprefix("min.").removeprefix("max.")
        for column, value in row.items()
        if column.startswith(("min.", "max.")) and value is not None
    }


@pytest.mark.parametrize("ask", [by_insight, by_duckdb, by_delta_rs])
def test_every_reader_finds_what_a_full_scan_finds(corpus, ask):
    assert ask(corpus) == by_full_scan(corpus)
    found, wanted = filtered_by_arrow(corpus)
    assert found == wanted


@pytest.mark.usefixtures("_nothing_is_small")
@pytest.mark.parametrize("ask", [by_insight, by_duckdb, by_delta_rs])
def test_every_reader_finds_it_in_a_former_lake_after_maintenance(corpus, here, ask):
    write_as_formerly(corpus, "scalars")
    before = rows_in_order(corpus)
    assert ask(corpus) != by_full_scan(corpus)
    [done] = maintain(corpus, here)
    assert (done.files_before, done.files_after, done.corrected) == (8, 8, 3)
    assert "3 files with wrong bounds rewritten" in summary([done])
    assert ask(corpus) == by_full_scan(corpus)
    found, wanted = filtered_by_arrow(corpus)
    assert found == wanted
    assert rows_in_order(corpus) == before


@pytest.mark.usefixtures("_nothing_is_small")
def test_spark_finds_what_a_full_scan_finds_in_corrected_files_and_new_ones(
    corpus, workers, scalars
):
    write_as_formerly(corpus, "scalars")
    [done] = maintain(corpus, workers)
    assert done.corrected == 3
    bring_values(corpus, scalars, first=len(VALUES))
    assert by_spark(corpus) == by_full_scan(corpus, ASKED_OF_SPARK)


def test_files_that_are_merged_have_true_bounds_too(corpus, here):
    write_as_formerly(corpus, "scalars")
    [done] = maintain(corpus, here)
    assert (done.files_after, done.corrected) == (1, 0)
    assert by_duckdb(corpus) == by_full_scan(corpus)


@pytest.mark.usefixtures("_nothing_is_small")
def test_what_is_right_is_left_as_it_is_and_looked_through_once(corpus, here):
    write_as_formerly(corpus, "scalars")
    former = set(paths_of(corpus))
    maintain(corpus, here)
    kept = former & set(paths_of(corpus))
    assert {path.partition("-former")[0][:14] for path in kept} == {
        f"batch-{batch:08d}" for batch in (0, 2, 3, 5, 6)
    }
    versions = {name: corpus.delta(name).version() for name in table_names()}
    again = InProcess()
    assert maintain(corpus, again) == []
    assert again.asked == []
    assert {name: corpus.delta(name).version() for name in table_names()} == versions


def test_a_new_lake_is_never_looked_through(corpus, here):
    assert correct_bounds(corpus, here, "scalars") == 0
    assert here.asked == []


def test_corrected_files_keep_their_batch_and_what_was_committed(corpus, here):
    write_as_formerly(corpus, "scalars")
    newest = [writing.newest_batch(path) for path in paths_of(corpus)]
    committed = corpus.committed("scalars", "events")
    assert correct_bounds(corpus, here, "scalars")
    assert [writing.newest_batch(path) for path in paths_of(corpus)] == newest
    assert corpus.committed("scalars", "events") == committed
    log = sorted((corpus.root / "scalars" / "_delta_log").glob("*.json"))[-1]
    actions = [json.loads(line) for line in log.read_text().splitlines()]
    changes = [one["dataChange"] for a in actions for one in (a.get("add"), a.get("remove")) if one]
    assert changes == [False] * 6


@pytest.mark.parametrize("name", table_names())
def test_in_every_table_a_float_column_with_nan_has_no_bounds_and_another_has(lake, here, name):
    floats = {c.name for c in contract(name).columns if holds_floats(c.type)}
    clean = bring(lake, name, pa.concat_tables([row(name, 1.0)] * 5))
    dirty = bring(lake, name, pa.concat_tables([row(name, 1.0)] * 4 + [row(name, nan)]), 1)
    leaves = {path for path in bounded(lake, name, clean.path) if path.split(".")[0] in floats}
    leaves -= {path for path in leaves if path.endswith("key_value.key")}
    assert {path.split(".")[0] for path in leaves} == floats
    assert bounded(lake, name, dirty.path) == bounded(lake, name, clean.path) - leaves
    assert logged(lake, name, dirty.path) == logged(lake, name, clean.path) - floats

    write_as_formerly(lake, name)
    before = rows_in_order(lake, name)
    assert correct_bounds(lake, here, name) == (1 if floats else 0)
    assert rows_in_order(lake, name) == before
    assert not bounded(lake, name, paths_of(lake, name)[1]) & leaves
    assert correct_bounds(lake, InProcess(), name) == 0


@pytest.mark.parametrize("name", table_names())
def test_an_arrow_dataset_of_delta_rs_finds_rows_by_every_column(lake, name):
    """A column without bounds in the log (times, truth values, NaN) is no trap, nor are long texts.

    Texts of the second file are longer than a bound may be, and what may be null in it is.
    """
    bring(lake, name, row(name, 1.0))
    bring(lake, name, row(name, nan, text="z" * 500, is_null=True), 1)
    dataset = DeltaTable(lake.root / name).to_pyarrow_dataset()
    rows = lake.read(name)
    for column in [c.name for c in contract(name).columns if not pa.types.is_nested(c.type)]:
        field = ds.field(column)
        filters = [field == value for value in rows[column].unique().drop_null()]
        for where in (*filters, field.is_null(), field.is_null(nan_is_null=True)):
            assert dataset.scanner(filter=where).count_rows() == rows.filter(where).num_rows


def holds_floats(kind):
    if pa.types.is_nested(kind):
        return any(holds_floats(kind.field(n).type) for n in range(kind.num_fields))
    return pa.types.is_floating(kind)


def row(name, number, text="text", is_null=False):
    """A row whose floats, in lists and maps too, are one number, and its texts one text."""
    columns = {
        column.name: None if is_null and column.nullable else some(column.type, number, text)
        for column in contract(name).columns
    }
    return pa.Table.from_pylist([columns], schema=contract(name).schema)


def some(kind, number, text):
    if pa.types.is_map(kind):
        return [("key", some(kind.item_type, number, text))]
    if pa.types.is_list(kind):
        return [some(kind.value_type, number, text)]
    if pa.types.is_floating(kind):
        return number
    if pa.types.is_string(kind) or pa.types.is_binary(kind):
        return text
    return False if pa.types.is_boolean(kind) else 0


def test_files_of_other_writers_are_corrected(lake, here, scalars):
    """delta-rs leaves NaN out of the bounds where it compacts."""
    for batch in range(2):
        bring(lake, "scalars", scalars({"value": nan}, {"value": 0.25}, {"value": 0.5}), batch)
    lake.delta("scalars").optimize.compact()
    [path] = paths_of(lake)
    assert "value" in bounded(lake, "scalars", path)
    assert correct_bounds(lake, here, "scalars") == 1
    [path] = paths_of(lake)
    assert "value" not in bounded(lake, "scalars", path)
    assert by_duckdb(lake) == by_full_scan(lake)


@pytest.mark.usefixtures("workers")
def test_files_that_spark_wrote_are_corrected(lake, here, scalars):
    """Spark gives NaN itself as a bound, which no reader need heed."""
    rows = scalars({"value": 1.0}, {"value": nan}, {"value": inf})
    spark, place = spark_session(), str(lake.root / "scalars")
    schema = spark.read.format("delta").load(place).schema
    frame = spark.createDataFrame([tuple(row.values()) for row in rows.to_pylist()], schema)
    frame.coalesce(1).write.format("delta").mode("append").save(place)
    assert correct_bounds(lake, here, "scalars") == 1
    [path] = paths_of(lake)
    assert "value" not in bounded(lake, "scalars", path)
    assert by_duckdb(lake) == by_full_scan(lake)


def test_bounds_that_only_the_log_states_are_corrected(lake, here, scalars):
    rows = scalars({"value": nan}, {"value": 0.5})
    file = write_data_file(lake.table_uri("scalars"), "scalars", "batch-00000000", rows)
    stated = json.loads(file.statistics)
    stated["minValues"]["value"] = stated["maxValues"]["value"] = 0.5
    lake.append("scalars", [replace(file, statistics=json.dumps(stated))], "events", 0)
    lake.delta("scalars").alter.set_table_properties({SKIPPING_PROPERTY: "run_id,value"})
    assert "value" in logged(lake, "scalars", file.path)
    assert correct_bounds(lake, here, "scalars") == 1
    [path] = paths_of(lake)
    assert "value" not in logged(lake, "scalars", path)
    assert correct_bounds(lake, here, "scalars") == 0


def test_a_damaged_memory_is_named_with_the_remedy(corpus, here):
    (corpus.root / "_true-bounds.json").write_text("{")
    with pytest.raises(LakeError, match=r"_true-bounds.json is damaged .*; remove it"):
        correct_bounds(corpus, here, "scalars")


def test_a_file_that_is_gone_or_damaged_is_named(corpus, here):
    file = corpus.root / "scalars" / paths_of(corpus)[0]
    file.write_bytes(b"PAR1 and no footer")
    with pytest.raises(LakeError, match=rf"{file.name} of table scalars is damaged .*; restore it"):
        correct_bounds(corpus, here, "scalars")
    file.unlink()
    with pytest.raises(LakeError, match="table scalars lacks a data file"):
        correct_bounds(corpus, here, "scalars")
