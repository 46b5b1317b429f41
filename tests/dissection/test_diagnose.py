"""Diagnosing directories: event files written by TensorBoard's own writer, and broken ones."""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from insight_lib.cli.main import main
from insight_lib.dissection.diagnose import diagnose
from insight_lib.errors import InputError
from insight_lib.lake.contract import contract


def write_loss(directory, values, first_step=0, tag="loss"):
    writer = EventFileWriter(str(directory), filename_suffix=f".{first_step}")
    for place, value in enumerate(values):
        summary = summary_pb2.Summary()
        summary.value.add(tag=tag, simple_value=value)
        writer.add_event(event_pb2.Event(step=first_step + place, summary=summary))
    writer.close()


def test_one_run_directory_is_one_run_of_the_directory_s_name(tmp_path):
    write_loss(tmp_path / "run" / "train", [1.0, np.nan])
    write_loss(tmp_path / "run" / "validation", [1.0, 0.9])
    diagnosis = diagnose(tmp_path / "run")
    assert diagnosis.runs == ("run",)
    assert (diagnosis.files, diagnosis.records, diagnosis.damaged) == (2, 6, ())
    assert [(f.run_id, f.rule) for f in diagnosis.findings] == [("run", "non_finite_loss")]
    assert diagnosis.findings[0].first_step == 1


def test_a_folder_of_runs_is_each_of_them(tmp_path):
    write_loss(tmp_path / "logs" / "a", [1.0, 0.5])
    write_loss(tmp_path / "logs" / "sub" / "b", [1.0, np.inf])
    diagnosis = diagnose(tmp_path / "logs")
    assert diagnosis.runs == ("logs/a", "logs/sub/b")
    assert {finding.run_id for finding in diagnosis.findings} == {"logs/sub/b"}


def test_what_a_restart_superseded_does_not_count(tmp_path):
    write_loss(tmp_path / "run", [1.0, 0.9, np.nan, np.nan])
    later = tmp_path / "later"
    write_loss(later, [0.8, 0.7, 0.6], first_step=2)
    (restarted,) = later.iterdir()
    restarted.rename(tmp_path / "run" / "events.out.tfevents.9999999999.restarted")
    (noted,) = diagnose(tmp_path / "run").findings
    assert (noted.rule, noted.severity) == ("repeated_steps", "info")


def test_a_nan_of_an_earlier_training_in_the_folder_is_told(tmp_path):
    write_loss(tmp_path / "run", [1.0, 0.9, np.nan, np.nan])
    for name, values in (("1", [1.0, 0.9, 0.8]), ("2", [1.0, 0.9, 0.8, 0.7])):
        write_loss(tmp_path / name, values)
        (again,) = (tmp_path / name).iterdir()
        again.rename(tmp_path / "run" / f"events.out.tfevents.999999999{name}.again")
    (told,) = diagnose(tmp_path / "run").findings
    assert (told.rule, told.severity, told.first_step) == ("several_trainings", "warning", 2)
    assert told.evidence["trainings"] == 3
    assert told.evidence["earlier"] == [
        "training 1: step 0 to 3, 4 points; error: The loss loss became NaN at step 2 and did not "
        "recover",
        "training 2: step 0 to 2, 3 points; no rule fired",
    ]


def test_damaged_bytes_are_named_and_the_rest_is_diagnosed(tmp_path):
    write_loss(tmp_path / "run", [1.0, np.nan, np.nan, np.nan])
    (file,) = (tmp_path / "run").iterdir()
    data = bytearray(file.read_bytes())
    data[-6] ^= 0xFF
    file.write_bytes(data)
    diagnosis = diagnose(tmp_path / "run")
    (span,) = diagnosis.damaged
    assert span.file_id == f"run/{file.name}"
    assert span.offset + span.length_bytes == len(data)
    assert "checksum" in span.reason
    assert diagnosis.findings[0].last_step == 2


def test_diagnose_names_damaged_spans_on_stderr_and_counts_them_on_stdout(tmp_path, capsys):
    write_loss(tmp_path / "run", [1.0, 0.5, 0.25])
    (file,) = (tmp_path / "run").iterdir()
    file.write_bytes(file.read_bytes()[:-6] + b"?" + file.read_bytes()[-5:])
    assert main(["diagnose", str(tmp_path / "run")]) == 0
    said = capsys.readouterr()
    assert "spans without an intact record: 1" in said.out
    assert re.search(rf"^  damaged: run/{file.name}, offset \d+, \d+ bytes: .*checksum", said.err)


