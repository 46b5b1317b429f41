"""Log loss, Brier score, predicted over observed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, log_loss

from insight_lib.evaluation.metrics.arrays import scored_rows
from insight_lib.evaluation.metrics.log_loss import ProbabilitySums
from insight_lib.evaluation.metrics.score_kind import ScoreKind

PROBABILITIES = ["clicks", "weights", "weights with zeros", "ties", "weighted ties"]


@pytest.mark.parametrize("name", [*PROBABILITIES, "all scores equal", "three positives"])
def test_log_loss_and_brier_equal_scikit_learn(name, samples):
    sample = samples[name]
    sums = ProbabilitySums.from_rows(sample.rows)
    arguments = (sample.labels, sample.scores)
    assert sums.why_undefined(ScoreKind.PROBABILITY) is None
    assert sums.log_loss() == pytest.approx(
        log_loss(*arguments, sample_weight=sample.weights), rel=1e-12
    )
    assert sums.brier() == pytest.approx(
        brier_score_loss(*arguments, sample_weight=sample.weights), rel=1e-12
    )


def test_certain_and_wrong_costs_what_it_costs_in_scikit_learn():
    scores, labels = [0.0, 1.0, 1e-300, 0.5], [1, 0, 1, 1]
    found = ProbabilitySums.from_rows(scored_rows(scores, labels)).log_loss()
    assert found == pytest.approx(log_loss(labels, scores), rel=1e-12)


def test_one_class_has_a_log_loss_but_no_observed_rate_to_compare_with():
    sums = ProbabilitySums.from_rows(scored_rows([0.1, 0.3], [0, 0]))
    assert sums.log_loss() == pytest.approx(log_loss([0, 0], [0.1, 0.3], labels=[0, 1]))
    assert sums.predicted_over_observed() is None


@pytest.mark.parametrize("outside", [-1e-12, 1 + 1e-9, 1e308, -8.0])
def test_a_score_outside_0_and_1_makes_them_undefined(outside):
    sums = ProbabilitySums.from_rows(scored_rows([0.5, outside], [0, 1]))
    found = sums.why_undefined(ScoreKind.UNBOUNDED)
    assert found.startswith("no probabilities: 1 scores lie outside [0, 1] (if they are logits")


def test_no_weight_makes_them_undefined():
    for rows in (scored_rows([], []), scored_rows([0.5], [1], [0.0])):
        for kind in (ScoreKind.PROBABILITY, ScoreKind.LOGIT):
            reason = ProbabilitySums.from_rows(rows, kind).why_undefined(kind)
            assert reason == "no rows of positive, finite weight"


def test_predicted_over_observed_is_the_ratio_of_weighted_sums():
    rows = scored_rows([0.5, 0.25, 1.0], [1, 0, 1], [2, 4, 1])
    assert ProbabilitySums.from_rows(rows).predicted_over_observed() == pytest.approx(3 / 3)


@given(
    scores=st.lists(st.floats(0, 1), min_size=1, max_size=20),
    cut=st.integers(0, 20),
    swap=st.booleans(),
)
def test_merged_parts_equal_the_whole_in_either_order(scores, cut, swap):
    rows = scored_rows(scores, np.arange(len(scores)) % 2)
    place = np.arange(len(scores))
    parts = [ProbabilitySums.from_rows(rows.take(mask)) for mask in (place < cut, place >= cut)]
    one, two = reversed(parts) if swap else parts
    merged, whole = one.merge(ProbabilitySums.empty()).merge(two), ProbabilitySums.from_rows(rows)
    assert merged.log_loss() == pytest.approx(whole.log_loss(), rel=1e-12)
    assert merged.brier() == pytest.approx(whole.brier(), rel=1e-12, abs=1e-300)
    assert merged.weight == whole.weight
