"""Runs among their peers."""

import numpy as np
import pytest

from insight_lib.risk.features.peers import COMPARED, MODEL_FEATURES, PEER_FEATURES
from insight_lib.risk.models.matrix import FeatureMatrix
from insight_lib.risk.models.peers import (
    FARTHEST,
    LEAST_PEERS,
    deviations,
    peer_keys,
    with_peers,
)
from insight_lib.risk.models.wording import described, sentence_of

NAN = float("nan")


def test_a_value_is_measured_in_the_spread_of_its_peers():
    values = np.array([[0.1], [0.2], [0.3], [0.4], [0.5], [0.6], [0.7]])
    found = deviations(values, ["a"] * 7)[:, 0]
    spread = 0.3 / 1.349  # the middle half goes from 0.25 to 0.55
    np.testing.assert_allclose(found, (values[:, 0] - 0.4) / spread)


def test_rows_of_another_key_are_no_peers():
    values = np.array([[0.1], [0.2], [0.3], [0.4], [0.5], [0.6], [5.0]])
    alone = deviations(values[:6], ["a"] * 6)
    found = deviations(values, ["a"] * 6 + ["b"])
    np.testing.assert_array_equal(found[:6], alone)
    assert np.isnan(found[6, 0])


@pytest.mark.parametrize(("known", "is_said"), [(LEAST_PEERS - 1, False), (LEAST_PEERS, True)])
def test_too_few_known_peers_say_nothing(known, is_said):
    values = np.full((8, 1), NAN)
    values[:known, 0] = np.linspace(0, 1, known)
    found = deviations(values, ["a"] * 8)[:, 0]
    assert np.isfinite(found[:known]).all() == is_said
    assert np.isnan(found[known:]).all()


def test_a_value_far_away_is_cut_and_equal_peers_divide_by_no_zero():
    values = np.array([[0.0]] * 7 + [[1.0], [0.001]])
    found = deviations(values, ["a"] * 9)[:, 0]
    np.testing.assert_allclose(found, [0.0] * 7 + [FARTHEST, 0.1])


def test_peers_have_the_same_group_and_share_and_the_same_step_without_share():
    share = np.array([0.1, 0.1, 0.25, NAN, NAN, NAN])
    keys = peer_keys(["a", "b", "a", "a", "a", "a"], share, np.array([5, 5, 5, 10, 10, 100]))
    assert keys[3] == keys[4]
    assert len(set(keys)) == 5


def test_the_matrix_gets_a_column_for_each_compared_feature_in_any_order():
    random = np.random.default_rng(1)
    names = (*reversed(COMPARED), "other")
    matrix = FeatureMatrix(tuple("abcdefgh"), names, random.normal(size=(8, len(names))))
    found = with_peers(matrix, ["a"] * 8)
    assert found.names == (*names, *(one.name for one in PEER_FEATURES))
    for one, base in zip(PEER_FEATURES, COMPARED, strict=True):
        own, among = found.select([base]), found.select([one.name])
        np.testing.assert_allclose(among, deviations(own, ["a"] * 8))


def test_columns_of_peers_that_are_there_are_replaced():
    names = tuple(one.name for one in MODEL_FEATURES)
    values = np.random.default_rng(1).normal(size=(8, len(names)))
    once = with_peers(FeatureMatrix(tuple("abcdefgh"), names, values), ["a"] * 8)
    twice = with_peers(once, ["a"] * 8)
    assert once.names == names
    np.testing.assert_array_equal(once.values, twice.values)


def test_the_sentence_says_where_among_its_peers_a_run_stands():
    (feature,) = described([one for one in PEER_FEATURES if one.name == "peers_score_skill"])
    assert sentence_of(feature, -2.3, 0.1) == (
        "the held-out score above chance, as a share of what lies above it is 2.3 spreads below "
        "the middle of its peers; in healthy runs it is about in the middle of its peers"
    )
