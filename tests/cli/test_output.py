"""Rows of every type that a SELECT can return, in every format."""

import csv
import io
import json
from datetime import datetime, timedelta

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from insight_lib.cli.findings_table import causes_first, print_findings
from insight_lib.cli.output import FORMATS, print_json, print_rows
from insight_lib.dissection.findings.finding import Finding
from insight_lib.lake.sql import query
from insight_lib.lake.tables import open_lake

# Expression, and what JSON says of it.
VALUES = {
    "sum(1::BIGINT)": 1,
    "170141183460469231731687303715884105727::HUGEINT": 2**127 - 1,
    "1.5::DECIMAL(10, 2)": 1.5,
    "12345678901234567890.123456789::DECIMAL(38, 9)": "12345678901234567890.123456789",
    "[1.5::DECIMAL(4, 1)]": [1.5],
    "DATE '2020-02-01'": "2020-02-01",
    "[DATE '2020-02-01']": ["2020-02-01"],
    "TIME '10:00:01'": "10:00:01",
    "'00000000-0000-0000-0000-000000000001'::UUID": "00000000-0000-0000-0000-000000000001",
    "INTERVAL 1 DAY": "P0M1DT0S",
    "INTERVAL 1500 MILLISECOND": "P0M0DT1.5S",
    "{'a': INTERVAL 2 MONTH}": {"a": "P2M0DT0S"},
    "union_value(n := 1)": 1,
    "'a'::ENUM('a', 'b')": "a",
    "TIMESTAMP_NS '2020-01-01 00:00:00.123456789'": "2020-01-01 00:00:00.123456789",
    "'-inf'::DOUBLE": "-Infinity",
    "true": True,
    "NULL": None,
}


@pytest.fixture(scope="module")
def lake_of_types(tmp_path_factory):
    return open_lake(tmp_path_factory.mktemp("types") / "lake", create=True)


@pytest.fixture(scope="module")
def rows(lake_of_types):
    return query(lake_of_types, "SELECT " + ", ".join(f"{e} AS c{n}" for n, e in enumerate(VALUES)))


def test_json_holds_every_type_without_loss(rows, capsys):
    print_rows(rows, "json")
    [row] = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert list(row.values()) == list(VALUES.values())


def test_csv_holds_every_type(rows, capfdbinary):
    print_rows(rows, "csv")
    header, row = csv.reader(capfdbinary.readouterr().out.decode().splitlines())
    said = dict(zip(VALUES, row, strict=True))
    assert header == rows.column_names
    assert said["sum(1::BIGINT)"] == "1"
    assert said["[1.5::DECIMAL(4, 1)]"] == "[1.5]"
    assert said["DATE '2020-02-01'"] == "2020-02-01"
    assert said["INTERVAL 1 DAY"] == "P0M1DT0S"
    assert json.loads(said["{'a': INTERVAL 2 MONTH}"]) == {"a": "P2M0DT0S"}


def test_parquet_holds_every_type(rows, capfdbinary):
    print_rows(rows, "parquet")
    read = pq.read_table(io.BytesIO(capfdbinary.readouterr().out))
    assert read.column_names == rows.column_names
    assert read.num_rows == 1


def test_parquet_that_holds_nan_is_found_by_its_bounds(lake_of_types, capfdbinary, tmp_path):
    values = "SELECT value, [value] AS listed FROM (VALUES ('nan'::DOUBLE), (0.5)) AS t(value)"
    print_rows(query(lake_of_types, values), "parquet")
    target = tmp_path / "printed.parquet"
    target.write_bytes(capfdbinary.readouterr().out)
    for where in ("isnan(value)", "value > 1", "NOT value <= 1"):
        count = f"SELECT count(*) FROM read_parquet('{target}') WHERE {where}"  # noqa: S608
        assert duckdb.sql(count).fetchall() == [(1,)]
    footer = pq.read_metadata(target).row_group(0)
    assert not any(footer.column(n).is_stats_set for n in range(footer.num_columns))


@pytest.mark.parametrize("output_format", FORMATS)
def test_infinite_dates_are_printed(tmp_path, output_format, capfdbinary):
    lake = open_lake(tmp_path / "lake", create=True)
    print_rows(query(lake, "SELECT DATE 'infinity' AS d"), output_format)
    assert capfdbinary.readouterr().out


@pytest.mark.parametrize("output_format", FORMATS)
def test_columns_of_one_name_are_all_printed(tmp_path, output_format, capfdbinary):
    lake = open_lake(tmp_path / "lake", create=True)
    print_rows(query(lake, "SELECT 'x' AS run_id, 'y' AS run_id"), output_format)
    assert b"run_id_1" in capfdbinary.readouterr().out


def test_python_values_that_json_lacks_become_text(capsys):
    print_json({"at": datetime(2020, 1, 1), "for": timedelta(seconds=90)})
    assert json.loads(capsys.readouterr().out) == {"at": "2020-01-01T00:00:00", "for": "90.0"}


def finding(rule, caused_by=None, layer="", run_id="logs/a", at=""):
    return Finding(
        run_id=run_id,
        rule=rule,
        layer=layer,
        severity="error",
        title=rule,
        evidence={},
        advice="advice",
        caused_by=caused_by,
        caused_by_layer=at if caused_by else None,
    )


def test_what_follows_from_a_finding_stands_beneath_it():
    ranked = [
        finding("exploding"),
        finding("other"),
        finding("late", "exploding"),
        finding("latest", "late"),
        finding("later", "other"),
        finding("exploding", run_id="logs/b"),
    ]
    shown = [one.rule for one in causes_first(ranked)]
    assert shown == ["exploding", "late", "latest", "other", "later", "exploding"]


def test_a_rule_may_follow_from_itself_and_no_finding_is_lost():
    ranked = [
        finding("dead", layer="a"),
        finding("other"),
        finding("dead", "dead", layer="b", at="a"),
        finding("blind", "dead", layer="b", at="b"),
        finding("orphan", "absent"),
    ]
    shown = [(one.rule, one.layer) for one in causes_first(ranked)]
    assert shown == [("dead", "a"), ("dead", "b"), ("blind", "b"), ("other", ""), ("orphan", "")]


def test_the_table_of_findings_names_the_cause_and_the_layer(capsys):
    late = finding("late", "exploding", at="dense")
    print_findings([finding("exploding", layer="dense"), late])
    lines = [line for line in capsys.readouterr().out.splitlines() if "\u2502" in line]
    cells = [[cell[1:].rstrip() for cell in line.split("\u2502")] for line in lines]
    assert [row[4] for row in cells] == ["exploding", "  late", "  follows: exploding in dense"]
    assert [row[5] for row in cells] == ["dense", "-", ""]


def test_numbers_stand_on_the_right(capsys):
    print_rows(pa.table({"number": [1], "text": ["a"]}), "table")
    assert "     1 \u2502 a" in capsys.readouterr().out
