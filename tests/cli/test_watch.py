"""``insight watch`` as the command line runs it, on files that grow."""

from datetime import UTC, datetime

import pytest

from insight_lib.cli.main import main
from insight_lib.lake.tables import open_lake
from insight_lib.risk.registry.registration import register_trained
from tests.risk.handmade import bundle_of
from tests.risk.watching.writing import GrowingRun

NOW = datetime(2026, 3, 1, tzinfo=UTC)
QUICK = ("--interval-s", "0.01", "--quiet-s", "0.05")


@pytest.fixture
def log_dir(tmp_path, ships):
    ships(bundle_of(loss_change=4.0))
    run = GrowingRun(tmp_path / "run-8")
    run.write([1.0 + 0.2 * step for step in range(40)])
    return tmp_path / "run-8"


def test_one_look_prints_risk_verdict_and_evidence(log_dir, capsys):
    assert main(["watch", str(log_dir), "--once"]) == 0
    said = capsys.readouterr().out
    assert "run-8 at step 39: risk 9" in said
    assert "raises the risk: " in said
    assert "end: looked once" in said


@pytest.mark.parametrize("limit", ["risk=0.5", "failing", "attention"])
def test_a_run_at_the_limit_ends_the_watch_with_1(log_dir, limit, capsys):
    assert main(["watch", str(log_dir), "--fail-on", limit, *QUICK]) == 1
    assert "stop: " in capsys.readouterr().out


def test_a_run_below_the_limit_is_watched_to_its_end(log_dir, capsys):
    assert main(["watch", str(log_dir), "--fail-on", "risk=0.999", *QUICK]) == 0
    assert "end: no file grew for 0.05 s, which is taken for the end" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--fail-on", "risk=2"], "give a number above 0 and at most 1"),
        (["--fail-on", "sometimes"], "give failing, attention, never or a risk"),
        (["--interval-s", "0"], "--interval-s is 0; give a number of seconds above 0"),
        (["--quiet-s", "-1"], "--quiet-s is -1; give a number of seconds above 0"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_line(log_dir, arguments, said, capsys):
    assert main(["watch", str(log_dir), *arguments]) == 2
    printed = capsys.readouterr().err
    assert said in printed
    assert printed.count("\n") == 1


def test_a_folder_without_a_run_is_refused(tmp_path, ships, capsys):
    ships(bundle_of())
    assert main(["watch", str(tmp_path), *QUICK]) == 2
    assert "no event file came to" in capsys.readouterr().err


def test_a_damaged_default_model_is_named(log_dir, ships, capsys):
    ships(b"nonsense")
    assert main(["watch", str(log_dir), "--once"]) == 2
    assert "is no risk model" in capsys.readouterr().err


def test_a_run_is_watched_by_the_model_of_a_lake(log_dir, tmp_path, capsys):
    lake = open_lake(tmp_path / "lake", create=True)
    arguments = ["watch", str(log_dir), "--once", "--lake", str(lake.root)]
    assert main(arguments) == 2
    assert "has no risk model yet; run `insight nightly" in capsys.readouterr().err
    register_trained(lake, bundle_of(loss_change=-4.0), adopted=True, why="by hand", now=NOW)
    assert main(arguments) == 0
    assert "run-8 at step 39: risk 4 %" in capsys.readouterr().out
