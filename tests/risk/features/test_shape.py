"""The measures of one curve on curves whose answer is known."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight_lib.risk.features.measures import DECADES
from insight_lib.risk.features.shape.shape import NO_SHAPE, Shape
from insight_lib.risk.features.shape.trend import kendall_tau
from insight_lib.series.series import Series

MEASURES = (
    *("nonfinite", "change", "fall_to_noise", "last_quarter", "trend", "late_trend"),
    *("noise_to_level", "noise_to_range", "noise_growth", "turns", "overshoot", "tails", "jump"),
    *("spike", "rises", "still", "peak", "shift", "rebound", "lost", "lowest_at", "plateau"),
    *("half_fallen_at", "power", "late_power"),
)


def shape(values, steps=None):
    values = np.array(values, dtype=float)
    return Shape.of(Series(np.arange(values.size) if steps is None else np.array(steps), values))


NOISE = np.random.default_rng(3).normal(size=2000)


def test_a_steady_fall_falls_in_every_measure():
    fall = shape(np.linspace(1.0, 0.1, 100))
    assert fall.change == pytest.approx(relative(0.99, 0.14), abs=0.02)
    assert fall.trend == fall.late_trend == -1
    assert (fall.turns, fall.rises, fall.rebound, fall.lost, fall.jump) == (0, 0, 0, 0, 0)
    assert fall.lowest_at == 1
    assert fall.shift == pytest.approx(-math.sqrt(3) / 4, abs=0.01)
    assert fall.fall_to_noise > 0.99


def relative(before, after):
    return (after - before) / (abs(before) + abs(after))


def test_a_power_law_has_its_exponent_and_equal_octaves():
    steps = np.arange(1, 513)
    fall = shape(steps**-0.5, steps)
    assert fall.power == pytest.approx(-0.5)
    assert fall.late_power == pytest.approx(-0.5)
    assert fall.octave(0) == pytest.approx(fall.octave(2), abs=0.01)
    assert fall.octave(0) == pytest.approx(relative(math.sqrt(2), 1), abs=0.01)


def test_octaves_and_exponent_do_not_depend_on_where_points_lie():
    rare = np.unique(np.geomspace(1, 512, 60).astype(int))
    dense = np.arange(1, 513)
    one, other = shape(rare**-0.5, rare), shape(dense**-0.5, dense)
    assert one.power == pytest.approx(other.power)
    assert one.octave(0) == pytest.approx(other.octave(0), abs=0.05)
    assert one.octave(1) == pytest.approx(other.octave(1), abs=0.05)


def test_noise_has_no_trend_and_turns_two_times_out_of_three():
    flat = shape(10 + NOISE)
    assert abs(flat.trend) < 0.1
    assert flat.turns == pytest.approx(2 / 3, abs=0.03)
    assert flat.overshoot == pytest.approx(-0.5, abs=0.05)
    assert flat.noise_to_level == pytest.approx(1 / 11, abs=0.01)
    assert abs(flat.tails) < 0.05
    assert abs(flat.shift) < 0.05
    assert abs(flat.noise_growth) < 0.1


def test_a_swing_at_every_step_undoes_every_move():
    swing = shape([1.0, 2.0] * 20)
    assert swing.turns == 1
    assert swing.overshoot == pytest.approx(-1, abs=0.05)


def test_a_lone_spike_is_high_over_the_noise_and_makes_the_tails():
    values = 10 + 0.1 * NOISE[:200]
    values[100] += 10
    spiked = shape(values)
    assert spiked.spike == pytest.approx(2, abs=0.1)
    assert spiked.tails > 0.8
    assert spiked.jump > 0.9
    assert spiked.lost < 0.1


def test_a_rise_from_the_minimum_is_a_rebound():
    values = [4.0, 3.0, 2.0, 1.0, 2.0, 3.0]
    assert shape(values).rebound == pytest.approx(relative(1, 3))
    assert shape(values).lost == pytest.approx(2 / 3)
    assert shape(values).lowest_at == pytest.approx(4 / 6)
    assert shape(values).peak == 0


def test_a_step_up_is_a_shift_and_a_plateau_since():
    step = shape([1.0] * 40 + [3.0] * 40)
    assert step.shift == pytest.approx(0.5)
    assert step.plateau == 0.5
    assert step.peak == pytest.approx(math.log10(3))


def test_noise_that_grows_tenfold_grows_by_one_power_of_ten():
    grown = shape(np.concatenate([NOISE[:500], 10 * NOISE[500:1000]]))
    assert grown.noise_growth == pytest.approx(1, abs=0.1)


def test_a_fall_at_once_has_half_fallen_early_and_a_late_one_late():
    assert shape([5.0] + [1.0] * 39).half_fallen_at <= 0.25
    assert shape([5.0] * 39 + [1.0] * 10).half_fallen_at == 0.875


def test_constants_are_still_and_have_neither_noise_nor_trend():
    still = shape([2.0] * 10)
    assert (still.still, still.trend, still.change, still.lost, still.spike) == (1, 0, 0, 0, 0)
    assert (still.noise_to_range, still.fall_to_noise, still.plateau) == (0, 0, 1)


def test_what_is_not_finite_is_counted_and_left_out():
    broken = shape([2.0, 1.0, math.nan, math.inf])
    assert broken.nonfinite == 0.5
    assert broken.change == pytest.approx(relative(2, 1))


def test_of_a_curve_that_was_not_written_nothing_is_known():
    assert all(math.isnan(getattr(NO_SHAPE, name)) for name in MEASURES)
    assert math.isnan(NO_SHAPE.octave(0))


def test_kendalls_tau_is_that_of_the_textbook():
    # Kendall, Rank correlation methods: 1 2 3 4 against 1 3 2 4 has one discordant pair of six.
    assert kendall_tau(np.array([1.0, 3.0, 2.0, 4.0])) == pytest.approx(4 / 6)


some_values = st.lists(st.floats(width=64), max_size=40)


@given(some_values, st.sampled_from([1, 7]))
@settings(max_examples=150, deadline=None)
def test_every_measure_of_any_curve_is_bounded_or_unknown(values, gap):
    found = shape(values, [gap * place for place in range(len(values))])
    known = [getattr(found, name) for name in MEASURES] + [found.octave(k) for k in range(3)]
    assert all(math.isnan(one) or -DECADES <= one <= DECADES for one in known)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40), st.floats(0.1, 1e6))
@settings(max_examples=100, deadline=None)
def test_no_measure_knows_the_scale(values, factor):
    exact = np.round(np.array(values), 3)
    before, after = shape(exact), shape(exact * 2.0 ** round(math.log2(factor)))
    for name in MEASURES:
        assert getattr(after, name) == pytest.approx(getattr(before, name), nan_ok=True)
