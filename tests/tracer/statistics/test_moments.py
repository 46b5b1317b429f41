"""Moments of tensors, taken block by block, against numpy on the whole."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insight_lib.tracer.statistics import moments
from insight_lib.tracer.statistics.moments import MOMENTS, moments_of, squares_of

tensors = st.lists(st.lists(st.floats(-1e3, 1e3), max_size=20).map(np.array), max_size=8)


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch):
    monkeypatch.setattr(moments, "_BLOCK", 7)


def named(row):
    return dict(zip(MOMENTS, row, strict=True))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=tensors, offset=st.sampled_from([0.0, 1.0, -1e8, 1e8, 1e12]))
def test_the_parts_of_each_tensor_give_the_moments_of_the_whole(parts, offset):
    shifted = [part + offset for part in parts]
    for whole, row in zip(shifted, moments_of(shifted), strict=True):
        found = named(row)
        assert found["finite"] == whole.size
        if whole.size:
            rounding = 1e-12 * (abs(offset) + 1e3)
            assert found["mean"] == pytest.approx(whole.mean(), rel=1e-12, abs=rounding)
            assert found["m2"] == pytest.approx(
                ((whole - whole.mean()) ** 2).sum(), rel=1e-9, abs=whole.size * rounding**2 * 1e3
            )
            assert found["l1"] == pytest.approx(np.abs(whole).sum(), rel=1e-12)
            assert squares_of(row[None])[0] == pytest.approx((whole**2).sum(), rel=1e-12)


def test_a_small_spread_far_from_zero_keeps_its_digits():
    numbers = 1e8 + np.random.default_rng(0).normal(size=10_000)
    found = named(moments_of([numbers])[0])
    naive = (numbers**2).mean() - numbers.mean() ** 2
    assert found["m2"] / numbers.size == pytest.approx(numbers.var(), rel=1e-7)
    assert naive != pytest.approx(numbers.var(), rel=0.1)


def test_sums_that_overflow_are_infinite():
    whole = np.array([1e308] * 5 + [1.0] + [-1e308] * 10)
    for elements in (whole[:2], whole[5:], whole):
        with np.errstate(all="ignore"):
            found = moments_of([elements])
            assert named(found[0])["m2"] == squares_of(found)[0] == np.inf
