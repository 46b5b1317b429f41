"""``insight sql``: where the statement comes from, what is bound, and where the rows go."""

import csv
import io
import json
import sys
from datetime import timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from insight_lib.cli.main import main
from insight_lib.cli.output.values import for_people, interval_words
from insight_lib.lake.contract import contract, table_names
from insight_lib.lake.sql.view import view_names
from insight_lib.lake.tables import open_lake

RUN = {"log_root": "logs", "experiment": "x", "state": "ended", "hparams": {}}


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    lake = open_lake(tmp_path_factory.mktemp("sql") / "lake", create=True)
    rows = [RUN | {"run_id": f"logs/{name}", "last_step": n} for n, name in enumerate("abc")]
    table = pa.Table.from_pylist(rows, schema=contract("runs").schema)
    lake.replace("runs", "run_id", [], table, "test", 0)
    return lake.root


@pytest.fixture
def asked(lake, capfdbinary):
    """asked(...): what `insight sql` prints of the lake."""

    def asked(*arguments):
        assert main(["sql", "--lake", str(lake), *map(str, arguments)]) == 0
        return capfdbinary.readouterr().out.decode()

    return asked


@pytest.fixture
def refused(capsys):
    def refused(*arguments):
        assert main(["sql", *map(str, arguments)]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.count("\n") == 1
        return said.err

    return refused


def names_in(printed):
    return [row["run_id"] for row in csv.DictReader(io.StringIO(printed))]


def test_a_statement_is_read_from_a_file(asked, tmp_path):
    file = tmp_path / "runs.sql"
    file.write_text("-- all\nSELECT run_id\nFROM runs ORDER BY 1;\n")
    assert names_in(asked("--file", file, "--format", "csv")) == ["logs/a", "logs/b", "logs/c"]


def test_a_statement_is_read_from_standard_input(asked, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("SELECT run_id FROM runs WHERE last_step = 1"))
    assert names_in(asked("--format", "csv")) == ["logs/b"]


def test_without_a_statement_one_is_asked_for(refused, lake, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "stdin", io.StringIO(" \n"))
    assert "holds no statement; give a SELECT, name a file" in refused("--lake", lake)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    assert "no statement is given; give a SELECT" in refused("--lake", lake)
    said = refused("--lake", lake, "--file", tmp_path / "absent.sql")
    assert "absent.sql cannot be read" in said
    assert said.endswith("name a file of SQL in UTF-8\n")


def test_a_lake_is_asked_for(refused):
    assert "no lake is given; add --lake DIR" in refused("FROM runs")


@pytest.mark.parametrize(
    ("condition", "given"),
    [
        ("run_id = $run", "run=logs/b"),
        ("last_step = $s", "s=1"),
        ("last_step BETWEEN $s AND $s", "s=1"),
        ("starts_with('1=2', $a || '=')", "a=1"),
        ("coalesce(last_event_at, $at) < $at", "at=2026-01-01"),
        ("now() - $age::INTERVAL > now()", "age=1 day"),
    ],
)
def test_a_parameter_is_compared_as_what_it_is_compared_with(asked, condition, given):
    found = asked("--param", given, f"SELECT run_id FROM runs WHERE {condition}", "--format", "csv")  # noqa: S608
    rows = {"s=1": ["logs/b"], "run=logs/b": ["logs/b"], "a=1": ["logs/a", "logs/b", "logs/c"]}
    assert sorted(names_in(found)) == rows.get(given, [])


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ([], "parameter $run has no value; add --param run=VALUE"),
        (["--param", "run=a", "--param", "b=1"], "has no parameter $b; it has $run"),
        (["--param", "run"], "--param run is not of the form NAME=VALUE"),
        (["--param", "run=a", "--param", "run=b"], "--param run is given twice"),
    ],
)
def test_a_wrong_parameter_is_named(refused, lake, given, says):
    assert says in refused("--lake", lake, "FROM runs WHERE run_id = $run", *given)


def test_the_list_has_every_table_and_view_with_its_meaning_and_needs_no_lake(capfdbinary):
    assert main(["sql", "--list", "--format", "json"]) == 0
    rows = json.loads(capfdbinary.readouterr().out)
    assert {(row["name"], row["kind"]) for row in rows} == {
        *((name, "table") for name in table_names()),
        *((name, "view") for name in view_names()),
    }
    assert all(row["meaning"] for row in rows)


