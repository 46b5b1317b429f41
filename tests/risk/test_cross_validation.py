"""Folds by group, and the choice of the penalty."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import LeaveOneGroupOut
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from insight_lib.risk.cross_validation import (
    DEFAULT_STRENGTH,
    MOST_FOLDS,
    STRENGTHS,
    choose_strength,
    folds,
    single_group_of,
)
from insight_lib.risk.matrix import FeatureMatrix

labelled_groups = st.lists(
    st.tuples(st.integers(0, 25).map("g{}".format), st.sampled_from([0.0, 1.0])), min_size=2
)


@given(labelled_groups)
def test_a_group_is_never_on_both_sides_and_each_row_is_tested_once(rows):
    groups, failed = [g for g, _ in rows], np.array([f for _, f in rows])
    tested = []
    for train, test in folds(groups, failed):
        assert not {groups[i] for i in train} & {groups[i] for i in test}
        assert sorted([*train, *test]) == list(range(len(rows)))
        tested += test.tolist()
    assert sorted(tested) == list(range(len(rows)))


@given(labelled_groups)
def test_both_outcomes_are_trained_on_wherever_two_groups_hold_each(rows):
    groups, failed = [g for g, _ in rows], np.array([f for _, f in rows])
    possible = all(len({g for g, f in rows if f == outcome}) >= 2 for outcome in (0.0, 1.0))
    if possible:
        assert all(len(np.unique(failed[train])) == 2 for train, _ in folds(groups, failed))


def test_few_groups_are_left_out_one_by_one_as_scikit_learn_does():
    groups = [f"g{i % 7}" for i in range(50)]
    failed = (np.arange(50) % 3 == 0).astype(np.float64)
    theirs = LeaveOneGroupOut().split(np.zeros(50), failed, groups)
    assert {tuple(test) for _, test in folds(groups, failed)} == {tuple(test) for _, test in theirs}


def test_many_groups_share_a_bounded_number_of_folds():
    groups = [f"g{i}" for i in range(95)]
    sizes = [len(test) for _, test in folds(groups, np.zeros(95))]
    assert len(sizes) == MOST_FOLDS
    assert max(sizes) - min(sizes) <= 1


def test_the_only_group_of_an_outcome_is_named():
    failed = np.array([1.0, 1.0, 0.0, 0.0])
    assert single_group_of(1.0, ["a", "a", "a", "b"], failed) == "a"
    assert single_group_of(0.0, ["a", "a", "a", "b"], failed) is None


@pytest.fixture
def data():
    random = np.random.default_rng(5)
    values = random.uniform(-1, 1, (40, 3))
    failed = (values[:, 0] + random.uniform(-1, 1, 40) > 0).astype(np.float64)
    matrix = FeatureMatrix(tuple(map(str, range(40))), ("a", "b", "c"), values)
    return matrix, failed, [f"g{i % 4}" for i in range(40)]


def test_the_penalty_with_least_log_loss_on_unseen_groups_is_chosen(data):
    matrix, failed, groups = data

    def held_out_loss(strength):
        total = 0.0
        for train, test in LeaveOneGroupOut().split(matrix.values, failed, groups):
            model = make_pipeline(StandardScaler(), LogisticRegression(C=1 / strength, tol=1e-8))
            model.fit(matrix.values[train], failed[train])
            predicted = model.predict_proba(matrix.values[test])
            total += log_loss(failed[test], predicted, labels=[0, 1], normalize=False)
        return total

    assert choose_strength(matrix, failed, groups) == min(STRENGTHS, key=held_out_loss)


def test_features_that_say_nothing_get_the_strongest_penalty(data):
    matrix, _, groups = data
    coin = np.random.default_rng(0).integers(0, 2, 40).astype(np.float64)
    assert choose_strength(matrix, coin, groups) == max(STRENGTHS)


def test_the_default_penalty_is_used_where_one_group_has_an_outcome(data):
    matrix, failed, _ = data
    groups = ["fails" if one else f"h{i % 3}" for i, one in enumerate(failed)]
    assert choose_strength(matrix, failed, groups) == DEFAULT_STRENGTH
