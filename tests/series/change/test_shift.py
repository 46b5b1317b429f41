"""Lasting shifts and departures, against ruptures and permutations."""

import numpy as np
import pytest
import ruptures

from insight_lib.series.change.shift import (
    best_level,
    departure,
    departure_from,
    has_low_end,
    lasting_shift,
)
from tests.series.change.random_series import autoregression


def step(seed, points, place, height):
    values = np.random.default_rng(seed).normal(size=points)
    values[place:] += height
    return values


@pytest.mark.parametrize(("points", "place"), [(10, 4), (30, 8), (120, 60), (200, 170)])
def test_shift_lies_where_ruptures_finds_it(points, place):
    values = step(points, points, place, 6.0)
    oracle = ruptures.Dynp(model="l2", min_size=2, jump=1).fit(values).predict(n_bkps=1)[0]
    found = lasting_shift(values)
    assert found.place == oracle == place
    assert found.before == pytest.approx(np.median(values[:place]))
    assert found.after == pytest.approx(np.median(values[place:]))


def test_shift_of_a_long_series_has_its_exact_place():
    values = step(0, 100_000, 71_234, 8.0)
    assert lasting_shift(values).place == 71_234


def test_five_points_show_a_clear_shift():
    found = lasting_shift(np.array([1.0, 1.01, 0.99, 5.0, 5.01]))
    assert found.place == 3


@pytest.mark.parametrize(
    ("rho", "points", "most"), [(0, 5, 0.05), (0, 50, 0.05), (0.9, 50, 0.22), (0.9, 1000, 0.05)]
)
def test_shifts_in_noise_are_as_rare_as_documented(rho, points, most):
    series = autoregression(4, points, rho, 200)
    assert np.mean([lasting_shift(values) is not None for values in series]) <= most


def test_what_comes_back_has_not_shifted():
    values = np.random.default_rng(1).normal(size=90)
    values[30:60] += 9
    assert lasting_shift(values) is None


@pytest.mark.parametrize("points", [8, 10, 50, 2000])
def test_accuracy_that_collapses_has_departed_from_its_best_level(points):
    place = round(0.7 * points)
    values = 0.9 - 0.8 * np.exp(-10 * np.arange(points) / points)
    values[place:] = 0.1
    values += 0.02 * np.random.default_rng(points).normal(size=points)
    found = departure(values, higher_is_better=True)
    assert found.onset_place == place
    assert found.best_place < place
    assert found.best_level == pytest.approx(0.9, abs=0.05)
    assert found.end_level == pytest.approx(0.1, abs=0.05)
    turned = departure(-values, higher_is_better=False)
    assert (turned.onset_place, turned.best_level) == (place, -found.best_level)


def test_slow_decline_is_a_departure():
    random, at = np.random.default_rng(5), np.arange(60) / 60
    values = np.minimum(3 * at, 1.15 - 0.5 * at) + 0.03 * random.normal(size=60)
    assert departure(values, higher_is_better=True) is not None


def test_dip_that_recovers_is_no_departure():
    values = 0.9 + 0.01 * np.random.default_rng(6).normal(size=60)
    values[30:40] = 0.2
    assert departure(values, higher_is_better=True) is None


def test_learning_curve_is_no_departure():
    values = 0.9 - 0.8 * np.exp(-np.arange(300) / 60)
    values += 0.03 * np.random.default_rng(7).normal(size=300)
    assert departure(values, higher_is_better=True) is None


@pytest.mark.parametrize(
    ("rho", "points", "most"), [(0, 10, 0.05), (0, 50, 0.05), (0.9, 50, 0.2), (0.9, 1000, 0.05)]
)
def test_departures_in_noise_are_as_rare_as_documented(rho, points, most):
    series = autoregression(8, points, rho, 200)
    assert np.mean([departure(v, higher_is_better=True) is not None for v in series]) <= most


@pytest.mark.parametrize("values", [[], [1.0] * 4, [np.nan] * 20, [3.0] * 20])
def test_without_enough_points_or_any_change_there_is_none(values):
    assert lasting_shift(np.array(values)) is None
    assert departure(np.array(values), higher_is_better=True) is None


@pytest.mark.parametrize("seed", range(20))
def test_no_end_is_low_where_the_quick_look_sees_none(seed):
    values = np.random.default_rng(seed).normal(size=12 + seed)
    lowest = min(np.median(values[place:]) for place in range(values.size))
    assert has_low_end(values, lowest)
    assert has_low_end(np.append(values, np.nan), lowest)
    assert not has_low_end(values, values.min() - 0.1)


@pytest.mark.parametrize("higher_is_better", [True, False])
@pytest.mark.parametrize("height", [0.0, 2.0, -2.0, 9.0, -9.0])
def test_a_departure_of_some_size_is_the_same_or_none(height, higher_is_better):
    values = step(3, 60, 40, height)
    found = departure(values, higher_is_better=higher_is_better)
    best = best_level(values, higher_is_better=higher_is_better)
    lost = 0.0 if found is None else abs(found.best_level - found.end_level)
    assert departure_from(best) == found
    assert departure_from(best, lost * 0.999) == found
    assert departure_from(best, lost * 1.001 + 1e-6) is None
