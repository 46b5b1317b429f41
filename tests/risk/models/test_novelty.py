"""Novelty against scikit-learn's forest, and what it is to rise with."""

import numpy as np
import pytest
from sklearn.ensemble import IsolationForest

from insight_lib.risk.models.healthy import describe_healthy
from insight_lib.risk.models.novelty import FOREST_ROWS, FOREST_TREES, fit_novelty


@pytest.fixture(scope="module")
def seen():
    random = np.random.default_rng(0)
    values = random.normal(size=(400, 5))
    values[random.random(values.shape) < 0.1] = np.nan
    return values, np.arange(400) % 2


@pytest.fixture(scope="module")
def novelty(seen):
    values, landmark = seen
    return fit_novelty(values, landmark, describe_healthy(values, landmark, 2), 0)


def test_the_forest_ranks_as_that_of_scikit_learn(seen, novelty):
    values, landmark = seen
    inputs = np.nan_to_num(novelty.healthy.deviation(values, landmark))
    theirs = IsolationForest(n_estimators=FOREST_TREES, max_samples=FOREST_ROWS, random_state=0)
    scores = -theirs.fit(inputs).score_samples(inputs)
    # scikit-learn looks at float32, so a value on a threshold may go the other way.
    ours = novelty.forest.log_odds(inputs)
    assert np.corrcoef(np.argsort(np.argsort(scores)), np.argsort(np.argsort(ours)))[0, 1] > 0.999


def test_runs_that_were_seen_spread_over_all_quantiles(seen, novelty):
    found = novelty.of(*seen)
    assert found.min() >= 0
    assert found.max() <= 1
    assert np.mean(found > 0.9) == pytest.approx(0.1, abs=0.02)


def test_it_rises_with_the_distance_up_to_one(novelty):
    rows = np.outer([0.5, 1, 2, 4, 8], np.ones(5))
    found = novelty.of(rows, np.zeros(5, dtype=np.intp))
    assert (np.diff(found) >= 0).all()
    assert found[-1] == 1


def test_a_run_is_compared_with_healthy_ones_at_its_own_landmark():
    random = np.random.default_rng(0)
    landmark = np.repeat([0, 1], 200)
    values = random.normal(size=(400, 3)) + 10 * landmark[:, np.newaxis]
    healthy = describe_healthy(values, landmark, 2)
    novelty = fit_novelty(values, landmark, healthy, 0)
    late = np.full((1, 3), 10.0)
    assert novelty.of(late, np.array([1]))[0] < 0.5
    assert novelty.of(late, np.array([0]))[0] == 1


def test_a_feature_that_no_healthy_run_has_is_passed_over(seen):
    values, landmark = seen
    wider = np.insert(values, 5, np.nan, axis=1)
    healthy = describe_healthy(wider, landmark, 2)
    wider[:, 5] = 7.0
    assert np.isnan(healthy.deviation(wider, landmark)[:, 5]).all()


def test_the_same_seed_gives_the_same_bits(seen, novelty):
    values, landmark = seen
    again = fit_novelty(values, landmark, describe_healthy(values, landmark, 2), 0)
    for name, one in novelty.arrays().items():
        assert one.tobytes() == again.arrays()[name].tobytes()
