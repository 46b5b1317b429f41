"""How scores turned out, on scores and outcomes that are written down by hand."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from insight_lib.risk.backtest.given_score import given_scores, landmark_name
from insight_lib.risk.backtest.turned_out import ANY, LEAST_FOR_SLOPE, backtest_rows
from insight_lib.risk.stages.truth import Truth

START = datetime(2026, 3, 1, 22, tzinfo=UTC)


def score(run_id, step, probability=0.9, flagged=True, **other):
    base = {
        "run_id": run_id,
        "model_version": "m",
        "cutoff_step": step,
        "probability": probability,
        "kind": "predicted",
        "share": None,
        "abstained": False,
        "flagged": flagged,
        "seen_at": START + timedelta(hours=step / 10),
        "scored_at": START,
    }
    return base | other


def truth(failed=True, end_step=80, last_step=100):
    last_at = START + timedelta(hours=last_step / 10)
    return Truth(failed, "diverged" if failed else None, end_step, last_step, last_at, 1.0, False)


HEALTHY = truth(failed=False, end_step=100)


def rows_of(scores, truths):
    rows = backtest_rows(given_scores(scores, truths))
    return {(row["night"], row["model_version"], row["landmark"]): row for row in rows}


def test_a_flagged_run_that_failed_later_is_foreseen_with_its_lead_and_what_it_cost():
    found = rows_of([score("a", 20, share=0.25)], {"a": truth()})
    row = found["2026-03-01", "m", "25 %"]
    counts = ("runs", "failed", "foreseen", "missed", "false_alarms", "abstained")
    assert [row[name] for name in counts] == [1, 1, 1, 0, 0, 0]
    assert (row["median_lead_steps"], row["median_lead_share"]) == (60, 0.6)
    assert (row["steps_saved"], row["hours_saved"]) == (80, pytest.approx(8.0))
    assert (row["steps_lost"], row["hours_lost"]) == (0, 0)


def test_a_healthy_run_that_was_flagged_is_a_false_alarm_whose_steps_would_be_lost():
    row = rows_of([score("a", 20)], {"a": HEALTHY})["2026-03-01", "m", ANY]
    assert (row["false_alarms"], row["foreseen"], row["missed"]) == (1, 0, 0)
    assert (row["steps_lost"], row["steps_saved"]) == (80, 0)
    assert row["median_lead_steps"] is None


@pytest.mark.parametrize("step", [80, 99])
def test_a_run_that_had_failed_already_was_detected_and_not_foreseen(step):
    assert rows_of([score("a", step)], {"a": truth()}) == {}


def test_the_last_step_of_a_healthy_run_foresees_nothing():
    assert rows_of([score("a", 100, flagged=False)], {"a": HEALTHY}) == {}


@pytest.mark.parametrize("other", [{"kind": "fitted"}, {"scored_at": None}])
def test_scores_that_are_no_test_do_not_count(other):
    assert rows_of([score("a", 20, **other)], {"a": truth()}) == {}


def test_a_run_of_unknown_outcome_does_not_count():
    assert rows_of([score("a", 20)], {}) == {}


def test_over_all_landmarks_the_first_flag_counts():
    steps = [(10, False), (25, True), (50, True)]
    scores = [score("a", step, flagged=flagged, share=step / 100) for step, flagged in steps]
    row = rows_of(scores, {"a": truth()})["2026-03-01", "m", ANY]
    assert (row["runs"], row["foreseen"], row["median_lead_steps"]) == (1, 1, 55)


def test_a_run_counts_once_a_landmark_by_its_latest_step():
    scores = [score("a", step, probability=step / 100, flagged=False) for step in (30, 10, 60)]
    row = rows_of(scores, {"a": truth()})["2026-03-01", "m", "now"]
    assert (row["runs"], row["mean_probability"], row["missed"]) == (1, 0.6, 1)


def test_nights_and_models_are_apart():
    scores = [score("a", 20), score("a", 30, model_version="n")]
    scores.append(score("a", 40, scored_at=START + timedelta(days=1)))
    assert {key[:2] for key in rows_of(scores, {"a": truth()})} == {
        ("2026-03-01", "m"),
        ("2026-03-01", "n"),
        ("2026-03-02", "m"),
    }


def test_a_model_that_abstains_is_neither_calibrated_nor_wrong():
    found = rows_of([score("a", 20, abstained=True, flagged=False)], {"a": truth()})
    row = found["2026-03-01", "m", "now"]
    assert (row["abstained"], row["missed"]) == (1, 1)
    assert "mean_probability" not in row


def calibrated(runs, seed=0):
    """Scores whose probability is the rate at which runs fail."""
    chance = np.random.default_rng(seed)
    scores, truths = [], {}
    for number in range(runs):
        risk = chance.uniform(0.05, 0.95)
        name = f"r{number:04d}"
        scores.append(score(name, 20, probability=risk, flagged=risk > 0.9))
        truths[name] = truth() if chance.random() < risk else HEALTHY
    return scores, truths


def test_the_slope_of_calibrated_scores_is_near_1_and_of_doubled_log_odds_near_one_half():
    scores, truths = calibrated(2000)
    row = rows_of(scores, truths)["2026-03-01", "m", "now"]
    assert row["calibration_slope"] == pytest.approx(1.0, abs=0.15)
    assert row["mean_probability"] == pytest.approx(row["failure_rate"], abs=0.03)
    sure = [
        each | {"probability": p**2 / (p**2 + (1 - p) ** 2)}
        for each in scores
        for p in [each["probability"]]
    ]
    row = rows_of(sure, truths)["2026-03-01", "m", "now"]
    assert row["calibration_slope"] == pytest.approx(0.5, abs=0.08)


def test_few_failures_have_no_slope():
    scores = [score(f"r{i}", 20) for i in range(LEAST_FOR_SLOPE + 20)]
    truths = {f"r{i}": truth() if i < LEAST_FOR_SLOPE - 1 else HEALTHY for i in range(40)}
    row = rows_of(scores, truths)["2026-03-01", "m", "now"]
    assert row["calibration_slope"] is None
    assert row["brier"] > 0


def test_the_order_of_scores_does_not_matter():
    scores, truths = calibrated(60)
    shuffled = [scores[place] for place in np.random.default_rng(1).permutation(len(scores))]
    assert rows_of(shuffled, truths) == rows_of(scores, truths)


def test_hours_are_of_the_runs_that_kept_a_clock():
    scores = [score("a", 20), score("b", 20, seen_at=None)]
    row = rows_of(scores, {"a": truth(), "b": truth()})["2026-03-01", "m", ANY]
    assert (row["steps_saved"], row["hours_saved"]) == (160, pytest.approx(8.0))


def test_a_landmark_is_named_by_its_share():
    assert [landmark_name(share) for share in (0.1, 0.25, 0.5, 0.3, 1.0, None)] == [
        "10 %",
        "25 %",
        "50 %",
        "now",
        "now",
        "now",
    ]