@pytest.mark.parametrize("make", [False, True], ids=["absent", "empty"])
def test_a_folder_that_is_absent_or_holds_no_event_file_is_refused(tmp_path, make):
    folder = tmp_path / "logs"
    if make:
        folder.mkdir()
        (folder / "notes.txt").write_text("no events")
    with pytest.raises(InputError, match=r"logs.*(give|name) "):
        diagnose(folder)


def test_an_event_file_that_is_none_is_quarantined_whole(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "events.out.tfevents.1.x").write_bytes(b"this is no event file at all" * 9)
    diagnosis = diagnose(tmp_path / "run")
    assert (diagnosis.records, diagnosis.findings) == (0, ())
    assert diagnosis.damaged


def test_an_event_file_of_no_bytes_holds_a_run_of_which_nothing_is_known(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "events.out.tfevents.1.x").touch()
    diagnosis = diagnose(tmp_path / "run")
    assert (diagnosis.runs, diagnosis.files, diagnosis.records) == (("run",), 1, 0)
    assert diagnosis.findings == ()


AS_NOBODY = """
import contextlib, io, os, sys
from insight_lib.cli.main import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    main(["diagnose", *sys.argv[1:]])  # imports all, which only its owner may be able to read
if os.getuid() == 0:  # whom no folder is closed to
    os.setgroups([])
    os.setuid(65534)
sys.exit(main(["diagnose", *sys.argv[1:]]))
"""


