"""``insight risk`` on a real lake, by models made by hand."""

import json
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest

from insight_lib.cli.main import main
from insight_lib.lake.contract import contract
from insight_lib.lake.tables import open_lake
from insight_lib.risk.registry.registration import register_trained
from insight_lib.risk.registry.store import read_records
from tests.risk.handmade import bundle_of, kinds_of

RUNS = 6
STEPS = (10, 30)
OF_A_RUN = {"experiment": "zoo", "log_root": "/zoo", "state": "ended", "hparams": []}
DEFAULT = bundle_of(loss_change=3.0, kinds=kinds_of(loss_change=1.0))
OWN = bundle_of(loss_change=5.0)
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def put(lake, table, rows, column="run_id"):
    rows = pa.Table.from_pylist(rows, schema=contract(table).schema)
    lake.replace(table, column, rows[column].to_pylist(), rows, "test", 0)


def run_name(number):
    return f"zoo/r{number}"


@pytest.fixture
def lake(tmp_path, ships):
    """Later runs have a loss that rises more."""
    ships(DEFAULT)
    lake = open_lake(tmp_path / "lake", create=True)
    rising = np.linspace(-1.0, 1.0, RUNS)
    put(lake, "runs", [{"run_id": run_name(i)} | OF_A_RUN for i in range(RUNS)])
    put(
        lake,
        "run_features",
        [
            {
                "run_id": run_name(number),
                "cutoff_step": step,
                "features": {"loss_change": rising[number] * step / STEPS[-1]},
            }
            for number in range(RUNS)
            for step in STEPS
        ],
    )
    return lake


def risk(lake, *arguments):
    return main(["risk", *arguments, "--lake", str(lake.root)])


def train_own(lake):
    register_trained(lake, OWN, adopted=True, why="better than the default model", now=NOW)


def test_before_the_first_night_it_says_what_will_score(lake, capsys):
    assert risk(lake, "show") == 0
    said = capsys.readouterr().out
    assert f"the default model {DEFAULT.version} scores, which ships with DeepInsight" in said
    assert "no run is scored yet: `insight nightly`" in said


def test_runs_come_by_falling_risk_with_a_reason_in_words(lake, capsys):
    assert risk(lake, "score") == 0
    assert "scored 12 looks at runs by the default model" in capsys.readouterr().out
    assert risk(lake, "show") == 0
    said = capsys.readouterr().out
    places = [said.index(run_name(number)) for number in reversed(range(RUNS))]
    assert places == sorted(places)
    assert "flagged" in said
    assert "training loss" in said
    assert "in healthy runs" in said
    assert "loss_change" not in said


def test_how_runs_will_fail_is_said_of_those_that_likely_do(lake, capsys):
    risk(lake, "score")
    capsys.readouterr()
    assert risk(lake, "explain", run_name(RUNS - 1)) == 0
    assert "most likely at chance (73 %)" in capsys.readouterr().out
    assert risk(lake, "explain", run_name(0)) == 0
    assert "most likely" not in capsys.readouterr().out
    assert risk(lake, "show") == 0
    assert "most likely at chance" in " ".join(capsys.readouterr().out.split())


def test_scoring_again_scores_nothing(lake, capsys):
    risk(lake, "score")
    capsys.readouterr()
    assert risk(lake, "score") == 0
    assert "scored 0 looks" in capsys.readouterr().out


def test_json_has_models_runs_and_backtest(lake, capsys):
    risk(lake, "score")
    capsys.readouterr()
    assert risk(lake, "show", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["version"] for one in told["models"]] == [DEFAULT.version]
    assert [row["run_id"] for row in told["runs"]] == [run_name(i) for i in reversed(range(RUNS))]
    assert told["runs"][0]["reasons"][0]["effect"] > 0
    assert told["backtest"] == []


def test_a_run_is_explained_at_each_step(lake, capsys):
    risk(lake, "score")
    capsys.readouterr()
    assert risk(lake, "explain", run_name(RUNS - 1)) == 0
    said = capsys.readouterr().out
    assert "step 10" in said
    assert "step 30" in said
    assert "raises" in said
    assert "training loss" in said
    assert risk(lake, "explain", run_name(0), "--json") == 0
    assert json.loads(capsys.readouterr().out)["scores"][-1]["flagged"] is False


@pytest.mark.parametrize(("run_id", "said"), [("nobody", "nobody"), (run_name(0), "is not scored")])
def test_a_run_that_is_unknown_or_not_scored_has_a_clear_answer(lake, run_id, said, capsys):
    assert risk(lake, "explain", run_id) == 2
    printed = capsys.readouterr().err
    assert said in printed
    assert printed.count("\n") == 1


def test_training_without_an_outcome_says_why_nothing_is_learnt(lake, capsys):
    assert risk(lake, "train") == 0
    assert "the default model is used: " in capsys.readouterr().out
    assert risk(lake, "train") == 0
    assert "no label, outcome or feature has changed" in capsys.readouterr().out


def test_one_s_own_model_is_told_apart_from_the_default_and_rolled_back(lake, capsys):
    risk(lake, "score")
    train_own(lake)
    assert risk(lake, "score") == 0
    assert f"scored 12 looks at runs by model {OWN.version}" in capsys.readouterr().out
    assert risk(lake, "show") == 0
    said = capsys.readouterr().out
    assert f"model {OWN.version} scores, the default corrected by this lake's own runs" in said
    assert "better than the default model" in said
    assert risk(lake, "rollback") == 0
    said = capsys.readouterr().out
    assert f"default model {DEFAULT.version} scores from now on" in said
    assert lake.read("risk_scores").num_rows == 24
    assert risk(lake, "promote", OWN.version[:8]) == 0
    assert f"model {OWN.version} scores from now on" in capsys.readouterr().out
    stages = {one.version: one.stage.value for one in read_records(lake)}
    assert stages == {DEFAULT.version: "default", OWN.version: "current"}


def test_what_cannot_be_done_is_refused_in_a_line(lake, capsys):
    for arguments in (["rollback"], ["promote"], ["promote", "nonsense"]):
        assert risk(lake, *arguments) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert "insight risk" in said


def test_a_backtest_is_shown(lake, capsys):
    row = {"night": "2026-03-01", "model_version": "m", "landmark": "any", "runs": 9, "failed": 4}
    counts = ("foreseen", "missed", "false_alarms", "abstained", "steps_saved", "steps_lost")
    row |= dict.fromkeys(counts, 2) | {"hours_saved": 1.5, "hours_lost": 0.5}
    put(lake, "risk_backtest", [row], "night")
    assert risk(lake, "show") == 0
    said = capsys.readouterr().out
    assert "How scores turned out" in said
    assert "2026-03-01" in said
