"""A thinned series keeps what the eye would see."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from insight_lib.report.read.downsample import kept, spread

VALUES = arrays(np.float64, st.integers(0, 400), elements=st.floats(width=32) | st.just(1e9))


@given(VALUES, st.integers(5, 200))
def test_few_points_stay_and_extremes_are_among_them(values, limit):
    shown = kept(values, limit)
    assert len(shown) <= limit
    assert (np.diff(shown) > 0).all()
    if len(values) <= limit:
        assert len(shown) == len(values)
        return
    finite = values[np.isfinite(values)]
    assert {0, len(values) - 1} <= set(shown.tolist())
    if len(finite):
        left = values[shown][np.isfinite(values[shown])]
        assert (left.min(), left.max()) == (finite.min(), finite.max())
    assert np.isfinite(values).all() == np.isfinite(values[shown]).all()


def test_every_bin_keeps_its_spike_and_its_gap():
    values = np.zeros(100_000)
    values[[40_123, 77_777]] = 9.0, np.nan
    assert {40_123, 77_777} <= set(kept(values, 1000).tolist())


@given(st.integers(0, 500), st.integers(2, 60))
def test_spread_positions_include_both_ends(count, limit):
    shown = spread(count, limit).tolist()
    assert len(shown) == min(count, limit)
    assert shown[:1] + shown[-1:] == ([0, count - 1] if count else [])
