"""The Spark session, and what Spark makes of files that it did not write."""

import pyarrow as pa
import pytest

from insight_lib.lake.contract import contract, table_names
from insight_lib.lake.parquet import write_data_file
from insight_lib.lake.session import SETTINGS


def test_the_session_has_every_setting_and_one_time_zone(spark):
    assert {key: spark.conf.get(key) for key in SETTINGS} == SETTINGS
    assert spark.sql("SELECT timestamp'2020-01-01' = timestamp'2020-01-01 00:00:00 UTC'").first()[0]


@pytest.mark.parametrize(
    ("error", "is_told"), [(EOFError(), False), (ConnectionResetError(), False), (KeyError(), True)]
)
def test_the_end_of_the_jvm_is_no_error_of_the_server_that_it_reports_to(
    spark, capsys, error, is_told
):
    """A JVM that is killed at the end of a night closes its connection."""
    server = spark.sparkContext._accumulatorServer
    try:
        raise error
    except type(error):
        server.handle_error(None, ("127.0.0.1", 1))
    assert bool(capsys.readouterr().err) is is_told


def test_spark_reads_every_table_with_the_contract_s_columns(spark, lake):
    for name in table_names():
        frame = spark.read.format("delta").load(str(lake.root / name))
        assert frame.columns == contract(name).schema.names


def test_spark_and_delta_rs_read_the_same_rows_from_files_that_workers_wrote(spark, lake, scalars):
    for batch, run_ids in enumerate((["a", "b"], ["c"])):
        rows = scalars(*({"run_id": run, "step": step} for run in run_ids for step in range(9)))
        file = write_data_file(lake.table_uri("scalars"), "scalars", f"b{batch}", rows)
        lake.append("scalars", [file], "events", batch)
    lake.replace("scalars", "run_id", ["b"], scalars({"run_id": "b", "step": 99}), "test", 1)
    frame = spark.read.format("delta").load(str(lake.root / "scalars"))
    by_spark = sorted((row.run_id, row.step) for row in frame.select("run_id", "step").collect())
    by_us = lake.read("scalars", ["run_id", "step"]).to_pylist()
    assert by_spark == sorted((row["run_id"], row["step"]) for row in by_us)
    assert ("b", 99) in by_spark
    assert frame.where("run_id = 'c'").count() == 9


def test_spark_can_write_to_a_table_and_the_lake_reads_on(spark, lake, scalars):
    rows = scalars({"run_id": "by-spark", "step": 1})
    file = write_data_file(lake.table_uri("scalars"), "scalars", "b", rows)
    lake.append("scalars", [file], "events", 0)
    path = str(lake.root / "scalars")
    spark.read.format("delta").load(path).write.format("delta").mode("append").save(path)
    spark.sql(f"OPTIMIZE delta.`{path}`")
    assert lake.read("scalars").equals(pa.concat_tables([rows, rows]))
    assert len(lake.files("scalars")) == 1
    assert lake.delta("scalars").protocol().min_reader_version == 1
