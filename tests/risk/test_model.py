"""The model against scikit-learn used directly, and its behaviour on odd input."""

import math
import sys

import numpy as np
import pytest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from insight_lib.errors import MissingExtraError
from insight_lib.risk.matrix import FeatureMatrix, feature_matrix
from insight_lib.risk.model import STANDARD_LIMIT, fit, probability_of


def matrix_of(values):
    values = np.asarray(values, dtype=np.float64)
    runs = tuple(f"r{i}" for i in range(len(values)))
    return FeatureMatrix(runs, tuple("abcdefgh"[: values.shape[1]]), values)


@pytest.fixture
def data():
    # Uniform, so that no standardised value comes near the limit at which it would be cut.
    random = np.random.default_rng(3)
    values = random.uniform(-1, 1, (60, 4)) * [1, 10, 0.01, 3] + [0, 5, 1, -2]
    failed = (values[:, 0] + random.uniform(-0.7, 0.7, 60) > 0.2).astype(np.float64)
    return values, failed


@pytest.mark.parametrize("strength", [1.0, 10.0, 100.0])
def test_it_is_scikit_learns_scaler_and_logistic_regression(data, strength):
    values, failed = data
    theirs = make_pipeline(StandardScaler(), LogisticRegression(C=1 / strength, tol=1e-8))
    theirs.fit(values, failed)
    ours = fit(matrix_of(values), failed, strength)
    np.testing.assert_allclose(
        probability_of(ours.log_odds(matrix_of(values))),
        theirs.predict_proba(values)[:, 1],
        atol=1e-6,
    )


def test_unknown_values_are_scikit_learns_mean_with_an_indicator(data):
    values, failed = data
    values[::4, 1] = math.nan
    values[::7, 3] = math.nan
    imputer = SimpleImputer(strategy="mean", add_indicator=True)
    imputed = imputer.fit_transform(values)
    scaled = imputed.copy()
    scaled[:, :4] = (imputed[:, :4] - np.nanmean(values, axis=0)) / np.nanstd(values, axis=0)
    theirs = LogisticRegression(C=0.2, tol=1e-8).fit(scaled, failed)
    ours = fit(matrix_of(values), failed, 5.0)
    np.testing.assert_allclose(
        probability_of(ours.log_odds(matrix_of(values))),
        theirs.predict_proba(scaled)[:, 1],
        atol=1e-6,
    )
    assert ours.missing_coefficients[[0, 2]].tolist() == [0, 0]
    assert np.all(ours.missing_coefficients[[1, 3]] != 0)


def test_effects_and_intercept_add_up_to_the_log_odds(data):
    values, failed = data
    values[::4, 1] = math.nan
    matrix = matrix_of(values)
    model = fit(matrix, failed, 10.0)
    total = model.intercept + model.effects(matrix).sum(axis=1)
    np.testing.assert_allclose(model.log_odds(matrix), total)


def test_a_feature_without_variation_is_left_out(data):
    values, failed = data
    values[:, 1] = 0.1
    values[:, 2] = math.nan
    assert fit(matrix_of(values), failed, 10.0).names == ("a", "d")


def test_without_any_feature_it_predicts_the_base_rate():
    matrix = matrix_of(np.zeros((8, 0)))
    model = fit(matrix, np.array([1, 1, 0, 0, 0, 0, 0, 0], dtype=np.float64), 10.0)
    np.testing.assert_allclose(probability_of(model.log_odds(matrix)), 0.25)


def test_a_feature_unknown_only_when_scoring_stands_at_its_mean(data, feature_rows):
    values, failed = data
    model = fit(matrix_of(values), failed, 10.0)
    strange = feature_matrix(feature_rows({"new": {"never_seen": 5.0}}))
    assert model.log_odds(strange)[0] == model.intercept


def test_an_extreme_value_counts_no_more_than_the_limit(data):
    values, failed = data
    model = fit(matrix_of(values), failed, 10.0)
    far = matrix_of([[1e30, *values[0, 1:]]])
    assert model.effects(far)[0, 0] == pytest.approx(STANDARD_LIMIT * model.coefficients[0])


def test_probabilities_of_extreme_log_odds_do_not_overflow():
    np.testing.assert_array_equal(probability_of(np.array([-1e4, 0.0, 1e4])), [0, 0.5, 1])


def test_without_scikit_learn_the_extra_to_install_is_named(data, monkeypatch):
    # None in sys.modules is how Python itself says that a module cannot be imported.
    monkeypatch.setitem(sys.modules, "sklearn.linear_model", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'insight-lib\[risk\]'"):
        fit(matrix_of(data[0]), data[1], 10.0)
