"""Splitting the cells that cause an error."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from insight_lib.evaluation.metrics import refinement
from insight_lib.evaluation.metrics.refinement import (
    cells_to_refine,
    equal_parts,
    refine_by,
    splitter,
)
from insight_lib.evaluation.metrics.score_intervals import Cells
from insight_lib.evaluation.metrics.score_keys import order_keys

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


def _mixed(cells):
    return cells.open & (cells.sums.positives > 0) & (cells.sums.negatives > 0)


def test_one_split_leaves_no_pair_of_classes_whose_order_is_unknown(sample):
    cells = sample.cells(14)
    mixed = _mixed(cells)
    refined = splitter(sample.rows)(cells, mixed) if mixed.any() else cells
    assert not _mixed(refined).any()
    assert len(refined) <= len(cells) + 2 * np.count_nonzero(sample.labels)
    assert refined.sums.positives.sum() == np.count_nonzero(sample.labels)
    assert len(sample.rows.scores) == (refined.sums.positives + refined.sums.negatives).sum()
    assert np.all(refined.high[:-1] < refined.low[1:])


def test_parts_of_equal_width_end_at_the_cells_of_full_width(sample):
    def in_parts(cells, chosen):
        intervals = equal_parts((cells.low[chosen], cells.high[chosen]), 256)
        return cells.replace(chosen, Cells.from_rows(*intervals, [sample.rows]))

    refined = refine_by(in_parts, sample.cells(14), lambda cells: cells.open)
    full = sample.cells(64)
    assert len(refined) == len(full)
    assert np.array_equal(refined.sums.positives, full.sums.positives)
    assert np.array_equal(refined.sums.negatives, full.sums.negatives)
    assert np.all((refined.low <= full.low) & (full.high <= refined.high))


def test_more_points_than_one_split_may_cut_at_are_refined_all_the_same(monkeypatch, clicks):
    monkeypatch.setattr(refinement, "MOST_POINTS", 10)
    monkeypatch.setattr(refinement, "MOST_PARTS", 256)
    sample = clicks(5_000)
    refined = refine_by(splitter(sample.rows), sample.cells(12), _mixed)
    assert not _mixed(refined).any()
    assert len(sample.rows.scores) == (refined.sums.positives + refined.sums.negatives).sum()


@given(
    ends=st.lists(st.integers(-(2**62), 2**62), min_size=2, max_size=12, unique=True),
    most=st.integers(1, 200),
)
def test_equal_parts_tile_their_intervals(ends, most):
    ends = np.sort(np.array(ends[: len(ends) // 2 * 2], np.int64))
    # As of cells, no interval spans more than 2 ** 52 keys.
    low, high = ends[::2], np.minimum(ends[1::2], ends[::2] + 2**52 - 1)
    starts, stops = equal_parts((low, high), most)
    assert np.all(starts <= stops)
    assert len(starts) <= 2 * max(most, 2 * len(low))
    covered = sum(int(stop) - int(start) + 1 for start, stop in zip(starts, stops, strict=True))
    assert covered == sum(int(b) - int(a) + 1 for a, b in zip(low, high, strict=True))
    assert np.all(stops[:-1] < starts[1:])
    assert set(low) <= set(starts)
    assert set(high) <= set(stops)


def test_cells_that_are_not_chosen_stay_as_they_are(clicks):
    sample = clicks(5_000)
    cells = sample.cells(14)
    largest = cells.low[np.argmax(cells.sums.negatives)]
    refined = refine_by(
        splitter(sample.rows), cells, lambda now: _mixed(now) & (now.low == largest)
    )
    kept = cells.low != largest
    assert np.all(np.isin(cells.high[kept], refined.high))
    assert len(refined) > len(cells)
    assert refined.sums.negatives.sum() == cells.sums.negatives.sum()
