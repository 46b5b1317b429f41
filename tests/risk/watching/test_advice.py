"""Whether a training should be stopped."""

import pytest

from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.verdict import Verdict
from insight_lib.errors import InputError
from insight_lib.risk.expected_kind import ExpectedKind
from insight_lib.risk.models.reasons import Reason
from insight_lib.risk.watching.advice import Limit, advise, checked_risk, limit_of
from insight_lib.risk.watching.sight import Sight
from insight_lib.risk.watching.watch import LEAST_CHANGE, is_news


def sight(**other):
    base = {
        "run_id": "run-8",
        "step": 100,
        "share": 0.25,
        "probability": 0.5,
        "flagged": False,
        "abstains": False,
        "reasons": (Reason("train_loss", "the loss rises", 1.5, ("x",)),),
        "expected_kind": ExpectedKind(),
        "verdict": Verdict.HEALTHY,
        "findings": (),
        "finished": False,
    }
    return Sight(**base | other)


def finding(severity="error", title="the loss is NaN"):
    return Finding(severity=severity, title=title, evidence={}, advice="stop")


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("failing", Limit(verdict=Verdict.FAILING)),
        ("attention", Limit(verdict=Verdict.ATTENTION)),
        ("risk=0.95", Limit(risk=0.95)),
        ("never", Limit()),
    ],
)
def test_a_limit_is_a_verdict_or_a_risk(text, limit):
    assert limit_of(text) == limit


@pytest.mark.parametrize("text", ["healthy", "risk", "0.9", ""])
def test_what_is_no_limit_is_refused_with_those_that_are(text):
    with pytest.raises(InputError, match=r"give failing, attention, never or a risk such as"):
        limit_of(text)


@pytest.mark.parametrize("value", [0, 1.5, -1, float("nan"), "much", None])
def test_a_risk_that_is_no_probability_is_refused(value):
    with pytest.raises(InputError, match="a number above 0 and at most 1"):
        checked_risk(value)


def test_a_run_at_the_limit_is_to_be_stopped_with_the_main_reason():
    advice = advise(sight(probability=0.951), Limit(risk=0.95))
    assert advice.stop
    assert advice.why == "the risk of run-8 is 95 %, the limit 95 %: the loss rises"
    assert not advise(sight(probability=0.949), Limit(risk=0.95)).stop


def test_a_risk_that_the_model_does_not_stand_by_stops_nothing():
    assert not advise(sight(probability=0.99, abstains=True), Limit(risk=0.95)).stop


def test_nothing_known_stops_nothing():
    assert not advise(sight(probability=None, reasons=()), Limit(risk=0.01)).stop


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_verdict_as_bad_as_the_limit_stops(verdict):
    judged = sight(verdict=verdict, findings=(finding(),))
    assert advise(judged, Limit(verdict=Verdict.FAILING)).stop == (verdict == "failing")
    assert advise(judged, Limit(verdict=Verdict.ATTENTION)).stop == (
        verdict in ("failing", "attention")
    )
    assert not advise(judged, Limit()).stop


def test_the_gravest_finding_is_named():
    findings = (finding("info", "a note"), finding("warning", "the cause"), finding())
    judged = sight(verdict=Verdict.FAILING, findings=findings)
    assert advise(judged, Limit(verdict=Verdict.FAILING)).why == "run-8 is failing: the loss is NaN"


@pytest.mark.parametrize(
    ("change", "news"),
    [
        ({}, False),
        ({"step": 200}, False),
        ({"probability": 0.5 + 0.9 * LEAST_CHANGE}, False),
        ({"probability": 0.5 + 1.1 * LEAST_CHANGE}, True),
        ({"probability": 0.5 - 1.1 * LEAST_CHANGE}, True),
        ({"probability": None}, True),
        ({"verdict": Verdict.ATTENTION}, True),
        ({"flagged": True}, True),
        ({"abstains": True}, True),
    ],
)
def test_what_is_told_again_is_a_change_of_risk_or_verdict(change, news):
    assert is_news(sight(**change), sight()) == news


def test_a_run_that_was_not_told_of_is_news():
    assert is_news(sight(), None)
