"""DuckDB and Spark give the same rows of every table and view."""

import math
import shutil

import pyarrow as pa
import pytest
from deltalake import write_deltalake
from pyspark.errors import AnalysisException

from insight_lib.lake.contract import contract
from insight_lib.lake.sql import query
from insight_lib.lake.sql.mentions import names
from insight_lib.lake.sql.spark import register_lake
from insight_lib.lake.sql.view import described, view_names
from insight_lib.lake.tables import Lake


def comparable(value):
    """A value that is equal in both engines up to the last bits of a float."""
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else f"{value:.9g}"
    if isinstance(value, list):
        return [comparable(one) for one in value]
    return str(value)


def rows_of(table):
    rows = table.to_pylist()
    return sorted([[name, comparable(value)] for name, value in row.items()] for row in rows)


def same(spark, lake, name):
    by_spark = spark.table(name).toArrow()
    by_duckdb = query(lake, f"SELECT * FROM {name}")  # noqa: S608
    assert rows_of(by_spark) == rows_of(by_duckdb)
    return by_duckdb.num_rows


@pytest.fixture(scope="module")
def register(spark):
    """register(lake): as `register_lake`, which takes seconds, unless it was the last lake."""
    last = []

    def register(lake):
        if last != [lake.root]:
            register_lake(spark, lake)
            last[:] = [lake.root]

    return register


@pytest.fixture(autouse=True)
def _few_partitions(spark):
    """Spare small tables the tasks of two hundred partitions."""
    spark.conf.set("spark.sql.shuffle.partitions", "2")
    yield
    spark.conf.unset("spark.sql.shuffle.partitions")


@pytest.mark.parametrize("name", [name for name in view_names() if name != "runs_not_judged"])
def test_a_view_of_a_real_night_has_the_same_rows_in_both(spark, register, night, name):
    register(night.lake)
    rows = same(spark, night.lake, name)
    assert rows or name == "damaged_files"


@pytest.mark.parametrize(
    "name",
    [
        "current_scalars",
        "best_runs",
        "damaged_files",
        "hparam_outcomes",
        "known_outcomes",
        "layer_health",
        "runs_not_judged",
        "slowest_runs",
    ],
)
def test_a_view_of_awkward_rows_has_the_same_in_both(spark, register, awkward, name):
    register(awkward)
    assert same(spark, awkward, name)


class NotThereForSpark(Lake):
    """A lake of which Spark finds no table."""

    def __init__(self, lake):
        super().__init__(lake.root / "absent")
        self.there = lake

    def has(self, name):
        return self.there.has(name)

    def delta(self, name):
        return self.there.delta(name)


def test_registering_opens_no_table(spark, register, lake):
    register(NotThereForSpark(lake))
    with pytest.raises(AnalysisException):
        spark.table("findings").count()


def test_a_query_sees_what_came_since(spark, register, lake, scalars):
    register(lake)
    lake.replace("scalars", "run_id", [], scalars({}, {"step": 1}), "test", 0)
    assert spark.table("current_scalars").count() == 2


def test_every_name_has_its_columns_and_those_of_another_lake_replace_them(
    spark, register, awkward, lake
):
    for other in (awkward, lake):
        register(other)
    for name in names():
        known = [row.col_name for row in spark.sql(f"DESCRIBE {name}").collect()]
        assert known == [column.name for column in described(name)]
    assert spark.table("runs").count() == 0


def test_what_an_earlier_version_lacked_is_empty_or_null(spark, register, lake):
    shutil.rmtree(lake.root / "verdicts")
    shutil.rmtree(lake.root / "sample_counts")
    former = pa.table({"run_id": ["a"], "step": [1], "split": ["s"], "rows": [3]})
    write_deltalake(lake.root / "sample_counts", former)
    register(lake)
    assert spark.table("verdicts").count() == 0
    [row] = spark.table("sample_counts").collect()
    assert row.asDict() == dict.fromkeys(contract("sample_counts").schema.names) | {
        "run_id": "a",
        "step": 1,
        "split": "s",
        "rows": 3,
    }