@pytest.fixture
def shut_and_open():
    """A folder of two runs, of which one may not be entered; not below pytest's, closed itself."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        root.chmod(0o755)
        write_loss(root / "open", [1.0, np.nan])
        write_loss(root / "shut", [1.0])
        (root / "shut").chmod(0)
        yield root
        (root / "shut").chmod(0o755)


def diagnosed(*arguments):
    return subprocess.run(
        [sys.executable, "-c", AS_NOBODY, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_a_closed_folder_is_named_and_the_rest_is_diagnosed(shut_and_open):
    done = diagnosed(shut_and_open, "--json")
    assert done.returncode == 1, done.stderr
    assert done.stderr == f"  cannot open folder {shut_and_open / 'shut'}; its files are not read\n"
    told = json.loads(done.stdout)
    assert told["closed"] == [str(shut_and_open / "shut")]
    assert [finding["rule"] for finding in told["findings"]] == ["non_finite_loss"]


@pytest.mark.slow
def test_a_configuration_that_may_not_be_read_is_named_and_the_run_is_diagnosed(shut_and_open):
    config = shut_and_open / "open" / "insight_config.json"
    config.write_text("{}")
    config.chmod(0)
    done = diagnosed(shut_and_open / "open", "--json")
    assert done.returncode == 1, done.stderr
    assert f"{config}: cannot be read (Permission denied)" in done.stderr
    assert [finding["rule"] for finding in json.loads(done.stdout)["findings"]] == [
        "non_finite_loss"
    ]


def test_where_all_is_closed_the_folder_is_named(shut_and_open):
    done = diagnosed(shut_and_open / "shut")
    assert done.returncode == 2
    assert f"{shut_and_open / 'shut'} cannot be opened; make it readable" in done.stderr


def test_the_command_takes_its_rules_from_a_settings_file(tmp_path, capsys):
    write_loss(tmp_path / "run", [1.0, np.nan])
    settings = tmp_path / "insight.toml"
    settings.write_text("[rules.non_finite_loss]\nenabled = false\n")
    assert main(["diagnose", str(tmp_path / "run")]) == 1
    assert main(["diagnose", str(tmp_path / "run"), "--config", str(settings)]) == 0
    settings.write_text("[rules.non_finite_loss]\nlimit = 3\n")
    assert main(["diagnose", str(tmp_path / "run"), "--config", str(settings)]) == 2
    assert "rules.non_finite_loss.limit is not known" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("garbage{", "not valid JSON"),
        ("[]", "should be an object"),
        ('{"version": 1}', "hparams is missing"),
    ],
)
def test_a_configuration_that_does_not_fit_is_named_and_the_run_is_diagnosed(tmp_path, text, said):
    write_loss(tmp_path / "run", [1.0, np.nan, np.nan, np.nan])
    (tmp_path / "run" / "insight_config.json").write_text(text)
    diagnosis = diagnose(tmp_path / "run")
    (problem,) = diagnosis.config_problems
    assert str(tmp_path / "run" / "insight_config.json") in problem
    assert said in problem
    assert [finding.rule for finding in diagnosis.findings] == ["non_finite_loss"]


@pytest.fixture
def four_runs(tmp_path):
    """A folder of a run of each verdict but ``attention``, and one that wrote an empty file."""
    write_loss(tmp_path / "logs" / "broken", [1.0, 0.9, np.nan, np.nan])
    write_loss(tmp_path / "logs" / "learnt", [1.0, 0.8, 0.6, 0.5, 0.4])
    write_loss(tmp_path / "logs" / "short", [1.0, 0.8, 0.6])
    (tmp_path / "logs" / "empty").mkdir()
    (tmp_path / "logs" / "empty" / "events.out.tfevents.1.x").touch()
    return str(tmp_path / "logs")


def test_every_run_is_judged(four_runs):
    diagnosis = diagnose(four_runs)
    assert tuple(one.run_id for one in diagnosis.verdicts) == diagnosis.runs
    assert {one.run_id: one.verdict.value for one in diagnosis.verdicts} == {
        "logs/broken": "failing",
        "logs/empty": "not judged",
        "logs/learnt": "healthy",
        "logs/short": "not judged",
    }


def test_diagnose_prints_each_verdict_with_what_is_missing_and_counts_them(four_runs, capsys):
    assert main(["diagnose", four_runs]) == 1
    printed = capsys.readouterr().out
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in printed.splitlines()]
    verdicts = {row[0]: row[1:] for row in rows if len(row) == 4}
    assert verdicts["logs/learnt"] == [
        "healthy",
        "loss",
        "validation, metric, layers, inputs, evaluation",
    ]
    assert verdicts["logs/short"] == [
        "not judged",
        "-",
        "loss: loss has 3 points only: 5 are needed; "
        "validation, metric, layers, inputs, evaluation",
    ]
    assert "loss: no scalar was logged" in verdicts["logs/empty"][2]
    assert "no loss" not in printed
    assert "\n  layers, inputs (4 runs): not traced: use TensorTracer\n" in printed
    assert "runs: 4 (1 failing, 0 attention, 2 not judged, 1 healthy)," in printed.splitlines()[-1]


def test_json_holds_verdicts_as_the_table_does(four_runs, capsys):
    assert main(["diagnose", four_runs, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert {(one["rule"], one["fault_type"]) for one in told["findings"]} == {
        ("non_finite_loss", "learning_rate")
    }
    rows = told["verdicts"]
    # No night has judged them.
    columns = set(contract("verdicts").schema.names) - {"judged_at"}
    assert [set(row) for row in rows] == [columns] * 4
    [learnt] = [row for row in rows if row["run_id"] == "logs/learnt"]
    assert (learnt["verdict"], learnt["judged"]) == ("healthy", {"loss": "loss, 5 points"})


@pytest.mark.parametrize(
    ("run", "reached"),
    [
        ("broken", {"failing", "error", "attention", "warning", "not-judged", "info"}),
        ("short", {"not-judged"}),
        ("learnt", set()),
    ],
)
def test_fail_on_knows_verdicts_and_severities(four_runs, run, reached):
    words = {"failing", "error", "attention", "warning", "not-judged", "info", "never"}
    failed = {word for word in words if main(["diagnose", f"{four_runs}/{run}", "--fail-on", word])}
    assert failed == reached


def test_a_warning_reaches_attention_and_not_failing(tmp_path):
    run = tmp_path / "run"
    write_loss(run / "train", [1 / (step + 1) for step in range(20)])
    overfitted = [1.0, 0.8, 0.7, 0.65, 0.6, *(0.7 + 0.05 * step for step in range(15))]
    write_loss(run / "validation", overfitted)
    assert [one.verdict for one in diagnose(run).verdicts] == ["attention"]
    words = ("failing", "error", "attention", "warning", "not-judged", "info")
    status = [main(["diagnose", str(run), "--fail-on", word]) for word in words]
    assert status == [0, 0, 1, 1, 1, 1]
