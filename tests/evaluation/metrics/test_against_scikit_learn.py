"""Every metric and curve of a group of rows compared with scikit-learn's, on what scores can be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from insight_lib.evaluation.metrics.evaluate import curves_of, evaluate

# Of both sides' sums of up to a million terms.
ROUNDING = 1e-10
GAP = 1e-4 + ROUNDING


def _a_million_rows_with_3_positives(make):
    labels = np.zeros(1_000_000, int)
    labels[[7, 400_000, 999_999]] = 1
    return make(np.random.default_rng(9).beta(1, 40, 1_000_000), labels)


@pytest.fixture(scope="module")
def every_sample(samples):
    make = type(samples["clicks"])
    return samples | {"a million rows": _a_million_rows_with_3_positives(make)}


NAMES = [
    *("clicks", "weights", "weights with zeros", "ties", "weighted ties", "all scores equal"),
    *("logits", "tiny and huge", "subnormal", "zeros of both signs", "separable", "a million rows"),
]


@pytest.mark.parametrize("name", NAMES)
def test_ranking_metrics_hold_scikit_learns_within_bounds_a_ten_thousandth_apart(
    name, every_sample
):
    _assert_ranking(every_sample[name])


@given(data=st.data())
def test_they_do_on_any_small_sample(data, small_dyadic):
    sample = data.draw(small_dyadic)
    if _has_both_classes(sample):
        _assert_ranking(sample)


@pytest.mark.parametrize("name", NAMES)
def test_metrics_of_probabilities_equal_scikit_learns_or_say_why_not(name, every_sample):
    sample = every_sample[name]
    found = evaluate(sample.rows).metrics
    if sample.scores.min() < 0 or sample.scores.max() > 1:
        names = ("log_loss", "brier", "true_positives", "precision", "accuracy", "f1")
        assert all(found[each] is None for each in names)
        assert "scores lie outside [0, 1]" in found["undefined_reason"]
        return
    columns, weights = (sample.labels, sample.scores), {"sample_weight": sample.weights}
    assert found["log_loss"] == pytest.approx(metrics.log_loss(*columns, **weights))
    assert found["brier"] == pytest.approx(metrics.brier_score_loss(*columns, **weights))
    called = (sample.labels, sample.scores >= 0.5)
    assert found["accuracy"] == pytest.approx(metrics.accuracy_score(*called, **weights))
    assert found["recall"] == pytest.approx(metrics.recall_score(*called, **weights))
    assert found["f1"] == pytest.approx(metrics.f1_score(*called, **weights))


@pytest.mark.parametrize("name", NAMES)
def test_roc_and_pr_curves_hold_only_points_of_scikit_learns_or_of_its_cells(name, every_sample):
    sample = every_sample[name]
    curves = {curve.name: curve for curve in curves_of(evaluate(sample.rows))}
    false, true, _ = metrics.roc_curve(
        sample.labels, sample.scores, sample_weight=sample.weights, drop_intermediate=False
    )
    roc = curves["roc"]
    assert len(roc.x) <= 512
    # A vertical line has many rates at one x: the curve lies between the least and the greatest.
    low = np.interp(roc.x - ROUNDING, false, true)
    high = np.interp(roc.x + ROUNDING, false, true)
    assert np.all((low - 1e-6 <= roc.y) & (roc.y <= high + 1e-6))
    area = metrics.auc(roc.x, roc.y)
    exact = metrics.roc_auc_score(sample.labels, sample.scores, sample_weight=sample.weights)
    assert area == pytest.approx(exact, abs=roc.thinning_error + GAP)
    pr = curves["pr"]
    assert (pr.x[0], pr.y[0]) == (0, 1)
    assert pr.x[-1] == pytest.approx(1)
    assert pr.y[-1] == pytest.approx(np.average(sample.labels, weights=sample.weights))


def _has_both_classes(sample):
    weights = sample.rows.weights
    return min(weights[sample.labels == label].sum() for label in (0, 1)) > 0


def _assert_ranking(sample):
    found = evaluate(sample.rows).metrics
    columns, weights = (sample.labels, sample.scores), {"sample_weight": sample.weights}
    false, true, _ = metrics.roc_curve(*columns, **weights, drop_intermediate=False)
    precision, recall, _ = metrics.precision_recall_curve(*columns, **weights)
    both = np.where(precision + recall > 0, precision + recall, 1)
    for exact, lower, upper in (
        (metrics.roc_auc_score(*columns, **weights), "auc_lower", "auc_upper"),
        (
            metrics.average_precision_score(*columns, **weights),
            "average_precision_lower",
            "average_precision_upper",
        ),
        (np.abs(true - false).max(), "ks", "ks_upper"),
        ((2 * precision * recall / both).max(), "best_f1", "best_f1_upper"),
    ):
        assert found[lower] - ROUNDING <= exact <= found[upper] + ROUNDING, lower
        assert found[upper] - found[lower] <= GAP, lower
    f1 = metrics.f1_score(sample.labels, sample.scores >= found["best_f1_threshold"], **weights)
    assert found["best_f1"] == pytest.approx(f1)
