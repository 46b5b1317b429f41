"""Splitting the cells that cause an error."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from insight_lib.evaluation.ordered_bits import order_keys
from insight_lib.evaluation.refinement import cells_to_refine, refine_until

GAPS = st.lists(st.floats(0, 1), max_size=30).map(lambda gaps: np.array(gaps, float))


@given(GAPS, st.floats(0, 3))
def test_what_is_not_chosen_sums_up_to_half_the_tolerance_at_most(gaps, tolerance):
    chosen = cells_to_refine(gaps, tolerance)
    allowed = tolerance / 2 if chosen.any() else tolerance
    assert gaps[~chosen].sum() <= allowed + 1e-12


@given(GAPS, st.floats(0, 3))
def test_no_chosen_gap_could_be_spared(gaps, tolerance):
    chosen = cells_to_refine(gaps, tolerance)
    if chosen.any():
        assert gaps.sum() > tolerance - 1e-12
        assert gaps[~chosen].sum() + gaps[chosen].min() > tolerance / 2 - 1e-12
        assert gaps[chosen].min() >= np.max(gaps[~chosen], initial=0)


@given(GAPS)
def test_tolerance_0_chooses_all_that_is_not_0(gaps):
    assert np.array_equal(cells_to_refine(gaps, 0.0), gaps > 0)


@given(data=st.data(), prefix_bits=st.integers(12, 64))
def test_each_key_is_found_in_the_cell_that_holds_it(data, prefix_bits, small):
    sample = data.draw(small)
    cells, keys = sample.cells(prefix_bits), order_keys(sample.scores)
    place = cells.find(keys)
    assert np.all((cells.low[place] <= keys) & (keys <= cells.high[place]))


def test_refining_every_open_cell_gives_the_cells_of_full_width(sample):
    refined = refine_until(sample.rows, sample.cells(14), lambda cells: cells.open)
    full = sample.cells(64)
    assert len(refined) == len(full)
    assert np.array_equal(refined.sums.positives, full.sums.positives)
    assert np.array_equal(refined.sums.negatives, full.sums.negatives)
    assert np.all((refined.low <= full.low) & (full.high <= refined.high))


def test_cells_that_are_not_chosen_stay_as_they_are(clicks):
    sample = clicks(5_000)
    cells = sample.cells(14)
    largest = cells.low[np.argmax(cells.sums.negatives)]
    refined = refine_until(sample.rows, cells, lambda now: now.open & (now.low == largest))
    kept = cells.low != largest
    assert np.all(np.isin(cells.high[kept], refined.high))
    assert len(refined) > len(cells)
    assert refined.sums.negatives.sum() == cells.sums.negatives.sum()
