"""The mergeable state."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight_lib.errors import InputError
from insight_lib.evaluation.metrics.arrays import scored_rows
from insight_lib.evaluation.metrics.certified_auc import certified_roc_auc
from insight_lib.evaluation.metrics.kernels import (
    compile_all,
    fill_order_keys,
    find_cells,
    sum_by_cell,
    sum_by_prefix,
    sum_by_slot,
)
from insight_lib.evaluation.metrics.score_histogram import ScoreHistogram

WIDTHS = st.sampled_from([12, 18, 22, 40, 64])


def _assert_same(one, two, score_sums=True):
    assert one.prefix_bits == two.prefix_bits
    assert np.array_equal(one.buckets, two.buckets)
    pairs = zip(one.sums.columns().items(), two.sums.columns().values(), strict=True)
    for (name, mine), yours in pairs:
        if name == "score_sum":
            # Huge scores of both signs cancel, so only its error relative to the largest is small.
            assert not score_sums or np.allclose(mine, yours, rtol=1e-12, atol=0)
        else:
            assert np.array_equal(mine, yours), name


def _state(sample, width):
    return ScoreHistogram.from_rows(sample.rows, width)


@given(data=st.data(), width=WIDTHS)
def test_each_row_is_counted_once_in_the_bucket_of_its_score(data, width, small):
    sample = data.draw(small)
    state = _state(sample, width)
    assert np.all(state.buckets[1:] > state.buckets[:-1])
    assert np.all(state.sums.positives + state.sums.negatives > 0)
    assert state.sums.positives.sum() == (sample.labels == 1).sum()
    assert state.sums.negatives.sum() == (sample.labels == 0).sum()
    assert np.isclose(
        (state.sums.positive_weight + state.sums.negative_weight).sum(), sample.rows.weights.sum()
    )


@given(data=st.data(), width=WIDTHS)
def test_merge_is_commutative(data, width, small):
    one, two = _state(data.draw(small), width), _state(data.draw(small), width)
    _assert_same(one.merge(two), two.merge(one))


@given(data=st.data(), widths=st.tuples(WIDTHS, WIDTHS, WIDTHS))
def test_merge_is_associative_also_between_widths(data, widths, small_dyadic):
    one, two, three = (_state(data.draw(small_dyadic), width) for width in widths)
    _assert_same(one.merge(two).merge(three), one.merge(two.merge(three)), score_sums=False)


@given(data=st.data(), width=WIDTHS)
def test_the_empty_state_is_neutral(data, width, small):
    state = _state(data.draw(small), width)
    _assert_same(ScoreHistogram.empty().merge(state), state)
    _assert_same(state.merge(ScoreHistogram.empty()), state)


@given(data=st.data(), width=WIDTHS)
def test_the_state_does_not_depend_on_order_or_partitioning(data, width, small_dyadic):
    sample = data.draw(small_dyadic)
    order = data.draw(st.permutations(range(len(sample.scores))))
    cut = data.draw(st.integers(0, len(order)))
    parts = [np.array(part, int) for part in (order[:cut], order[cut:])]
    merged = ScoreHistogram.empty()
    for part in parts:
        merged = merged.merge(ScoreHistogram.from_rows(sample.rows.take(part), width))
    _assert_same(merged, _state(sample, width), score_sums=False)


@given(data=st.data(), width=WIDTHS, coarser=WIDTHS)
def test_coarsening_gives_the_state_of_the_coarser_width(data, width, coarser, small_dyadic):
    sample = data.draw(small_dyadic)
    if coarser <= width:
        coarsened = _state(sample, width).coarsen(coarser)
        _assert_same(coarsened, _state(sample, coarser), score_sums=False)


def test_rows_summed_by_matrix_equal_the_merge_of_small_parts_summed_by_sorting(clicks):
    rows = clicks(40_000).rows
    merged = ScoreHistogram.empty()
    for part in np.array_split(np.arange(40_000), 100):
        merged = merged.merge(ScoreHistogram.from_rows(rows.take(part)))
    _assert_same(merged, ScoreHistogram.from_rows(rows))


def test_zeros_of_both_signs_share_a_bucket_and_negative_scores_do_not():
    state = ScoreHistogram.from_rows(scored_rows([0.0, -0.0, -5e-324], [1, 1, 0]), 12)
    assert state.buckets.tolist() == [-1, 0]
    assert state.sums.positives.tolist() == [0, 2]


def test_score_sums_are_weighted():
    state = ScoreHistogram.from_rows(scored_rows([0.5, 0.5, 2.0], [1, 0, 1], [2, 3, 0.25]))
    assert state.sums.score_sum.tolist() == [2.5, 0.5]
    assert state.sums.positive_weight_sq.tolist() == [4.0, 0.0625]


@pytest.mark.parametrize("width", [-1, 11, 65])
def test_a_width_beyond_the_key_or_below_the_exponent_is_refused(width):
    with pytest.raises(InputError, match="12 to 64"):
        ScoreHistogram.from_rows(scored_rows([0.5], [1]), width)


def test_a_state_cannot_become_finer():
    with pytest.raises(InputError, match="from the rows"):
        ScoreHistogram.from_rows(scored_rows([0.5], [1]), 20).coarsen(21)


def test_kernels_compiled_ahead_are_those_that_rows_of_any_layout_use():
    compile_all()
    kernels = (fill_order_keys, sum_by_prefix, sum_by_slot, sum_by_cell, find_cells)
    compiled = [len(kernel.signatures) for kernel in kernels]
    fixed = np.full(4_000, 0.5)
    fixed.flags.writeable = False
    for scores in (fixed, np.linspace(0, 1, 8_000)[::2], np.full(4_000, 0.5, np.float32), [0.1]):
        rows = scored_rows(scores, np.arange(len(scores)) % 2, list(scores))
        ScoreHistogram.from_rows(rows)
        certified_roc_auc(rows.labels, scores, tolerance=0)
        ScoreHistogram.from_rows(rows, 64)
    assert [len(kernel.signatures) for kernel in kernels] == compiled
