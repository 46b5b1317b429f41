"""A run of a zoo failed where it kept too little of what healthy runs of its program gain."""

import numpy as np
import pytest

from insight_lib.errors import InputError
from insight_lib.risk.outcomes.outcome import Kind, Outcome
from insight_lib.risk.recipe.looked import LookedAt
from insight_lib.risk.recipe.outcomes_among_peers import BELOW_PEERS, ended
from insight_lib.risk.recipe.program_score import Measure
from insight_lib.series.role import Phase, Role

MEASURES = {"digits": Measure(Role.ACCURACY, (Phase.VALIDATION,), 0.1)}
HEALTHY = Outcome("healthy", None, None, 0.9, "it learnt")
COLLAPSED = Outcome("failed", Kind.COLLAPSED, 40, 0.9, "it lost what it had learnt")


def run(score: float, fault: str = "healthy", sampled: bool = False, outcome: Outcome = HEALTHY):
    truth = {"run": "run", "program": "digits", "fault": fault, "is_sampled": sampled}
    return LookedAt(truth, outcome, score, 100, ())


def steady(*others):
    """Return five runs as they are, all at 0.9, and others."""
    return [*(run(0.9) for _ in range(5)), *others]


@pytest.mark.parametrize(("score", "failed"), [(0.75, False), (0.73, True)])
def test_a_fifth_of_the_gain_may_be_lost(score, failed):
    last = ended(steady(run(score, sampled=True)), MEASURES)[-1]
    assert last.failed == failed
    assert last.kept == pytest.approx((score - 0.1) / 0.8)


@pytest.mark.parametrize(("score", "failed"), [(0.61, False), (0.59, True)])
def test_healthy_runs_that_spread_widen_the_margin(score, failed):
    # Their robust deviation is 1.4826 * 0.0562 = 0.0833; 0.85 - 3 * 0.0833 = 0.6.
    spread = [run(0.85 + 0.0562 * places) for places in (-1, -1, 0, 1, 1)]
    assert ended([*spread, run(score, "dead_relu")], MEASURES)[-1].failed == failed


def test_a_fault_that_did_no_harm_is_no_failure():
    assert not ended(steady(run(0.88, "dead_relu")), MEASURES)[-1].failed


def test_what_its_series_say_is_no_failure_where_it_reached_its_peers():
    assert ended(steady(run(0.9, sampled=True, outcome=COLLAPSED)), MEASURES)[-1].failed_at is None


def test_its_series_say_how_and_since_when_it_failed():
    last = ended(steady(run(0.2, sampled=True, outcome=COLLAPSED)), MEASURES)[-1]
    assert (last.kind, last.failed_at) == (Kind.COLLAPSED, 40)


def test_what_only_peers_show_is_a_failure_at_the_end():
    last = ended(steady(run(0.2, sampled=True)), MEASURES)[-1]
    assert (last.kind, last.failed_at) == (BELOW_PEERS, 100)


def test_a_score_that_is_not_finite_is_a_failure():
    assert ended(steady(run(np.nan, sampled=True)), MEASURES)[-1].failed


def test_sampled_runs_say_nothing_of_what_is_healthy():
    with pytest.raises(InputError, match="digits as it is: 0 healthy runs end at a known accuracy"):
        ended([run(0.9, sampled=True)] * 6, MEASURES)
