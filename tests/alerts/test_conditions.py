"""What each condition of a rule finds in a lake."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from insight_lib.alerts.conditions.condition import look_at
from insight_lib.alerts.conditions.data_quality import DataQuality
from insight_lib.alerts.conditions.finding import Finding
from insight_lib.alerts.conditions.risk import Risk
from insight_lib.alerts.conditions.state import InState
from insight_lib.alerts.conditions.verdict import OfVerdict
from insight_lib.alerts.rule import AlertRule
from tests.cli.told_lake import NIGHTS, put

NOW = NIGHTS[2] + timedelta(hours=1)


@pytest.fixture
def told(lake):
    """told(condition): the runs and titles of what holds in the lake."""

    def told(condition, runs=("*",)):
        rule = AlertRule("r", condition, runs, ("x",))
        return sorted((one.run_id, one.title) for one in rule.matches(look_at(lake, NOW)))

    return told


def test_findings_are_told_by_their_root_and_severity(told):
    assert told(Finding("error", ["*"])) == [("logs/digits/a", "Layer hidden is dead")]
    assert told(Finding("warning", ["*"])) == [
        ("logs/digits/a", "Layer hidden is dead"),
        ("logs/digits/b", "The loss stands still"),
    ]
    assert len(told(Finding("info", ["*"]))) == 3


def test_what_follows_is_told_where_its_root_is_not(told):
    assert told(Finding("error", ["stuck_*"])) == [("logs/digits/a", "Layer hidden is dead")]
    assert told(Finding("error", ["stuck"])) == []


def test_a_rule_asks_for_runs_by_pattern(told):
    assert told(Finding("warning", ["*"]), ["logs/*/b"]) == [
        ("logs/digits/b", "The loss stands still")
    ]
    assert told(Finding("info", ["*"]), ["other"]) == []


def test_what_is_muted_is_not_told(lake, told):
    until = NOW + timedelta(days=1)
    mute = {"run_id": "logs/digits/b", "rule": "plateau", "reason": "known", "muted_at": NOW}
    put(lake, "mutes", [mute | {"muted_until": until}])
    assert told(Finding("warning", ["*"])) == [("logs/digits/a", "Layer hidden is dead")]
    assert told(OfVerdict(["attention"])) == []


def test_a_verdict_is_told_once_a_run_with_a_finding_that_has_no_cause(told):
    assert told(OfVerdict(["failing", "attention"])) == [
        ("logs/digits/a", "The run is failing: Layer hidden is dead"),
        ("logs/digits/b", "The run is attention: The loss stands still"),
    ]


def test_a_run_that_could_not_be_judged_can_be_asked_for(lake, told):
    runs = lake.read("runs", None, ["logs/other/c"]).to_pylist()
    lake.replace(
        "runs",
        "run_id",
        ["logs/other/c"],
        _table(lake, "runs", [runs[0] | {"verdict": "not judged"}]),
        "test 2",
        0,
    )
    assert told(OfVerdict(["not judged"])) == [("logs/other/c", "The run could not be judged")]


def test_a_state_is_told_with_where_the_run_stands(lake, told):
    assert told(InState(["stalled", "crashed"])) == [("logs/digits/b", "The run is crashed")]
    row = lake.read("runs", None, ["logs/digits/b"]).to_pylist()[0]
    last = {"last_step": 1200, "last_event_at": datetime(2026, 3, 1, 4, 5, tzinfo=UTC)}
    lake.replace(
        "runs", "run_id", ["logs/digits/b"], _table(lake, "runs", [row | last]), "test 2", 0
    )
    [(_, title)] = told(InState(["crashed"]))
    assert title == "The run is crashed at step 1,200, last event 2026-03-01 04:05 UTC"


@pytest.fixture
def scored(lake):
    """scored(run, probability...): give a run its scores by the default model, by rising step."""

    def scored(**scores):
        put(lake, "risk_models", [MODEL])
        put(
            lake,
            "risk_scores",
            [
                SCORE | {"run_id": run, "cutoff_step": step, "probability": each} | other
                for run, given in scores.items()
                for step, (each, other) in enumerate(given)
            ],
        )

    return scored


MODEL = {"model_version": "m", "stage": "default", "features": '["loss"]', "metrics": "{}"}
MODEL |= {"data_fingerprint": "", "parameters": "{}", "trained_at": NIGHTS[0]}
SCORE = {
    "model_version": "m",
    "kind": "foreseen",
    "reasons": "[]",
    "abstained": False,
    "expected_kind": "never_learned",
}


def test_the_latest_risk_counts(scored, told):
    scored(a=[(0.99, {}), (0.5, {})], b=[(0.1, {}), (0.95, {})], c=[(0.9, {})])
    assert told(Risk(0.9)) == [
        ("b", "The run fails with probability 95%, expected: never learned"),
    ]


def test_a_risk_on_which_the_model_abstains_and_one_of_another_model_are_none(scored, told):
    scored(a=[(0.99, {"abstained": True})], b=[(0.99, {"model_version": "old"})])
    assert told(Risk(0.5)) == []


def test_a_lake_without_a_model_has_no_risk(told):
    assert told(Risk(0.0)) == []


def test_refused_data_are_told_by_file_and_batch(lake, told):
    span = {"run_id": "logs/digits/a", "file_id": "f1", "offset": 0, "length": 1, "batch": 4}
    put(
        lake,
        "quarantine",
        [
            span | {"offset": 7, "reason": "label not 0 or 1"},
            span | {"offset": 3, "reason": "score is null"},
            span | {"batch": 5, "reason": "bad CRC"},
            span | {"file_id": "f2", "length": 0, "reason": "no Parquet file"},
        ],
    )
    assert told(DataQuality()) == [
        ("logs/digits/a", "1 part of f1 refused: bad CRC"),
        ("logs/digits/a", "2 parts of f1 refused: score is null"),
        ("logs/digits/a", "Nothing of f2 could be taken: no Parquet file"),
    ]


def _table(lake, name, rows):
    return pa.Table.from_pylist(rows, schema=lake.read(name).schema)


def test_what_holds_is_known_by_the_same_subject_every_night(lake):
    for condition in (Finding("info", ["*"]), OfVerdict(["failing"]), InState(["crashed"])):
        seen = look_at(lake, NOW)
        later = replace(seen, muted=look_at(lake, NOW + timedelta(days=9)).muted)
        first, second = condition.matches(seen), condition.matches(later)
        assert [one.subject for one in first] == [one.subject for one in second]
        assert len({one.subject for one in first}) == len(first) > 0
