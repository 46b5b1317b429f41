"""The regression against scikit-learn's, and what unknown and extreme values do."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from insight_lib.risk.models.logistic import STANDARD_LIMIT, Logistic, standardised


@pytest.fixture
def data():
    random = np.random.default_rng(3)
    values = random.uniform(-1, 1, (80, 3)) * [1, 10, 0.01] + [0, 5, 1]
    failed = (values[:, 0] + random.uniform(-0.7, 0.7, 80) > 0.2).astype(np.float64)
    return values, failed


@pytest.mark.parametrize("strength", [1.0, 30.0])
def test_it_is_scikit_learns_regression_of_the_standardised_features(data, strength):
    values, failed = data
    ours = Logistic((0, 0, 0), strength).fit(values, failed, np.ones(80), 0)
    inputs = standardised(values, ours.medians, ours.scales)
    theirs = LogisticRegression(C=1 / strength, tol=1e-10).fit(inputs, failed)
    np.testing.assert_allclose(ours.log_odds(values), theirs.decision_function(inputs), atol=1e-4)


def test_a_coefficient_never_goes_against_its_direction(data):
    values, failed = data
    free = Logistic((0, 0, 0), 1.0).fit(values, failed, np.ones(80), 0)
    assert free.coefficients[0] > 0
    bound = Logistic((-1, 0, 0), 1.0).fit(values, failed, np.ones(80), 0)
    assert bound.coefficients[0] == 0


def test_an_unknown_value_stands_at_the_median_and_says_little(data):
    values, failed = data
    values[::4, 1] = np.nan
    model = Logistic((0, 0, 0)).fit(values, failed, np.ones(80), 0)
    at_median, unknown = values[:1].copy(), values[:1].copy()
    at_median[0, 1], unknown[0, 1] = model.medians[1], np.nan
    added = model.log_odds(unknown) - model.log_odds(at_median)
    np.testing.assert_allclose(added, model.missing_coefficients[1])
    assert model.missing_coefficients[0] == 0


def test_an_extreme_value_counts_no_more_than_the_limit(data):
    values, failed = data
    model = Logistic((0, 0, 0)).fit(values, failed, np.ones(80), 0)
    far, farther = values[:1].copy(), values[:1].copy()
    far[0, 0], farther[0, 0] = 1e3, 1e30
    assert model.log_odds(far) == model.log_odds(farther)
    limit = model.medians[0] + STANDARD_LIMIT * model.scales[0]
    far[0, 0] = limit
    assert model.log_odds(far) == pytest.approx(model.log_odds(farther))


def test_a_feature_without_variation_or_never_known_adds_nothing(data):
    values, failed = data
    values[:, 1], values[:, 2] = 0.1, np.nan
    model = Logistic((0, 0, 0)).fit(values, failed, np.ones(80), 0)
    assert model.coefficients[1:].tolist() == [0, 0]
