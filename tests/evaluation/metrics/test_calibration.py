"""Calibration over bins of equal mass."""

import itertools

import numpy as np
import pytest

from insight_lib.evaluation.metrics.arrays import scored_rows
from insight_lib.evaluation.metrics.calibration import calibration_bins, expected_calibration_error
from insight_lib.evaluation.metrics.score_histogram import ScoreHistogram
from insight_lib.evaluation.metrics.score_intervals import Cells


def test_without_ties_bins_are_equal_parts_of_the_sorted_rows(clicks):
    sample = clicks(1_500)
    order = np.argsort(sample.scores)
    parts = np.array_split(order, 15)
    bins = calibration_bins(sample.cells(64))
    assert bins.weight.tolist() == [100.0] * 15
    assert np.allclose(bins.mean_score, [sample.scores[part].mean() for part in parts], rtol=1e-12)
    assert np.allclose(bins.observed, [sample.labels[part].mean() for part in parts], rtol=1e-12)


def test_the_error_is_the_weighted_distance_from_the_diagonal(samples):
    sample = samples["weights"]
    bins = calibration_bins(sample.cells(64), bins=5)
    edges = np.concatenate([[0], np.round(np.cumsum(bins.weight), 9)])
    order = np.argsort(sample.scores)
    middle = np.cumsum(sample.weights[order]) - sample.weights[order] / 2
    error = 0.0
    for low, high in itertools.pairwise(edges):
        part = order[(middle > low) & (middle < high)]
        weight = sample.weights[part]
        predicted = np.average(sample.scores[part], weights=weight)
        observed = np.average(sample.labels[part], weights=weight)
        error += weight.sum() * abs(predicted - observed)
    assert expected_calibration_error(bins) == pytest.approx(error / sample.weights.sum())


def test_weighted_bins_have_about_equal_mass(samples):
    sample = samples["weights"]
    bins = calibration_bins(sample.cells(64))
    share = sample.weights.sum() / 15
    assert np.all(np.abs(bins.weight - share) <= sample.weights.max())


def test_equal_scores_stay_in_one_bin(samples):
    sample = samples["all scores equal"]
    bins = calibration_bins(sample.cells(22))
    assert bins.weight.tolist() == [2000.0]
    assert expected_calibration_error(bins) == pytest.approx(abs(0.25 - sample.labels.mean()))


def test_scores_that_are_the_labels_have_no_error():
    rows = scored_rows([0.0, 1.0] * 50, [0, 1] * 50)
    cells = Cells.from_histogram(ScoreHistogram.from_rows(rows))
    assert expected_calibration_error(calibration_bins(cells)) == 0


def test_a_coarse_state_gives_nearly_the_same_error(clicks):
    sample = clicks(20_000)
    exact, coarse = (
        expected_calibration_error(calibration_bins(sample.cells(width))) for width in (64, 22)
    )
    assert coarse == pytest.approx(exact, abs=1e-4)
