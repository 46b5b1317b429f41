"""A model of kinds of failure whose weights are known."""

from dataclasses import replace

import numpy as np
import pytest

from insight_lib.errors import InputError
from insight_lib.risk.models.kinds import KindModel, kinds_of, log_softmax

MODEL = KindModel(
    kinds=("at_chance", "diverged", "other"),
    medians=np.array([1.0, 0.0]),
    scales=np.array([2.0, 1.0]),
    coefficients=np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]),
    missing_coefficients=np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 4.0]]),
    intercepts=np.array([[0.0, 0.0, 0.0], [0.0, 3.0, 0.0]]),
    is_told=np.array([True, False]),
)
AT_FIRST = np.zeros(2, dtype=np.intp)


def test_probabilities_are_the_softmax_of_the_intercept_and_what_each_feature_adds():
    found = np.exp(MODEL.log_probabilities(np.array([[3.0, 2.0], [1.0, np.nan]]), AT_FIRST))
    odds = np.exp([[1.0, 2.0, 0.0], [0.0, 0.0, 4.0]])
    np.testing.assert_allclose(found, odds / odds.sum(axis=1, keepdims=True))


def test_each_landmark_has_its_own_intercepts():
    row = np.array([[1.0, 0.0]])
    at_last = np.ones(1, dtype=np.intp)
    assert MODEL.log_probabilities(row, at_last).argmax() == 1


def test_the_most_probable_kind_is_expected_where_it_is_told():
    rows = np.array([[9.0, 0.0], [1.0, np.nan], [9.0, 0.0]])
    kinds, probability = MODEL.expected(rows, np.array([0, 0, 1]))
    assert kinds == ("at_chance", "other", None)
    odds = [np.exp(3.0), np.exp(4.0)]  # 9 lies more than the limit of 3 scales off
    np.testing.assert_allclose(probability[:2], [one / (one + 2) for one in odds])
    assert np.isnan(probability[2])


def test_a_softmax_of_huge_log_odds_does_not_overflow():
    found = log_softmax(np.array([[1e6, 0.0, -1e6]]))
    np.testing.assert_allclose(found, [[0.0, -1e6, -2e6]])


def test_the_arrays_give_the_same_model():
    rows, landmark = np.array([[3.0, np.nan], [0.5, -1.0]]), np.array([0, 1])
    again = kinds_of(MODEL.arrays(), MODEL.kinds, landmarks=1, columns=2)
    np.testing.assert_array_equal(
        again.log_probabilities(rows, landmark), MODEL.log_probabilities(rows, landmark)
    )
    assert again.is_told.tolist() == MODEL.is_told.tolist()


@pytest.mark.parametrize(
    ("model", "landmarks", "columns"),
    [
        (MODEL, 2, 2),
        (MODEL, 1, 3),
        (replace(MODEL, kinds=("at_chance",)), 1, 2),
        (replace(MODEL, is_told=np.array([True])), 1, 2),
    ],
    ids=["landmarks", "columns", "kinds", "told"],
)
def test_arrays_of_other_kinds_landmarks_or_features_are_refused(model, landmarks, columns):
    with pytest.raises(InputError, match="its kinds of failure do not fit"):
        kinds_of(model.arrays(), model.kinds, landmarks, columns)
