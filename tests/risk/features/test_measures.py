"""Bounded measures: their ranges, their symmetry, and where they are undefined."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight_lib.risk.features.measures import DECADES, greatest, log_ratio, median, relative_change

finite_numbers = st.floats(allow_nan=False, allow_infinity=False)


@given(finite_numbers, finite_numbers)
def test_a_relative_change_lies_between_minus_one_and_one_and_turns_its_sign(before, after):
    change = relative_change(before, after)
    assert -1 <= change <= 1
    assert relative_change(after, before) == -change


@pytest.mark.parametrize(
    ("before", "after", "expected"), [(2.0, 1.0, -1 / 3), (0.0, 5.0, 1.0), (-1.0, 1.0, 1.0)]
)
def test_a_relative_change_is_the_difference_over_the_sum_of_sizes(before, after, expected):
    assert relative_change(before, after) == pytest.approx(expected)


def test_a_relative_change_of_nothing_is_zero_and_of_the_unknown_is_unknown():
    assert relative_change(0.0, 0.0) == 0
    assert math.isnan(relative_change(math.nan, 1.0))
    assert math.isnan(relative_change(1.0, math.inf))


def test_a_log_ratio_counts_powers_of_ten_and_stops_at_its_bound():
    assert log_ratio(100.0, 0.1) == pytest.approx(3)
    assert log_ratio(1e300, 1e-300) == DECADES
    assert log_ratio(0.0, 1.0) == -DECADES
    assert log_ratio(1.0, 0.0) == DECADES


@pytest.mark.parametrize(
    ("over", "under"), [(0.0, 0.0), (-1.0, 1.0), (1.0, -1.0), (math.nan, 1.0), (1.0, math.inf)]
)
def test_a_log_ratio_is_undefined_without_two_sizes(over, under):
    assert math.isnan(log_ratio(over, under))


def test_median_and_greatest_leave_out_what_is_not_finite():
    values = np.array([1.0, math.nan, 3.0, math.inf, 2.0])
    assert median(values) == 2
    assert greatest(values) == 3
    assert math.isnan(median(np.array([math.nan])))
    assert math.isnan(greatest(np.zeros(0)))
