"""AUC within groups."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from insight_lib.evaluation.by_step.group_auc import GroupAucSums
from insight_lib.evaluation.metrics.arrays import scored_rows


def _group_by_group(groups, rows):
    """GAUC, counted groups and coverage by a loop over groups."""
    weighted, counted, number = 0.0, 0.0, 0
    for group in set(groups.tolist()):
        mine = rows.take(groups == group)
        if min(mine.weights[mine.labels].sum(), mine.weights[~mine.labels].sum()) > 0:
            auc = roc_auc_score(mine.labels, mine.scores, sample_weight=mine.weights)
            weighted += mine.weights.sum() * auc
            counted += mine.weights.sum()
            number += 1
    return (weighted / counted if number else None), number, counted / rows.weights.sum()


@pytest.fixture(scope="module")
def users(clicks):
    """30,000 click-like rows of 4,000 users, some of many rows."""
    sample = clicks(30_000)
    rng = np.random.default_rng(4)
    groups = np.minimum(rng.zipf(1.3, 30_000), 4_000)
    ties = np.round(sample.scores, 2)
    return groups.astype(np.int64), scored_rows(ties, sample.labels, rng.integers(0, 4, 30_000))


def test_it_equals_a_loop_over_groups_with_scikit_learn(users):
    groups, rows = users
    value, number, coverage = _group_by_group(groups, rows)
    found = GroupAucSums.from_rows(groups, rows)
    assert 100 < number < 4_000
    assert 0 < coverage < 1
    assert found.compute() == pytest.approx(value, rel=1e-12)
    assert found.groups == number
    assert found.coverage(rows.weights.sum()) == pytest.approx(coverage, rel=1e-12)
    assert found.undefined_reason is None


@given(data=st.data())
def test_it_equals_the_loop_on_small_samples(data, small_dyadic):
    rows = data.draw(small_dyadic).rows
    size = len(rows.scores)
    numbers = data.draw(st.lists(st.integers(0, 4), min_size=size, max_size=size))
    found = GroupAucSums.from_rows(np.array(numbers, np.int64), rows)
    weight = rows.weights.sum()
    if not weight > 0:
        assert found.compute() is found.coverage(weight) is None
        return
    value, count, coverage = _group_by_group(np.array(numbers), rows)
    assert found.compute() == (value if value is None else pytest.approx(value, abs=1e-12))
    assert (found.compute() is None) == (found.undefined_reason is not None)
    assert found.groups == count
    assert found.coverage(weight) == pytest.approx(coverage)


def test_parts_by_group_merge_to_the_whole_in_any_order(users):
    groups, rows = users
    parts = [groups % 7 == part for part in range(7)]
    states = [GroupAucSums.from_rows(groups[mask], rows.take(mask)) for mask in parts]
    whole = GroupAucSums.from_rows(groups, rows)
    for order in (states, states[::-1]):
        merged = GroupAucSums.empty()
        for state in order:
            merged = merged.merge(state)
        assert merged.compute() == pytest.approx(whole.compute(), rel=1e-12)
        assert (merged.groups, merged.rows) == (whole.groups, whole.rows)
        assert merged.counted_weight == pytest.approx(whole.counted_weight, rel=1e-12)


def test_the_order_of_rows_does_not_matter(users):
    groups, rows = users
    order = np.random.default_rng(1).permutation(len(groups))
    again = GroupAucSums.from_rows(groups[order], rows.take(order))
    whole = GroupAucSums.from_rows(groups, rows)
    assert again.compute() == pytest.approx(whole.compute(), rel=1e-12)


def test_one_group_of_all_rows_has_the_auc_of_all(clicks):
    sample = clicks(5_000)
    found = GroupAucSums.from_rows(np.zeros(5_000, np.int64), sample.rows)
    auc = roc_auc_score(sample.labels, sample.scores)
    assert found.compute() == pytest.approx(auc, abs=1e-12)
    assert (found.groups, found.coverage(5_000)) == (1, 1.0)


@pytest.mark.parametrize(
    ("groups", "labels", "weights", "reason"),
    [
        ([], [], [], "no example names a group"),
        ([0, 1], [0, 1], [1, 1], "no group holds both classes"),
        ([0, 0], [0, 1], [1, 0], "no group holds both classes"),
        ([0, 0], [0, 1], [1e308, 1e308], "weights of 1 groups are too small or too large"),
        ([0, 0], [0, 1], [1e-160, 1e-160], "weights of 1 groups are too small or too large"),
    ],
)
def test_without_a_group_of_both_classes_it_is_undefined_with_its_reason(
    groups, labels, weights, reason
):
    rows = scored_rows(np.arange(len(labels)), labels, weights)
    found = GroupAucSums.from_rows(np.array(groups, np.int64), rows)
    assert found.compute() is None
    assert found.undefined_reason.startswith(reason)


@pytest.mark.parametrize("weight", [0.0, np.inf])
def test_without_finite_weight_there_is_no_coverage(weight):
    assert GroupAucSums.empty().coverage(weight) is None
