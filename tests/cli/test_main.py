"""The command line's answers to wrong input: one line, the remedy, exit status 2."""

import csv
import io
import json
import re
import subprocess
import sys
from importlib import metadata

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from insight_lib.cli.main import COMMANDS, main
from insight_lib.cli.output import FORMATS
from insight_lib.lake.contract import contract
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
    assert "name a folder that contains runs" in said
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


@pytest.mark.parametrize("content", [b"", b"garbage" * 20])
def test_a_folder_without_any_intact_record_is_not_called_healthy(tmp_path, capsys, content):
    (tmp_path / "events.out.tfevents.1.host").write_bytes(content)
    said = refused(capsys, "diagnose", tmp_path)
    assert "no intact record was found in 1 event files" in said
    assert "copy the files again" in said


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory):
    """A lake of a run with two errors and a warning, and one of which nothing was found."""
    lake = open_lake(tmp_path_factory.mktemp("runs") / "lake", create=True)
    run = {
        "experiment": "logs",
        "log_root": "logs",
        "state": "complete",
        "last_step": 7,
        "hparams": {},
    }
    finding = {"run_id": "logs/bad", "title": "t", "evidence": "{}", "advice": "a", "last_step": 3}
    finding |= {"confidence": 1.0}
    severities = ("error", "error", "warning")
    judged = [("loss", "train/loss, 9 points"), ("layers", "weight of 2 layers, 9 steps")]
    bad = run | {"run_id": "logs/bad", "verdict": "failing", "judged": judged}
    put(lake, "runs", [bad, run | {"run_id": "logs/good"}])
    put(
        lake,
        "findings",
        [finding | {"rule": f"r{n}", "layer": "", "severity": s} for n, s in enumerate(severities)],
    )
    return lake.root


def put(lake, table, rows):
    schema = contract(table).schema
    lake.replace(table, "run_id", [], pa.Table.from_pylist(rows, schema=schema), "test", 0)


def listed(capsys, *arguments):
    assert main(["runs", "--json", *map(str, arguments)]) == 0
    rows = json.loads(capsys.readouterr().out)
    return [(row["run_id"], row["last_step"], row["errors"], row["warnings"]) for row in rows]


def test_runs_lists_every_run_with_its_findings_counted(two_runs, capsys):
    assert listed(capsys, "--lake", two_runs) == [("logs/bad", 7, 2, 1), ("logs/good", 7, 0, 0)]


def test_runs_chooses_by_any_column_that_its_help_names(two_runs, capsys):
    assert listed(capsys, "--lake", two_runs, "--where", "errors = 0 OR last_step = 0") == [
        ("logs/good", 7, 0, 0)
    ]
    assert main(["runs", "--json", "--lake", str(two_runs)]) == 0
    columns = set(json.loads(capsys.readouterr().out)[0])
    with pytest.raises(SystemExit):
        main(["runs", "--help"])
    assert columns <= set(re.findall(r"\w+", capsys.readouterr().out))


def test_runs_are_chosen_by_their_verdict_of_which_an_old_lake_has_none(two_runs, capsys):
    where = ["--where", "verdict = 'failing' AND judged = 'loss, layers'"]
    assert listed(capsys, "--lake", two_runs, *where) == [("logs/bad", 7, 2, 1)]
    unknown = ["--where", "verdict IS NULL AND judged IS NULL"]
    assert listed(capsys, "--lake", two_runs, *unknown) == [("logs/good", 7, 0, 0)]


def test_a_condition_on_an_unknown_column_is_refused(two_runs, capsys):
    assert "colour" in refused(capsys, "runs", "--lake", two_runs, "--where", "colour = 1")


def test_a_condition_cannot_end_the_statement_and_write(two_runs, tmp_path, capsys):
    file = tmp_path / "written"
    refused(capsys, "runs", "--lake", two_runs, "--where", f"true); COPY runs TO '{file}'; (true")
    assert not file.exists()


@pytest.mark.parametrize("output_format", FORMATS)
def test_output_that_nobody_reads_is_no_success(two_runs, output_format):
    statement = "SELECT range AS n FROM range(200000)" if output_format != "table" else "FROM runs"
    program = (
        "import os, sys; from insight_lib.cli.main import run\n"
        "reader, writer = os.pipe(); os.close(reader); os.dup2(writer, 1)\n"
        "run()"
    )
    arguments = ["sql", "--lake", str(two_runs), statement, "--format", output_format]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (141, "")


def test_the_version_is_that_of_the_installed_distribution(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"insight {metadata.version('insight-lib')}\n"


def test_help_names_every_exit_status(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert all(f" {status} " in said for status in (0, 1, 2, 130, 141, 143))


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


@pytest.mark.spark
def test_ingest_names_damaged_spans_on_stderr_and_sums_up_on_stdout(tmp_path, capsys):
    file = tmp_path / "logs" / "a" / "events.out.tfevents.1.host"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"garbage" * 20)
    assert main(["ingest", str(tmp_path / "logs"), "--lake", str(tmp_path / "lake")]) == 0
    said = capsys.readouterr()
    [line] = re.findall(r"^ingest events .* s  (1 of 1 files, .*)$", said.out, re.MULTILINE)
    assert "1 spans quarantined, 0 records/s (" in line
    # Its last 11 bytes may yet become a header: they wait.
    assert "  quarantined: logs/a/events.out.tfevents.1.host, offset 0, 129 bytes: " in said.err
