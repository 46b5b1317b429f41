"""From event files to scores, without a label and without Spark."""

import json
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from insight_lib.lake.contract import contract
from insight_lib.risk.run_labels import RunLabel, label_runs
from insight_lib.risk.stages.truth import known_truth
from tests.risk.handmade import bundle_of
from tests.risk.stages.conftest import rising
from tests.series.writing import write_run

TABLES = ("run_features", "run_outcomes", "risk_models", "risk_scores", "risk_backtest")


def scores(lake, run_id):
    rows = lake.read("risk_scores", None, [run_id])
    return rows.sort_by("cutoff_step").to_pylist()


def versions(lake):
    return {name: lake.delta(name).version() for name in TABLES}


def test_the_first_night_scores_every_run_without_a_label(lake, one_night, default):
    done = one_night()
    assert "looks at runs scored by the default model" in done["risk"].text
    [model] = lake.read("risk_models").to_pylist()
    assert (model["model_version"], model["stage"]) == (default.version, "default")
    assert json.loads(model["features"]) == list(default.feature_names)
    bad, good = scores(lake, "logs/bad"), scores(lake, "logs/good")
    assert [row["cutoff_step"] for row in bad] == [9, 39]
    assert bad[-1]["probability"] > 0.9
    assert good[-1]["probability"] < 0.1
    assert (bad[-1]["flagged"], good[-1]["flagged"]) == (True, False)
    assert {row["kind"] for row in bad + good} == {"predicted"}
    assert all(row["scored_at"] is not None for row in bad)
    assert bad[-1]["seen_at"] == datetime.fromtimestamp(40, UTC)


def test_a_reason_is_a_sentence_that_names_no_feature(lake, one_night):
    one_night()
    [reason] = json.loads(scores(lake, "logs/bad")[-1]["reasons"])
    assert reason["effect"] > 0
    assert "training loss" in reason["sentence"]
    assert "in healthy runs it hardly changed" in reason["sentence"]
    assert "loss_change" not in reason["sentence"]


def test_a_night_without_anything_new_changes_no_table(lake, one_night):
    one_night()
    before = versions(lake)
    done = one_night()
    assert versions(lake) == before
    assert done["risk"].text == "nothing new"
    assert done["risk_backtest"].text == "nothing new"


def test_what_comes_later_is_scored_too_and_every_earlier_score_is_kept(lake, one_night, logs):
    one_night()
    first = scores(lake, "logs/bad")
    write_run(logs / "bad", first_step=40, loss=rising(60)[40:])
    one_night()
    steps = [row["cutoff_step"] for row in scores(lake, "logs/bad")]
    assert {row["cutoff_step"] for row in first} <= set(steps)
    kept = [row for row in scores(lake, "logs/bad") if row["scored_at"] <= first[0]["scored_at"]]
    assert kept == first


def test_another_default_scores_every_look_and_the_former_scores_stay(
    lake, one_night, ships, default
):
    one_night()
    other = ships(bundle_of(loss_change=-4.0))
    one_night()
    rows = lake.read("risk_scores").to_pylist()
    given = {row["model_version"] for row in rows}
    assert given == {default.version, other.version}
    stages = {row["model_version"]: row["stage"] for row in lake.read("risk_models").to_pylist()}
    assert stages == {default.version: "retired", other.version: "default"}


def test_a_look_whose_features_changed_is_scored_again_in_its_place(lake, one_night):
    one_night()
    [row] = [
        row
        for row in lake.read("run_features").to_pylist()
        if (row["run_id"], row["cutoff_step"]) == ("logs/good", 39)
    ]
    changed = row | {"features": [("loss_change", 1.0)]}
    rows = [r for r in lake.read("run_features", None, ["logs/good"]).to_pylist() if r != row]
    table = pa.Table.from_pylist([*rows, changed], schema=contract("run_features").schema)
    lake.replace("run_features", "run_id", ["logs/good"], table, "test", 0)
    before = len(scores(lake, "logs/good"))
    one_night()
    after = scores(lake, "logs/good")
    assert len(after) == before
    assert after[-1]["probability"] > 0.9


def test_a_run_of_one_step_is_scored_or_abstained_on_and_one_without_a_step_is_neither(
    lake, one_night, logs
):
    write_run(logs / "short", loss=[1.0])
    write_run(logs / "empty")
    done = one_night()
    [short] = scores(lake, "logs/short")
    assert 0 < short["probability"] < 1
    assert short["cutoff_step"] == 0
    assert scores(lake, "logs/empty") == []
    assert done["risk"].remarks == ()


def test_what_a_model_knows_nothing_like_is_not_flagged(lake, one_night, ships):
    ships(bundle_of(loss_change=4.0, knows_all=False))
    one_night()
    [*_, last] = scores(lake, "logs/bad")
    assert last["abstained"]
    assert not last["flagged"]
    assert last["novelty"] > 0.99


def test_a_label_has_the_last_word_on_what_became_of_a_run(lake, one_night):
    one_night()
    label_runs(lake, [RunLabel("logs/bad", "healthy"), RunLabel("logs/good", "failed")])
    truth = known_truth(lake)
    assert (truth["logs/bad"].failed, truth["logs/good"].failed) == (False, True)
    assert truth["logs/good"].end_step == truth["logs/good"].last_step == 39
    assert {one.sure for one in truth.values()} == {1.0}


def test_the_backtest_holds_the_scores_against_the_labels(lake, one_night):
    one_night()
    label_runs(lake, [RunLabel("logs/bad", "healthy"), RunLabel("logs/good", "failed")])
    one_night()
    [row] = [r for r in lake.read("risk_backtest").to_pylist() if r["landmark"] == "any"]
    assert (row["runs"], row["failed"], row["missed"], row["false_alarms"]) == (2, 1, 1, 1)
    assert (row["steps_saved"], row["steps_lost"]) == (0, 39 - 9)


def test_few_labels_or_one_class_train_nothing_and_say_why(lake, one_night):
    one_night()
    label_runs(lake, [RunLabel("logs/bad", "failed"), RunLabel("logs/good", "failed")])
    done = one_night()
    [model] = lake.read("risk_models").to_pylist()
    assert model["stage"] == "default"
    assert model["reason"].startswith("the default model is used: ")
    assert model["reason"] in done["risk"].text


def test_the_outcome_of_a_run_that_goes_on_is_not_known_yet(lake, one_night):
    one_night()
    rows = lake.read("runs").to_pylist(maps_as_pydicts="lossy")
    running = [row | {"state": "running"} for row in rows]
    table = pa.Table.from_pylist(running, schema=contract("runs").schema)
    lake.replace("runs", "run_id", [row["run_id"] for row in rows], table, "test", 0)
    assert known_truth(lake) == {}


@pytest.mark.parametrize("name", TABLES)
def test_the_rows_are_as_their_contract_says(lake, one_night, name):
    one_night()
    rows = lake.read(name)
    assert contract(name).conform(rows).schema == contract(name).schema
    key = contract(name).key
    keys = list(zip(*(rows[column].to_pylist() for column in key), strict=True))
    assert len(keys) == len(set(keys))
