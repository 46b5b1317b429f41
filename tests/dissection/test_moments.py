"""Moments of parts, merged in any order, against numpy on the whole."""

from functools import reduce

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight_lib.dissection import moments
from insight_lib.dissection.moments import NOTHING, Moments, moments_of

parts = st.lists(st.lists(st.floats(-1e3, 1e3), max_size=20).map(np.array), min_size=1, max_size=8)


@given(parts=parts, offset=st.sampled_from([0.0, 1.0, -1e8, 1e8, 1e12]), order=st.randoms())
def test_any_parts_in_any_order_give_the_moments_of_the_whole(parts, offset, order):
    shifted = [part + offset for part in parts]
    whole = np.concatenate(shifted)
    merged = [moments_of(part) for part in shifted]
    order.shuffle(merged)
    found = reduce(Moments.merge, merged, NOTHING)
    assert found.count == whole.size
    if whole.size:
        rounding = 1e-12 * (abs(offset) + 1e3)
        assert found.mean == pytest.approx(whole.mean(), rel=1e-12, abs=rounding)
        assert found.m2 == pytest.approx(
            ((whole - whole.mean()) ** 2).sum(), rel=1e-9, abs=whole.size * rounding**2 * 1e3
        )
        assert found.l1 == pytest.approx(np.abs(whole).sum(), rel=1e-12)
        assert found.squares == pytest.approx((whole**2).sum(), rel=1e-12)


def test_a_small_spread_far_from_zero_keeps_its_digits():
    numbers = 1e8 + np.random.default_rng(0).normal(size=10_000)
    parts = np.array_split(numbers, 7)
    found = reduce(Moments.merge, map(moments_of, parts))
    naive = (numbers**2).mean() - numbers.mean() ** 2
    assert found.variance == pytest.approx(numbers.var(), rel=1e-7)
    assert naive != pytest.approx(numbers.var(), rel=0.1)


def test_merging_is_associative_and_nothing_is_neutral():
    one, two, three = (moments_of(np.arange(n) * 0.7 - 3) for n in (3, 5, 11))
    left, right = one.merge(two).merge(three), one.merge(two.merge(three))
    for name in ("count", "mean", "m2", "l1", "squares"):
        assert getattr(left, name) == pytest.approx(getattr(right, name), rel=1e-13)
    assert one.merge(NOTHING) == NOTHING.merge(one) == one


def test_a_tensor_larger_than_a_part_is_summed_in_parts(monkeypatch):
    numbers = np.random.default_rng(1).normal(5.0, 2.0, 1000)
    monkeypatch.setattr(moments, "PART", 64)
    found = moments_of(numbers)
    assert found.mean == pytest.approx(numbers.mean(), rel=1e-13)
    assert found.variance == pytest.approx(numbers.var(), rel=1e-13)


def test_of_no_numbers_the_variance_is_undefined():
    assert np.isnan(moments_of(np.empty(0)).variance)
