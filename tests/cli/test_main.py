"""The command line's answers to wrong input: one line, the remedy, exit status 2."""

import csv
import io
import json
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from insight_lib.cli.main import COMMANDS, main
from insight_lib.lake.tables import open_lake


def refused(capsys, *arguments):
    assert main([str(a) for a in arguments]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    return captured.err


def test_a_log_root_that_does_not_exist_is_named_and_makes_no_lake(tmp_path, capsys):
    said = refused(capsys, "nightly", tmp_path / "absent", "--lake", tmp_path / "lake")
    assert said.startswith("insight nightly: the log root ")
    assert "does not exist; name a folder" in said
    assert not (tmp_path / "lake").exists()


def test_a_log_root_without_any_run_is_named_and_makes_no_lake(tmp_path, capsys):
    (tmp_path / "logs").mkdir()
    said = refused(capsys, "ingest", tmp_path / "logs", "--lake", tmp_path / "lake")
    assert "nothing to ingest below" in said
    assert "name a folder that holds runs" in said
    assert not (tmp_path / "lake").exists()


def test_a_lake_that_does_not_exist_is_named_with_how_to_make_one(tmp_path, capsys):
    said = refused(capsys, "sql", "--lake", tmp_path / "lake", "SELECT 1")
    assert "there is no lake at" in said
    assert "insight nightly --lake" in said


def test_a_lake_without_a_known_root_asks_for_one(tmp_path, capsys):
    open_lake(tmp_path / "lake", create=True)
    assert "name one" in refused(capsys, "nightly", "--lake", tmp_path / "lake")


def test_a_directory_without_event_files_is_not_diagnosed(tmp_path, capsys):
    assert "tfevents" in refused(capsys, "diagnose", tmp_path)


def test_a_label_for_an_unknown_run_is_refused(tmp_path, capsys):
    open_lake(tmp_path / "lake", create=True)
    said = refused(capsys, "label", "--lake", tmp_path / "lake", "logs/nobody", "failed")
    assert "no run logs/nobody; `insight runs` lists its 0 runs" in said


def test_an_unknown_command_is_answered_with_the_known_ones(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["nightmare"])
    assert ended.value.code == 2
    assert "nightly" in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert COMMANDS[command][:20] in " ".join(capsys.readouterr().out.split())


def test_help_starts_neither_spark_nor_tensorflow():
    program = (
        "import sys; from insight_lib.cli.main import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([m for m in ('pyspark', 'tensorflow', 'pandas', 'duckdb') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith("[]\n")


def test_sql_starts_no_jvm_and_diagnose_imports_neither_spark_nor_tensorflow(tmp_path):
    open_lake(tmp_path / "lake", create=True)
    program = (
        "import sys; from insight_lib.cli.main import main\n"
        f"main(['sql', '--lake', '{tmp_path}/lake', 'SELECT 1 AS one'])\n"
        f"main(['diagnose', '{tmp_path}'])\n"
        "print([m for m in ('pyspark', 'tensorflow', 'pandas') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith("[]\n")


@pytest.fixture
def printed(tmp_path, capfdbinary):
    """What `insight sql` prints of a number, a NaN, a map and bytes, in a format."""
    open_lake(tmp_path / "lake", create=True)
    statement = "SELECT 1 AS n, 'nan'::DOUBLE AS x, MAP {'k': 'v'} AS m, '\\x00'::BLOB AS b"

    def printed(output_format):
        lake = str(tmp_path / "lake")
        assert main(["sql", "--lake", lake, statement, "--format", output_format]) == 0
        return capfdbinary.readouterr().out

    return printed


def test_json_is_strict(printed):
    assert json.loads(printed("json"), parse_constant=pytest.fail) == [
        {"n": 1, "x": "NaN", "m": {"k": "v"}, "b": "AA=="}
    ]


def test_csv_holds_nested_values_as_json(printed):
    [header, row] = csv.reader(printed("csv").decode().splitlines())
    assert header == ["n", "x", "m", "b"]
    assert row == ["1", "nan", '{"k": "v"}', '"AA=="']


def test_parquet_keeps_the_types(printed):
    rows = pq.read_table(io.BytesIO(printed("parquet")))
    assert rows.schema.field("n").type == pa.int32()
    assert rows["b"].to_pylist() == [b"\0"]
