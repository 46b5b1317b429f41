"""What change statistics must not depend on: scale, offset, gaps, and what is not finite."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from insight_lib.series.change.flat import is_flat, plateau_start
from insight_lib.series.change.growth import growth
from insight_lib.series.change.oscillation import oscillation
from insight_lib.series.change.shift import departure, lasting_shift
from insight_lib.series.change.spikes import spikes
from insight_lib.series.change.trend import trend

FEW = settings(max_examples=25, deadline=None)
# Sixteenths, and powers of two to scale them by, so that no result hangs on rounding.
SERIES = hnp.arrays(
    np.float64, st.integers(0, 60), elements=st.integers(-800, 800).map(lambda k: k / 16)
)
SCALES = st.sampled_from([2.0**-60, 0.25, 8.0, 2.0**100])


def steps_of(values):
    return np.arange(values.size) * 3 + 7


def all_of(values, steps=None):
    """Return every statistic of a series, whose places are comparable."""
    steps = steps_of(values) if steps is None else steps
    return {
        "trend": trend(steps, values),
        "shift": lasting_shift(values),
        "departure": departure(values, higher_is_better=True),
        "flat": is_flat(values, 0.05),
        "plateau": plateau_start(values, 0.05),
        "oscillation": oscillation(values),
        "spikes": spikes(values),
        "growth": growth(values),
    }


@FEW
@given(SERIES, SCALES)
def test_scale_changes_no_place_and_no_significance(values, scale):
    old, new = all_of(values), all_of(values * scale)
    assert new["trend"].p_value == pytest.approx(old["trend"].p_value)
    assert new["trend"].slope == pytest.approx(old["trend"].slope * scale, nan_ok=True)
    assert new["flat"] == old["flat"]
    assert new["plateau"] == old["plateau"]
    assert new["oscillation"].amplitude == pytest.approx(old["oscillation"].amplitude, nan_ok=True)
    assert [one.place for one in new["spikes"]] == [one.place for one in old["spikes"]]
    for name in ("shift", "departure"):
        assert (new[name] is None) == (old[name] is None)
    if old["shift"] is not None:
        assert new["shift"].place == old["shift"].place
        assert new["shift"].after == pytest.approx(scale * old["shift"].after)
    assert new["growth"].factor == pytest.approx(old["growth"].factor, nan_ok=True)


@FEW
@given(SERIES, st.sampled_from([-512.0, 64.0]))
def test_offset_changes_no_trend_shift_or_spike(values, offset):
    old, new = all_of(values), all_of(values + offset)
    assert new["trend"].slope == pytest.approx(old["trend"].slope, nan_ok=True)
    assert new["trend"].p_value == pytest.approx(old["trend"].p_value)
    assert (new["shift"] is None) == (old["shift"] is None)
    if old["shift"] is not None:
        assert new["shift"].before == old["shift"].before + offset
    assert new["oscillation"].turns == pytest.approx(old["oscillation"].turns, nan_ok=True)


@FEW
@given(SERIES)
def test_a_reversed_series_has_the_reversed_trend_and_the_reversed_shift(values):
    forth, back = trend(steps_of(values), values), trend(steps_of(values), values[::-1])
    assert back.slope == pytest.approx(-forth.slope, nan_ok=True)
    assert back.tau == pytest.approx(-forth.tau, nan_ok=True)
    assert back.p_value == pytest.approx(forth.p_value)
    assert oscillation(values[::-1]).turns == pytest.approx(oscillation(values).turns, nan_ok=True)


@FEW
@given(SERIES, st.data())
def test_what_is_not_finite_counts_as_not_written(values, data):
    gaps = np.array(data.draw(st.lists(st.integers(0, values.size), max_size=9)), dtype=int)
    hole = data.draw(st.sampled_from([np.nan, np.inf, -np.inf]))
    places = np.flatnonzero(np.isfinite(np.insert(values, gaps, hole)))
    steps = np.insert(steps_of(values), gaps, 0)
    old, new = all_of(values), all_of(np.insert(values, gaps, hole), steps)
    assert new["flat"] == old["flat"]
    assert new["trend"].slope == pytest.approx(old["trend"].slope, nan_ok=True)
    assert new["trend"].p_value == old["trend"].p_value
    assert new["growth"].factor == pytest.approx(old["growth"].factor, nan_ok=True)
    for name, fields in (("shift", ["place"]), ("departure", ["best_place", "onset_place"])):
        assert (new[name] is None) == (old[name] is None)
        for field in fields if old[name] else ():
            assert getattr(new[name], field) == places[getattr(old[name], field)]
    if old["plateau"] is not None:
        assert new["plateau"] == places[old["plateau"]]
    assert [one.place for one in new["spikes"]] == [places[one.place] for one in old["spikes"]]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("level", [0.0, 1e-300, 1.0, 1e30, 1e300])
@pytest.mark.parametrize("points", [0, 1, 3, 4, 5, 6, 7, 11, 201, 1000])
def test_any_size_and_length_is_handled_without_a_warning(points, level):
    random = np.random.default_rng(points)
    for values in (np.full(points, level), level * random.random(points)):
        all_of(values)


@pytest.mark.filterwarnings("error")
def test_integers_are_values_as_well():
    values = np.random.default_rng(0).poisson(9, 300)
    assert all_of(values) == all_of(values.astype(float))
