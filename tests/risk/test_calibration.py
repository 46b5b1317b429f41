"""Metrics of probabilities, against direct sums over pairs, ranks and bins."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight_lib.risk.calibration import calibration_error, quality

predictions = st.lists(
    st.tuples(st.sampled_from([0.0, 1.0]), st.integers(1, 19).map(lambda i: i / 20)), min_size=1
)


def auc_by_pairs(rows):
    """Every failed run against every healthy one; O(n^2)."""
    wins = [
        (1.0 if p > q else 0.5 if p == q else 0.0)
        for f, p in rows
        for h, q in rows
        if f == 1 and h == 0
    ]
    return sum(wins) / len(wins)


def average_precision_by_thresholds(rows):
    failed = sum(f for f, _ in rows)
    total, recall = 0.0, 0.0
    for threshold in sorted({p for _, p in rows}, reverse=True):
        chosen = [f for f, p in rows if p >= threshold]
        gained = sum(chosen) / failed - recall
        recall += gained
        total += gained * sum(chosen) / len(chosen)
    return total


@given(predictions)
def test_metrics_equal_their_definitions_and_are_undefined_with_a_reason(rows):
    failed, p = np.array(rows).T
    found = quality(failed, p)
    assert found.brier == pytest.approx(sum((q - f) ** 2 for f, q in rows) / len(rows))
    losses = [-math.log(q if f else 1 - q) for f, q in rows]
    assert found.log_loss == pytest.approx(sum(losses) / len(rows))
    rate = failed.mean()
    assert found.base_rate_brier == pytest.approx(rate * (1 - rate))
    if 0 < rate < 1:
        assert found.roc_auc == pytest.approx(auc_by_pairs(rows))
        assert found.average_precision == pytest.approx(average_precision_by_thresholds(rows))
    else:
        assert (found.roc_auc, found.average_precision) == (None, None)
        assert {"roc_auc", "average_precision"} <= found.undefined.keys()


@given(predictions, st.randoms())
def test_no_metric_depends_on_the_order_of_runs(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    first, second = (quality(*np.array(one).T) for one in (rows, shuffled))
    assert first.undefined == second.undefined
    assert first.calibration_error == pytest.approx(second.calibration_error, nan_ok=True)


def test_the_calibration_error_is_the_mean_gap_of_equal_bins():
    p = np.repeat([0.1, 0.9], 5)
    failed = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1, 1], dtype=np.float64)
    assert calibration_error(failed, p) == pytest.approx((abs(0.1 - 0.2) + abs(0.9 - 1.0)) / 2)


def test_the_stated_floor_of_the_calibration_error_holds():
    random = np.random.default_rng(0)
    found = []
    for _ in range(400):
        p = random.uniform(size=40)
        found.append(calibration_error((random.uniform(size=40) < p).astype(np.float64), p))
    assert np.mean(found) == pytest.approx(0.14, abs=0.01)


def test_a_perfect_certain_model_has_no_error():
    failed = np.array([0.0, 1.0] * 10)
    found = quality(failed, failed)
    assert (found.roc_auc, found.average_precision, found.brier) == (1, 1, 0)
    assert found.calibration_error == 0
    assert not found.undefined


def test_few_runs_have_no_calibration_error_and_no_run_has_nothing():
    few = quality(np.array([0.0, 1.0]), np.array([0.2, 0.8]))
    assert few.calibration_error is None
    assert few.undefined.keys() == {"calibration_error"}
    none = quality(np.zeros(0), np.zeros(0))
    assert len(none.undefined) == 7
