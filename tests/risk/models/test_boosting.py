"""Our walk over exported trees against scikit-learn's own predictions."""

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from insight_lib.risk.models.boosting import BoostedTrees, exported


@pytest.fixture(scope="module")
def data():
    random = np.random.default_rng(1)
    values = random.normal(size=(200, 4)).astype(np.float32).astype(np.float64)
    failed = (values[:, 0] - values[:, 1] + random.normal(size=200) > 0).astype(np.float64)
    values[random.random(values.shape) < 0.2] = np.nan
    return values, failed


def small(directions, **settings):
    return BoostedTrees(directions, iterations=8, members=2, **settings)


def test_the_walk_gives_the_decision_function_of_scikit_learn(data):
    values, failed = data
    theirs = HistGradientBoostingClassifier(max_iter=10, early_stopping=False).fit(values, failed)
    unseen = np.vstack([values, np.full((1, 4), np.nan), np.full((1, 4), 1e30)])
    np.testing.assert_allclose(
        exported(theirs).log_odds(unseen), theirs.decision_function(unseen), rtol=0, atol=1e-12
    )


def test_the_same_seed_gives_the_same_bits_and_another_one_another_model(data):
    values, failed = data
    weight = np.ones(len(failed))
    first, again, other = (
        small((0,) * 4).fit(values, failed, weight, seed).log_odds(values) for seed in (0, 0, 1)
    )
    assert first.tobytes() == again.tobytes()
    assert not np.array_equal(first, other)


def test_more_of_a_feature_with_a_direction_never_speaks_against_it(data):
    values, failed = data
    # The second feature lowers the risk in these data; the model is told that it cannot.
    model = small((1, 1, 0, -1)).fit(values, failed, np.ones(len(failed)), 0)
    for column, sign in ((0, 1), (1, 1), (3, -1)):
        line = np.repeat(values[:20], 15, axis=0)
        line[:, column] = np.tile(np.linspace(-3, 3, 15), 20)
        moves = np.diff(model.log_odds(line).reshape(20, 15), axis=1) * sign
        assert moves.min() >= -1e-12


def test_a_column_that_is_known_nowhere_is_passed_over(data):
    values, failed = data
    wider = np.insert(values, 1, np.nan, axis=1)
    model = small((0,) * 5).fit(wider, failed, np.ones(len(failed)), 0)
    narrow = small((0,) * 4).fit(values, failed, np.ones(len(failed)), 0)
    np.testing.assert_array_equal(model.log_odds(wider), narrow.log_odds(values))
    assert 1 not in model.feature[model.threshold != 0]


def test_many_rows_are_walked_in_parts_with_the_same_result(data, monkeypatch):
    values, failed = data
    model = small((0,) * 4).fit(values, failed, np.ones(len(failed)), 0)
    whole = model.log_odds(values)
    monkeypatch.setattr("insight_lib.risk.models.trees._CELLS_AT_ONCE", 100)
    np.testing.assert_array_equal(model.log_odds(values), whole)
