"""Counts and shares at a threshold, and the best F1."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from insight_lib.evaluation.metrics.arrays import scored_rows
from insight_lib.evaluation.metrics.auc import why_undefined
from insight_lib.evaluation.metrics.confusion import (
    best_f1,
    cells_that_may_exceed_the_best_f1,
    confusion_at,
)
from insight_lib.evaluation.metrics.refinement import refine_by, splitter
from insight_lib.evaluation.metrics.score_histogram import ScoreHistogram
from insight_lib.evaluation.metrics.score_intervals import Cells

# Of both sides' sums of up to 300,000 terms.
ROUNDING = 1e-12


def _best(sample):
    precision, recall, _ = metrics.precision_recall_curve(
        sample.labels, sample.scores, sample_weight=sample.weights
    )
    both = precision + recall
    return (2 * precision * recall / np.where(both > 0, both, 1)).max()


def _called(sample, threshold):
    return (sample.labels, sample.scores >= threshold)


@pytest.mark.parametrize("prefix_bits", [12, 22, 64])
@pytest.mark.parametrize("threshold", [0.5, 0.25, 2.0**-6])
def test_counts_and_shares_at_a_power_of_two_equal_scikit_learns(sample, threshold, prefix_bits):
    found = confusion_at(sample.cells(prefix_bits), threshold)
    weighted = {"sample_weight": sample.weights}
    called = _called(sample, threshold)
    (true_negative, false_positive), (false_negative, true_positive) = metrics.confusion_matrix(
        *called, labels=[0, 1], **weighted
    )
    assert found.true_positives == pytest.approx(true_positive, abs=1e-9)
    assert found.false_positives == pytest.approx(false_positive, abs=1e-9)
    assert found.true_negatives == pytest.approx(true_negative, abs=1e-9)
    assert found.false_negatives == pytest.approx(false_negative, abs=1e-9)
    assert found.accuracy == pytest.approx(metrics.accuracy_score(*called, **weighted))
    assert found.recall == pytest.approx(metrics.recall_score(*called, **weighted))
    assert found.f1 == pytest.approx(metrics.f1_score(*called, **weighted))
    if true_positive + false_positive > 0:
        precision = metrics.precision_score(*called, **weighted)
        assert found.precision == pytest.approx(precision)
    else:
        assert found.precision is None


def test_what_has_no_denominator_is_none():
    def at_half(scores, labels):
        rows = scored_rows(scores, labels)
        return confusion_at(Cells.from_histogram(ScoreHistogram.from_rows(rows)), 0.5)

    below = at_half([0.1, 0.2], [0, 0])
    assert (below.precision, below.recall, below.f1, below.accuracy) == (None, None, None, 1.0)
    above = at_half([0.5, 0.2], [0, 0])
    assert (above.precision, above.recall, above.f1, above.accuracy) == (0.0, None, 0.0, 0.5)
    nothing = at_half([], [])
    assert (nothing.precision, nothing.recall, nothing.f1, nothing.accuracy) == (None,) * 4


def test_over_single_scores_the_best_f1_equals_the_best_of_scikit_learns_curve(sample):
    found = best_f1(sample.cells(64))
    assert found.confusion.f1 == pytest.approx(_best(sample), abs=ROUNDING)
    assert found.upper == pytest.approx(found.confusion.f1, abs=ROUNDING)


@pytest.mark.parametrize("prefix_bits", [12, 16, 22, 64])
def test_at_the_best_threshold_scikit_learn_finds_the_same(sample, prefix_bits):
    found = best_f1(sample.cells(prefix_bits))
    called, weighted = _called(sample, found.threshold), {"sample_weight": sample.weights}
    assert found.confusion.f1 == pytest.approx(metrics.f1_score(*called, **weighted))
    assert found.confusion.precision == pytest.approx(metrics.precision_score(*called, **weighted))
    assert found.confusion.recall == pytest.approx(metrics.recall_score(*called, **weighted))
    assert found.confusion.f1 - ROUNDING <= _best(sample) <= found.upper + ROUNDING


@given(data=st.data(), prefix_bits=st.integers(12, 64))
def test_bounds_of_the_best_f1_hold_on_small_samples(data, prefix_bits, small):
    sample = data.draw(small)
    cells = sample.cells(prefix_bits)
    if why_undefined(cells.sums) is None:
        found = best_f1(cells)
        assert found.confusion.f1 - ROUNDING <= _best(sample) <= found.upper + ROUNDING


@given(data=st.data(), tolerance=st.sampled_from([0.0, 1e-3, 0.1]))
def test_refined_bounds_hold_and_are_as_close_as_asked_for(data, tolerance, small):
    sample = data.draw(small)
    cells = sample.cells(12)
    if why_undefined(cells.sums) is None:
        found = best_f1(_refined(sample, cells, tolerance))
        assert found.confusion.f1 - ROUNDING <= _best(sample) <= found.upper + ROUNDING
        assert found.upper - found.confusion.f1 <= tolerance + ROUNDING


def test_few_cells_are_split(clicks):
    sample = clicks(50_000)
    cells = sample.cells(16)
    assert 0 < cells_that_may_exceed_the_best_f1(cells, 1e-4).sum() < len(cells) / 4
    found = best_f1(_refined(sample, cells, 1e-4))
    assert _best(sample) - ROUNDING <= found.upper <= found.confusion.f1 + 1e-4 + ROUNDING


def test_of_equally_good_thresholds_the_highest_is_reported():
    # From 0.8 on F1 is 2 / 3, and again from 0.2 on.
    rows = scored_rows([0.8, 0.6, 0.4, 0.2], [1, 0, 0, 1])
    found = best_f1(Cells.from_histogram(ScoreHistogram.from_rows(rows, 64)))
    assert found.threshold == 0.8
    assert found.confusion.f1 == pytest.approx(2 / 3)


def _refined(sample, cells, tolerance):
    return refine_by(
        splitter(sample.rows), cells, lambda now: cells_that_may_exceed_the_best_f1(now, tolerance)
    )
