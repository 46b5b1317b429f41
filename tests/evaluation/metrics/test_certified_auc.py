"""AUC between certified bounds."""

from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from insight_lib.errors import InputError
from insight_lib.evaluation.metrics.arrays import scored_rows
from insight_lib.evaluation.metrics.auc import auc_bounds, why_undefined
from insight_lib.evaluation.metrics.certified_auc import certified_roc_auc
from insight_lib.evaluation.metrics.score_histogram import ScoreHistogram
from insight_lib.evaluation.metrics.score_intervals import Cells


def _exact_auc(sample):
    """The AUC in rational arithmetic, by the definition over pairs."""
    weights = np.ones(len(sample.scores)) if sample.weights is None else sample.weights
    rows = list(zip(sample.scores, sample.labels, map(Fraction, weights), strict=True))
    won = sum(
        weight * other * (Fraction(1, 2) if score == against else int(score > against))
        for score, label, weight in rows
        if label == 1
        for against, rival, other in rows
        if rival == 0
    )
    positive = sum(weight for _, label, weight in rows if label == 1)
    return won / positive / sum(weight for _, label, weight in rows if label == 0)


def test_exact_mode_equals_scikit_learn(sample):
    oracle = roc_auc_score(sample.labels, sample.scores, sample_weight=sample.weights)
    auc = certified_roc_auc(sample.labels, sample.scores, sample_weight=sample.weights, tolerance=0)
    assert auc.auc == pytest.approx(oracle, abs=1e-12, rel=0)
    assert auc.lower <= oracle <= auc.upper
    assert auc.upper - auc.lower < 1e-11


@pytest.mark.parametrize("prefix_bits", [12, 16, 22, 30, 64])
def test_bounds_at_any_width_hold_scikit_learns_auc(sample, prefix_bits):
    oracle = roc_auc_score(sample.labels, sample.scores, sample_weight=sample.weights)
    bounds = auc_bounds(sample.cells(prefix_bits))
    assert 0 <= bounds.lower <= oracle <= bounds.upper <= 1
    assert bounds.lower <= bounds.value <= bounds.upper


@given(data=st.data(), prefix_bits=st.integers(12, 64))
def test_bounds_hold_the_auc_of_rational_arithmetic(data, prefix_bits, small):
    sample = data.draw(small)
    cells = sample.cells(prefix_bits)
    if why_undefined(cells.sums) is None:
        bounds = auc_bounds(cells)
        assert Fraction(bounds.lower) <= _exact_auc(sample) <= Fraction(bounds.upper)


@given(data=st.data(), tolerance=st.sampled_from([None, 0.0, 1e-3, 0.1]))
def test_refined_bounds_hold_and_are_as_close_as_asked_for(data, tolerance, small):
    sample = data.draw(small)
    auc = sample.auc(12, tolerance)
    if auc.auc is not None:
        assert Fraction(auc.lower) <= _exact_auc(sample) <= Fraction(auc.upper)
        allowed = 1e-4 if tolerance is None else tolerance
        assert auc.upper - auc.lower <= allowed + 1e-12


@pytest.mark.parametrize("size", [1.0, 2.0, 3.6e16, 1e300])
def test_scores_far_apart_on_both_sides_of_zero_all_count(size, sample_of):
    scores, labels = [0.5, 0.5, size, size, -size, -size], [0, 1, 0, 1, 1, 0]
    for tolerance in (None, 0.0):
        auc = sample_of(scores, labels).auc(12, tolerance)
        assert auc.auc == pytest.approx(roc_auc_score(labels, scores), abs=1e-12)


@pytest.mark.parametrize("rows", [5_000, 50_000])
def test_the_default_tolerance_is_a_hundredth_of_the_standard_error_or_less(rows, clicks):
    sample = clicks(rows)
    oracle = roc_auc_score(sample.labels, sample.scores)
    auc = sample.auc(16)
    assert auc.upper - auc.lower <= min(1e-4, auc.stderr / 100) + 1e-13
    assert auc.lower <= oracle <= auc.upper