@pytest.mark.parametrize("name", ["event_files", "slowest_runs"])
def test_a_description_has_type_unit_and_meaning(capfdbinary, name):
    assert main(["sql", "--describe", name, "--format", "json"]) == 0
    rows = {row["column"]: row for row in json.loads(capfdbinary.readouterr().out)}
    assert rows["run_id"]["type"] == "string"
    expected = {
        "event_files": ("size", "int64", "bytes"),
        "slowest_runs": ("duration_s", "double", "s"),
    }
    column, kind, unit = expected[name]
    assert (rows[column]["type"], rows[column]["unit"]) == (kind, unit)
    assert all(row["meaning"] for row in rows.values())


def test_a_description_of_an_unknown_name_shows_the_near_ones(refused):
    assert "no table or view run_overvue; near it are run_overview;" in refused(
        "--describe", "run_overvue"
    )


def test_markdown_keeps_cells_apart_and_numbers_to_the_right(asked):
    printed = asked("SELECT 'a|b' AS text, 1.5 AS n, E'x\\ny' AS lines", "--format", "markdown")
    assert printed == "| text | n | lines |\n| --- | ---: | --- |\n| a\\|b | 1.5 | x<br>y |\n"


@pytest.mark.parametrize("ending", ["csv", "json", "parquet", "md", "txt"])
def test_the_ending_of_a_file_says_the_format(asked, tmp_path, ending):
    file = tmp_path / f"runs.{ending}"
    assert asked("SELECT run_id FROM runs ORDER BY 1", "--out", file) == ""
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    if ending == "parquet":
        assert pq.read_table(file)["run_id"].to_pylist() == ["logs/a", "logs/b", "logs/c"]
        return
    begins = {"csv": '"run_id"\n', "json": "[\n", "md": "| run_id |\n", "txt": "┏"}
    assert file.read_text().startswith(begins[ending])
    assert file.read_text().count("logs/") == 3


def test_a_file_keeps_what_it_had_where_the_statement_fails_in_the_middle(refused, lake, tmp_path):
    file = tmp_path / "rows.csv"
    file.write_text("before")
    late = "SELECT CASE WHEN range = 250000 THEN error('late') END AS a FROM range(300000)"
    assert "late" in refused("--lake", lake, late, "--out", file)
    assert file.read_text() == "before"
    assert len(list(tmp_path.iterdir())) == 1


def test_no_file_is_written_into_the_lake(refused, lake):
    said = refused("--lake", lake, "FROM runs", "--out", lake / "runs" / "a.parquet")
    assert "lies in the lake, which is only read; name another place" in said
    assert not (lake / "runs" / "a.parquet").exists()


def test_a_file_needs_its_folder(refused, lake, tmp_path):
    said = refused("--lake", lake, "FROM runs", "--out", tmp_path / "no" / "a.csv")
    assert "there is no folder" in said
    assert "is a folder; name a file" in refused("--lake", lake, "FROM runs", "--out", tmp_path)


def test_csv_comes_while_the_statement_runs(asked):
    printed = asked("SELECT range AS n, range AS n FROM range(250000)", "--format", "csv")
    lines = printed.splitlines()
    assert (lines[0], lines[1], lines[-1], len(lines)) == (
        '"n","n_1"',
        "0,0",
        "249999,249999",
        250001,
    )


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        ((0, 0, 0), "0 s"),
        ((0, 0, 12_345_678_900), "12.346 s"),
        ((0, 0, 7_985_400_000_000), "2 h 13 min 5 s"),
        ((0, 3, 7_200_000_000_000), "3 d 2 h"),
        ((14, 0, 0), "1 year 2 months"),
        ((1, 1, 0), "1 month 1 d"),
        ((0, 0, 100 * 86_400 * 10**9), "100 d"),
        ((0, -4, 0), "-4 d"),
        ((0, 0, -90 * 10**9), "-1 min 30 s"),
        ((0, 1, -3_600 * 10**9), "1 d -1 h"),
    ],
)
def test_an_interval_is_written_as_people_write_it(interval, words):
    assert interval_words(pa.MonthDayNano(interval)) == words


def test_times_lengths_and_truths_are_written_as_people_write_them(asked):
    printed = asked(
        "SELECT TIMESTAMPTZ '2026-03-01 12:00:05+02' AS at, INTERVAL 90 MINUTE AS took, true AS yes"
    )
    assert "2026-03-01 10:00:05" in printed
    assert "1 h 30 min" in printed
    assert "true" in printed
    assert for_people(timedelta(days=1, seconds=1)) == "1 d 1 s"
