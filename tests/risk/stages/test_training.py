"""The lake's own runs correct the default where that helps, on tables that are written by hand."""

import json

import numpy as np
import pyarrow as pa
import pytest

from insight_lib.errors import InputError, MissingExtraError
from insight_lib.lake.contract import contract
from insight_lib.lake.tables import open_lake
from insight_lib.risk.registry.store import read_records
from insight_lib.risk.stages import models
from insight_lib.risk.stages.learning_rows import lake_learning_table
from insight_lib.risk.stages.risk import refresh_risk
from tests.risk.handmade import bundle_of

RUNS = 80
# It says of every run that it hardly ever fails, and half of them do.
TOO_CALM = bundle_of(intercept=-4.0, loss_change=2.0)
STEP, LAST_STEP = 25, 100


@pytest.fixture
def lake(tmp_path, ships):
    ships(TOO_CALM)
    return open_lake(tmp_path / "lake", create=True)


def put(lake, table, rows, version=0):
    rows = pa.Table.from_pylist(rows, schema=contract(table).schema)
    lake.replace(table, "run_id", rows["run_id"].to_pylist(), rows, "test", version)


def run_name(number):
    return f"zoo/p{number % 8}/{number:03d}"


def write(lake, failed, version=0, state="ended", **more):
    """Runs of eight experiments: a look at a quarter of each, and what became of it."""
    random = np.random.default_rng(0)
    names = [run_name(number) for number in range(len(failed))]
    about = {"experiment": "zoo", "log_root": "/zoo", "state": state, "hparams": []}
    put(lake, "runs", [{"run_id": name} | about for name in names], version)
    put(
        lake,
        "run_features",
        [
            {
                "run_id": name,
                "cutoff_step": STEP,
                "share": 0.25,
                "features": {"loss_change": random.normal(0.8 * each - 0.4, 0.3)} | more,
            }
            for name, each in zip(names, failed, strict=True)
        ],
        version,
    )
    outcome = {"sure": 1.0, "why": "by hand", "last_step": LAST_STEP}
    rows = [
        {"run_id": name, "outcome": "failed" if each else "healthy"} | outcome
        for name, each in zip(names, failed, strict=True)
    ]
    put(lake, "run_outcomes", rows, version)


def half(runs=RUNS):
    return [number // 8 % 2 == 0 for number in range(runs)]


def stages(lake):
    return {one.version: one.stage.value for one in read_records(lake)}


def test_outcomes_alone_correct_a_default_that_is_wrong_on_these_runs(lake):
    write(lake, half())
    state = refresh_risk(lake)
    assert not state.used.is_default
    assert "better than the default" in state.trained
    assert sorted(stages(lake).values()) == ["current", "default"]
    rows = lake.read("risk_scores").to_pylist()
    assert {row["model_version"] for row in rows} == {state.used.bundle.version}
    assert {row["kind"] for row in rows} == {"fitted"}
    assert np.mean([row["probability"] for row in rows]) == pytest.approx(0.5, abs=0.15)
    assert refresh_risk(lake).text == "nothing new"


def test_scores_of_a_model_that_learnt_from_the_runs_are_no_backtest(lake):
    write(lake, half())
    refresh_risk(lake)
    assert {row["kind"] for row in lake.read("risk_scores").to_pylist()} == {"fitted"}


@pytest.mark.parametrize(
    ("failed", "said"),
    [
        ([True] * RUNS, "healthy"),
        ([False] * RUNS, "failed"),
        (half(10), "10"),
        ([], "0"),
    ],
    ids=["all failed", "all healthy", "ten runs", "none"],
)
def test_what_nothing_can_be_learnt_from_leaves_the_default_and_says_why(lake, failed, said):
    if failed:
        write(lake, failed)
    state = refresh_risk(lake)
    assert state.used.is_default
    assert state.trained.startswith("the default model is used: ")
    assert said in state.trained
    assert state.scored == len(failed)


def test_what_was_learnt_from_labels_that_are_gone_scores_no_more(lake):
    write(lake, half())
    first = refresh_risk(lake).used.bundle.version
    write(lake, [True] * RUNS, version=1)
    assert refresh_risk(lake).used.is_default
    assert stages(lake)[first] == "retired"


def test_runs_that_go_on_teach_nothing(lake):
    write(lake, half(), state="running")
    assert lake_learning_table(lake).matrix.run_ids == ()
    assert refresh_risk(lake).used.is_default


def test_what_had_failed_by_then_is_marked_and_what_was_over_is_left_out(lake):
    write(lake, half(8))
    rows = lake.read("run_outcomes").to_pylist()
    put(lake, "run_outcomes", [row | {"failed_at": STEP} for row in rows], 1)
    table = lake_learning_table(lake)
    assert table.has_failed.all()
    assert table.failed_share.tolist() == [STEP / LAST_STEP] * 8
    put(lake, "run_outcomes", [row | {"last_step": STEP} for row in rows], 2)
    assert lake_learning_table(lake).matrix.run_ids == ()


def test_a_feature_that_the_model_does_not_know_is_refused_by_its_name(lake):
    write(lake, half(8), never_seen=1.0)
    with pytest.raises(InputError, match="was trained without the features never_seen"):
        refresh_risk(lake)


def test_without_scikit_learn_runs_are_scored_and_training_waits(lake, monkeypatch):
    def absent(_lake):
        raise MissingExtraError("sklearn is not installed; run `pip install 'insight-lib[risk]'`")

    monkeypatch.setattr(models, "train_if_new", absent)
    write(lake, half(8))
    state = refresh_risk(lake)
    assert state.scored == 8
    assert len(state.remarks) == 1
    assert "sklearn is not installed" in state.remarks[0]


def test_a_damaged_model_is_rejected_and_the_default_scores_the_night(lake):
    write(lake, half())
    version = refresh_risk(lake).used.bundle.version
    rows = lake.read("risk_models").to_pylist()
    spoilt = [row | {"parameters": "nonsense"} for row in rows if row["model_version"] == version]
    table = pa.Table.from_pylist(spoilt, schema=contract("risk_models").schema)
    lake.replace("risk_models", "model_version", [version], table, "test", 1)
    state = refresh_risk(lake)
    assert state.used.is_default
    assert len(state.remarks) == 1
    assert version in state.remarks[0]
    assert stages(lake)[version] == "rejected"


def test_the_card_and_the_figures_come_with_the_model(lake):
    write(lake, half())
    refresh_risk(lake)
    for row in lake.read("risk_models").to_pylist():
        assert json.loads(row["card"])
        assert json.loads(row["metrics"])["roc_auc"] == 0.9
        assert row["reason"] is None or row["stage"] == "current"
