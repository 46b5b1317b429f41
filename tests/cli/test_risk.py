"""What the commands say of a model that is used, and of one that is not, on a real lake."""

import json

import numpy as np
import pyarrow as pa
import pytest
from insight_lib.risk.in_use import CURRENT, RETIRED, UNUSABLE
from insight_lib.risk.stage import refresh_risk

from insight_lib.cli.main import main
from insight_lib.lake.contract import contract
from insight_lib.lake.tables import open_lake

RUNS = 48


def put(lake, table, rows, version=0):
    rows = pa.Table.from_pylist(rows, schema=contract(table).schema)
    lake.replace(table, "run_id", rows["run_id"].to_pylist(), rows, "test", version)


@pytest.fixture
def lake(tmp_path):
    """A third of the runs failed, and `signal` knows which; four programs."""
    lake = open_lake(tmp_path / "lake", create=True)
    random = np.random.default_rng(0)
    failed = [number // 4 % 3 == 0 for number in range(RUNS)]
    put(
        lake,
        "run_features",
        [
            {
                "run_id": f"zoo/p{number % 4}/{number}",
                "cutoff_step": 10,
                "features": {"signal": random.normal(3.0 * failed[number])},
            }
            for number in range(RUNS)
        ],
    )
    return lake


def say(lake, failed, version):
    """Label every run; True is failed."""
    rows = [
        {
            "run_id": f"zoo/p{number % 4}/{number}",
            "label": "failed" if each else "healthy",
            "labelled_at": 0,
        }
        for number, each in enumerate(failed)
    ]
    put(lake, "run_labels", rows, version)


def as_they_are():
    return [number // 4 % 3 == 0 for number in range(RUNS)]


def by_chance():
    return np.random.default_rng(1).permutation(as_they_are()).tolist()


def risk(lake, *arguments):
    return main(["risk", *arguments, "--lake", str(lake.root)])


def stages(lake):
    return sorted(row["stage"] for row in lake.read("risk_models").to_pylist())


def test_a_model_no_better_than_the_base_rate_scores_no_run_and_every_command_says_why(
    lake, capsys
):
    say(lake, by_chance(), 0)
    assert risk(lake, "train") == 0
    assert "trained on 48 labelled runs, not used: " in capsys.readouterr().out
    assert lake.read("risk_scores").num_rows == 0
    assert stages(lake) == [UNUSABLE]
    assert risk(lake, "show") == 0
    shown = capsys.readouterr().out
    assert "no run is scored or ranked by the risk model: it is " in shown
    assert "Risk of failure" not in shown
    assert risk(lake, "show", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert "the base rate" in told["unusable"]
    assert told["runs"] == []
    assert risk(lake, "score") == 2
    said = capsys.readouterr().err
    assert "the base rate" in said
    assert said.count("\n") == 1


def test_the_next_model_that_is_better_is_used_again(lake, capsys):
    say(lake, by_chance(), 0)
    refresh_risk(lake)
    say(lake, as_they_are(), 1)
    assert risk(lake, "train") == 0
    assert stages(lake) == [CURRENT, RETIRED]
    assert lake.read("risk_scores").num_rows == RUNS
    assert risk(lake, "score") == 0
    capsys.readouterr()
    assert risk(lake, "show", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["unusable"] is None
    assert len(told["runs"]) == RUNS


def test_scores_that_an_older_lake_has_of_such_a_model_are_not_shown(lake, capsys):
    say(lake, as_they_are(), 0)
    refresh_risk(lake)
    [model] = lake.read("risk_models").to_pylist()
    worse = {"log_loss": 0.756, "base_rate_log_loss": 0.693}
    old = pa.Table.from_pylist(
        [model | {"metrics": json.dumps(worse)}], schema=contract("risk_models").schema
    )
    lake.replace("risk_models", "model_version", [model["model_version"]], old, "test", 0)
    assert risk(lake, "show", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["unusable"].startswith("worse than the base rate: log loss 0.756")
    assert told["runs"] == []


def test_a_lake_scored_before_models_were_compared_with_the_base_rate_is_trained_again(lake):
    say(lake, by_chance(), 0)
    score = {"run_id": "zoo/p0/0", "model_version": "m", "cutoff_step": 10, "probability": 0.9}
    score |= {"kind": "predicted", "reasons": "[]"}
    old = pa.Table.from_pylist([score], schema=contract("risk_scores").schema)
    lake.replace("risk_scores", "run_id", [], old, "risk", 10**6)
    refresh_risk(lake)
    assert lake.read("risk_scores").num_rows == 0
    assert refresh_risk(lake).text == "nothing new"
