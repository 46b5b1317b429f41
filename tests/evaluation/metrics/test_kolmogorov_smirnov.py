"""The Kolmogorov-Smirnov distance of the two classes' scores."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ks_2samp
from sklearn.metrics import roc_curve

from insight_lib.evaluation.metrics.arrays import scored_rows
from insight_lib.evaluation.metrics.auc import why_undefined
from insight_lib.evaluation.metrics.kolmogorov_smirnov import (
    cells_that_may_exceed_the_distance,
    class_distance,
)
from insight_lib.evaluation.metrics.refinement import refine_by, splitter
from insight_lib.evaluation.metrics.score_histogram import ScoreHistogram
from insight_lib.evaluation.metrics.score_intervals import Cells

# Of both sides' sums of up to 300,000 terms.
ROUNDING = 1e-12


def _oracle(sample):
    false, true, _ = roc_curve(
        sample.labels, sample.scores, sample_weight=sample.weights, drop_intermediate=False
    )
    return np.abs(true - false).max()


def _share_up_to(sample, label, score):
    weights = np.ones(len(sample.scores)) if sample.weights is None else sample.weights
    mine = sample.labels == label
    return weights[mine & (sample.scores <= score)].sum() / weights[mine].sum()


def test_over_single_scores_it_is_the_greatest_distance_of_scikit_learns_rates(sample):
    found = class_distance(sample.cells(64))
    assert found.value == pytest.approx(_oracle(sample), abs=ROUNDING)
    assert found.upper == found.value


def test_without_weights_it_is_scipys_statistic(clicks):
    sample = clicks(5_000)
    found = class_distance(sample.cells(64))
    positive, negative = (sample.scores[sample.labels == label] for label in (1, 0))
    scipys = ks_2samp(positive, negative)
    assert found.value == pytest.approx(scipys.statistic, abs=ROUNDING)
    assert found.score == scipys.statistic_location


@pytest.mark.parametrize("prefix_bits", [12, 16, 22])
def test_at_its_score_it_is_exact_at_any_width(sample, prefix_bits):
    found = class_distance(sample.cells(prefix_bits))
    one, other = (_share_up_to(sample, label, found.score) for label in (1, 0))
    assert found.value == pytest.approx(abs(one - other), abs=1e-11)


@given(data=st.data(), prefix_bits=st.integers(12, 64))
def test_bounds_hold_on_small_samples(data, prefix_bits, small):
    sample = data.draw(small)
    cells = sample.cells(prefix_bits)
    if why_undefined(cells.sums) is None:
        found = class_distance(cells)
        assert found.value - ROUNDING <= _oracle(sample) <= found.upper + ROUNDING


@given(data=st.data(), tolerance=st.sampled_from([0.0, 1e-3, 0.1]))
def test_refined_bounds_hold_and_are_as_close_as_asked_for(data, tolerance, small):
    sample = data.draw(small)
    cells = sample.cells(12)
    if why_undefined(cells.sums) is None:
        found = class_distance(_refined(sample, cells, tolerance))
        assert found.value - ROUNDING <= _oracle(sample) <= found.upper + ROUNDING
        assert found.upper - found.value <= tolerance + ROUNDING


def test_few_cells_are_split(clicks):
    sample = clicks(50_000)
    cells = sample.cells(16)
    chosen = cells_that_may_exceed_the_distance(cells, 1e-4)
    assert 0 < chosen.sum() < len(cells) / 4
    found = class_distance(_refined(sample, cells, 1e-4))
    assert found.value <= _oracle(sample) + ROUNDING
    assert _oracle(sample) - ROUNDING <= found.upper <= found.value + 1e-4 + ROUNDING


def test_classes_that_do_not_overlap_are_1_apart_from_the_lower_ones_highest_score_on():
    rows = scored_rows([-2.0, -1.0, 3.0, 4.0], [0, 0, 1, 1])
    found = class_distance(Cells.from_histogram(ScoreHistogram.from_rows(rows, 64)))
    assert (found.value, found.upper, found.score) == (1.0, 1.0, -1.0)


def _refined(sample, cells, tolerance):
    return refine_by(
        splitter(sample.rows), cells, lambda now: cells_that_may_exceed_the_distance(now, tolerance)
    )
