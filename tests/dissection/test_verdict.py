"""The verdict on a run: from its findings, and from what could be judged."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from insight_lib.dissection.dissect import dissect_and_judge, verdicts_table
from insight_lib.dissection.findings.finding import Finding, share_confidence
from insight_lib.dissection.judge import graded, judge
from insight_lib.dissection.rules.rule import NoThresholds, Rule
from insight_lib.dissection.run.view import RunView
from insight_lib.dissection.verdict import Verdict, verdict_counts
from insight_lib.fault_types import FaultType
from insight_lib.lake.contract import contract

FALLING = [1.0, 0.8, 0.6, 0.5, 0.4]
LEARNT = {"scalars": {"train:loss": FALLING}}
UNKNOWN = {"scalars": {"train:learning_rate": FALLING}}


def findings(*severities):
    return [Finding(severity=s, title="t", evidence={}, advice="a") for s in severities]


@pytest.mark.parametrize("case", [LEARNT, UNKNOWN], ids=["learnt", "unknown"])
@pytest.mark.parametrize(
    ("severities", "verdict"),
    [
        (("info", "error", "warning"), Verdict.FAILING),
        (("warning", "info"), Verdict.ATTENTION),
    ],
)
def test_the_worst_finding_decides_whatever_else_was_judged(make_view, case, severities, verdict):
    assert judge(make_view(case), findings(*severities)).verdict is verdict


@pytest.mark.parametrize(
    ("severity", "counts", "reported"),
    [
        ("error", (2, 2), "error"),
        ("error", (1, 1), "warning"),
        ("error", (3, 10), "warning"),
        ("error", (2, 10), "info"),
        ("warning", (3, 10), "warning"),
        ("warning", (2, 10), "info"),
        ("info", (1, 10), "info"),
    ],
)
def test_a_finding_is_no_graver_than_it_is_sure(severity, counts, reported):
    (finding,) = findings(severity)
    assert graded(replace(finding, confidence=share_confidence(*counts))).severity == reported


def test_what_is_reported_of_a_run_is_graded(make_view):
    unsure = Finding(severity="error", title="t", evidence={}, advice="a", confidence=0.2)
    rule = Rule("r", "r", (), "error", FaultType.OTHER, "", NoThresholds(), "", lambda *_: [unsure])
    found, (verdict,) = dissect_and_judge([make_view(LEARNT)], ["logs/run"], [rule])
    assert [one.severity for one in found] == ["warning"]
    assert verdict.verdict is Verdict.ATTENTION


@pytest.mark.parametrize("severities", [(), ("info",)])
def test_without_a_warning_a_run_is_healthy_if_something_shows_that_it_learnt(
    make_view, severities
):
    found = findings(*severities)
    assert judge(make_view(LEARNT), found).verdict is Verdict.HEALTHY
    assert judge(make_view(UNKNOWN), found).verdict is Verdict.NOT_JUDGED


@pytest.mark.parametrize(
    ("case", "judged"),
    [
        ({"scalars": {"validation:loss": FALLING}}, "validation"),
        ({"scalars": {".:accuracy": FALLING}}, "metric"),
        ({"scalars": {".:rollout/ep_rew_mean": FALLING}}, "return"),
    ],
)
def test_one_such_aspect_is_enough(make_view, case, judged):
    found = judge(make_view(case), [])
    assert (found.verdict, list(found.judged)) == (Verdict.HEALTHY, [judged])


@pytest.mark.parametrize(
    ("case", "judged"),
    [
        ({"layers": [{"layer": "a", "kind": "gradient", "l2": [1.0] * 9}]}, "layers"),
        ({"scalars": {".:input/x/features": [4.0] * 9}}, "inputs"),
        ({"samples": {"test": [{"rows": 9}]}, "steps": [0]}, "evaluation"),
    ],
)
def test_layers_inputs_and_an_evaluation_do_not_show_that_a_run_learnt(make_view, case, judged):
    found = judge(make_view(case), [])
    assert (found.verdict, list(found.judged)) == (Verdict.NOT_JUDGED, [judged])


def test_a_run_of_which_nothing_is_known_has_a_verdict_too(make_view):
    known = make_view(LEARNT)
    _, verdicts = dissect_and_judge([known], ["b", known.run_id, "a"])
    assert [(one.run_id, one.verdict.value) for one in verdicts] == [
        ("a", "not judged"),
        ("b", "not judged"),
        ("logs/run", "healthy"),
    ]
    assert verdicts[0] == judge(RunView.of_nothing("a"), [])


def test_verdicts_become_rows_of_their_table(make_view):
    _, verdicts = dissect_and_judge([make_view(LEARNT)], ["a"])
    night = datetime(2026, 3, 1, tzinfo=UTC)
    table = verdicts_table(verdicts, night)
    assert table.schema == contract("verdicts").schema
    row = table.to_pylist(maps_as_pydicts="strict")[1]
    assert (row["run_id"], row["verdict"]) == ("logs/run", "healthy")
    assert row["judged_at"] == night
    assert row["judged"] == {"loss": "train/loss, 5 points"}
    assert row["not_judged"]["layers"] == "not traced: use TensorTracer"


def test_counts_name_every_verdict_and_what_has_none():
    assert (
        verdict_counts(["failing", None, "failing"])
        == "2 failing, 0 attention, 0 not judged, 0 healthy, 1 to be judged"
    )