def test_one_width_and_another_agree_within_their_bounds(clicks):
    sample = clicks(20_000)
    answers = [sample.auc(width) for width in (14, 18, 22, 26)]
    assert max(a.lower for a in answers) <= min(a.upper for a in answers)


def test_the_gap_of_a_coarse_state_is_the_sum_of_p_n_over_all_pairs():
    # 12 bits hold [0.5, 1) as one bucket and [0.25, 0.5) as another.
    rows = scored_rows([0.5, 0.6, 0.7, 0.3, 0.4, 0.45], [1, 0, 1, 0, 1, 0])
    bounds = auc_bounds(Cells.from_histogram(ScoreHistogram.from_rows(rows, 12)))
    assert bounds.upper - bounds.lower == pytest.approx((2 * 1 + 1 * 2) / (3 * 3), abs=1e-13)


@pytest.mark.parametrize(
    ("scores", "labels", "weights", "reason"),
    [
        ([], [], None, "no rows"),
        ([0.1, 0.2], [0, 0], None, "one class only: no positives"),
        ([0.1, 0.2], [1, 1], None, "one class only: no negatives"),
        ([0.1, 0.2], [1, 0], [0, 1], "one class only has weight"),
        ([0.1, 0.2], [1, 0], [1e-160, 1e-160], "too small or too large"),
        ([0.1, 0.2], [1, 0], [1e160, 1e160], "too small or too large"),
    ],
)
def test_an_undefined_auc_is_none_with_its_reason(scores, labels, weights, reason):
    auc = certified_roc_auc(labels, scores, sample_weight=weights)
    assert auc.auc is auc.lower is auc.upper is auc.stderr is auc.ci is None
    assert reason in auc.undefined_reason


@pytest.mark.parametrize(
    ("scores", "labels", "weights", "message"),
    [
        ([0.1, np.nan], [0, 1], None, "1 y_score that are not finite"),
        ([0.1, np.inf], [0, 1], None, "1 y_score that are not finite"),
        ([0.1, 0.2], [0, 2], None, "1 y_true other than 0 and 1"),
        ([0.1, 0.2], [0, 1], [1, -1], "1 sample_weight that are negative"),
        ([0.1, 0.2], [0, 1, 1], None, "one and the same length"),
        ([0.1, 0.2], [0, 1], 2.0, "one and the same length"),
        ([[0.1, 0.9], [0.8, 0.2]], [0, 1], None, "one and the same length"),
        (["low", "high"], [0, 1], None, "y_score are no array of numbers"),
        ([0.1, None], [0, 1], None, "y_score that are not finite"),
        ([0.1, 0.2], ["no", "yes"], None, "y_true are no array of numbers"),
        ([0.1, 0.2], [0, 1], [[1], [1, 2]], "sample_weight are no array of numbers"),
    ],
)
def test_rows_that_cannot_be_scored_are_refused(scores, labels, weights, message):
    with pytest.raises(InputError, match=message):
        certified_roc_auc(labels, scores, sample_weight=weights)


@pytest.mark.parametrize("tolerance", [-1e-9, np.nan, "0.1"])
def test_a_tolerance_that_cannot_be_met_is_refused(tolerance):
    with pytest.raises(InputError, match="0 or more"):
        certified_roc_auc([0, 1], [0.1, 0.2], tolerance=tolerance)


def test_arguments_in_the_order_of_the_scores_first_are_refused():
    with pytest.raises(InputError, match="4 y_true other than 0 and 1"):
        certified_roc_auc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])


@pytest.mark.parametrize("kind", [list, np.float32, np.bool_, pa.array, "read-only", "strided"])
def test_labels_of_any_array_give_scikit_learns_auc(kind, clicks):
    sample = clicks(2_000)
    labels = {
        "read-only": np.broadcast_to(sample.labels, sample.labels.shape),
        "strided": np.repeat(sample.labels, 2)[::2],
    }.get(kind)
    labels = kind(sample.labels) if labels is None else labels
    found = certified_roc_auc(labels, sample.scores, tolerance=0)
    assert found.auc == pytest.approx(roc_auc_score(sample.labels, sample.scores), abs=1e-12)
    assert found.ci[0] < found.auc < found.ci[1]
