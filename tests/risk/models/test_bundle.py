"""Scores of a bundle whose parts are known."""

from dataclasses import replace

import numpy as np
import pytest

from insight_lib.errors import InputError
from insight_lib.risk.models.correction import Correction
from insight_lib.risk.models.matrix import FeatureMatrix

HEALTHY = [-0.5, 0.1, 0.0, -3.0]
SICK = [0.5, 0.1, 0.4, -5.0]
NOT_KNOWN = np.nan


def test_a_score_is_the_blend_calibrated_at_the_nearest_landmark(bundle, matrix_of):
    found = bundle.score(matrix_of(SICK, SICK, SICK), np.array([0.1, 0.6, np.nan]))
    plain = 0.5 * 2.0 + 0.5 * (0.4 + 2.0)
    expected = [plain, 0.5 * plain - 1.0, np.interp(plain, [-2, 0, 2], [-3, 0, 1]) + 0.01 * plain]
    np.testing.assert_allclose(found.log_odds, expected)
    np.testing.assert_allclose(found.probability, 1 / (1 + np.exp(-np.array(expected))))


def test_a_run_of_scalars_alone_is_scored_by_the_model_for_these(bundle, matrix_of):
    found = bundle.score(matrix_of([*SICK[:3], NOT_KNOWN]), np.array([0.1]))
    np.testing.assert_allclose(found.log_odds, 0.5 * 2.0 + 0.5 * 0.4)


def test_each_score_is_flagged_by_its_own_models_threshold(bundle, matrix_of):
    rows = matrix_of(HEALTHY, [0.1, 0.1, 0.0, -3.0], [0.1, 0.1, 0.0, NOT_KNOWN])
    found = bundle.score(rows, np.array([0.1, 0.1, np.nan]))
    assert found.flagged.tolist() == [False, True, False]


def test_what_is_far_from_all_that_was_seen_is_novel_and_abstained_from(bundle, matrix_of):
    found = bundle.score(matrix_of(HEALTHY, [9.0, 9.0, 9.0, 9.0]), np.array([0.1, 0.1]))
    assert found.abstains.tolist() == [False, True]
    assert found.novelty[0] < 0.9
    assert found.novelty[1] == 1.0
    assert not found.flagged[1]


def test_a_run_of_which_nothing_is_known_is_abstained_from_without_a_reason(bundle, matrix_of):
    found = bundle.score(matrix_of([NOT_KNOWN] * 4), np.array([0.1]))
    assert found.abstains.tolist() == [True]
    assert np.isfinite(found.log_odds).all()
    assert found.reasons == ((),)


def test_no_run_has_no_score(bundle, matrix_of):
    found = bundle.score(matrix_of())
    assert found.log_odds.shape == (0,)
    assert found.reasons == ()


def test_a_score_depends_neither_on_other_rows_nor_on_the_order_of_columns(bundle, matrix_of):
    both = bundle.score(matrix_of(HEALTHY, SICK), np.array([0.1, 0.1]))
    alone = bundle.score(matrix_of(SICK), np.array([0.1]))
    assert both.log_odds[1] == alone.log_odds[0]
    matrix = matrix_of(SICK)
    turned = FeatureMatrix(matrix.run_ids, matrix.names[::-1], matrix.values[:, ::-1])
    assert bundle.score(turned, np.array([0.1])).log_odds == alone.log_odds


def test_missing_features_are_named(bundle, matrix_of):
    matrix = matrix_of(HEALTHY)
    fewer = FeatureMatrix(matrix.run_ids, matrix.names[1:], matrix.values[:, 1:])
    with pytest.raises(InputError, match="needs features that are not computed: loss_change;"):
        bundle.score(fewer)


def test_a_feature_never_seen_is_named(bundle, matrix_of):
    matrix = matrix_of(HEALTHY)
    more = FeatureMatrix(
        matrix.run_ids, (*matrix.names, "brand_new"), np.append(matrix.values, [[1.0]], axis=1)
    )
    with pytest.raises(InputError, match="was trained without the features brand_new;"):
        bundle.score(more)


def test_a_correction_is_added_to_the_calibrated_score(bundle, matrix_of):
    weights = np.array([0.0, 0.0, 0.5])
    corrected = replace(bundle, correction=Correction(0.25, -0.5, weights))
    share = np.array([0.1])
    before, effects = bundle.explained(matrix_of(SICK), share)
    np.testing.assert_allclose(
        corrected.score(matrix_of(SICK), share).log_odds,
        0.25 + 0.5 * before + 0.5 * effects[:, 2],
    )


def test_the_most_probable_kind_of_failure_is_said_with_its_probability(bundle, matrix_of):
    slow, fast = [-0.4, *HEALTHY[1:]], [-0.6, *HEALTHY[1:]]
    found = bundle.score(matrix_of(slow, fast, slow), np.array([0.1, 0.1, 0.5]))
    assert found.expected_kind == ("at_chance", "diverged", "at_chance")
    odds = np.array([2.0, 2.0, 2.0 + 2.0])
    np.testing.assert_allclose(found.expected_kind_probability, 1 / (1 + np.exp(-odds)))


def test_no_kind_is_said_where_it_is_not_told_or_the_model_abstains(bundle, matrix_of):
    found = bundle.score(matrix_of(HEALTHY, [9.0] * 4), np.array([np.nan, 0.1]))
    assert found.expected_kind == (None, None)
    assert np.isnan(found.expected_kind_probability).all()


def test_a_bundle_without_kinds_says_none(bundle, matrix_of):
    found = replace(bundle, kinds=None).score(matrix_of(HEALTHY), np.array([0.1]))
    assert found.expected_kind == (None,)
    assert np.isnan(found.expected_kind_probability).all()
