import numpy as np
import pytest

from tests.bench.risk.intervals import auc_interval, group_weights, interval
from tests.bench.risk.ranking import auc


def test_a_resample_takes_groups_whole_and_as_many_as_there_are():
    groups = np.array(["a", "b", "b", "c"])
    weights = group_weights(groups, 50)
    assert (weights[:, 1] == weights[:, 2]).all()
    assert (weights[:, [0, 1, 3]].sum(axis=1) == 3).all()
    assert len(np.unique(weights, axis=0)) > 5


def test_runs_that_are_alike_widen_the_interval():
    rng = np.random.default_rng(0)
    failed = np.repeat(rng.random(30) < 0.5, 10)
    scores = np.repeat(rng.normal(size=30), 10) + failed
    alone = np.arange(300).astype(str)
    programs = np.repeat(np.arange(30), 10).astype(str)
    narrow, wide = (np.ptp(auc_interval(failed, scores, one)) for one in (alone, programs))
    assert wide > 1.5 * narrow
    low, high = auc_interval(failed, scores, programs)
    assert low < auc(failed, scores) < high


def test_unknown_resamples_are_left_out():
    assert interval(np.array([np.nan, 1.0, 1.0])) == (1.0, 1.0)
    assert np.isnan(interval(np.array([np.nan]))).all()


def test_intervals_repeat():
    failed, scores = np.array([True, False] * 20), np.arange(40.0)
    groups = np.repeat(["a", "b", "c", "d"], 10)
    assert auc_interval(failed, scores, groups) == pytest.approx(
        auc_interval(failed, scores, groups), abs=0
    )
