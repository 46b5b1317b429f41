"""Counters of 32 bits that start again, against numpy's own conversion of a count of 64 bits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight_lib.events.step_counters import NEAR, unwrapped


@pytest.mark.parametrize(
    ("written_as", "end"), [(np.int32, 2**31), (np.uint32, 2**32), ("31 bits", 2**31)]
)
@pytest.mark.parametrize("interval", [1, 2048, 10**6])
def test_steps_of_a_32_bit_counter_are_counted_on(written_as, end, interval):
    steps = end - 5 * interval // 2 + interval * np.arange(6)
    written = steps % 2**31 if written_as == "31 bits" else steps.astype(written_as)
    assert (written.astype(np.int64) != steps).any()
    assert unwrapped(written.astype(np.int64)).tolist() == steps.tolist()


def test_a_counter_that_starts_again_twice_is_counted_on_twice():
    steps = np.arange(2**31 - 10**6, 2**31 + 2**33, 10**6)
    assert unwrapped(steps.astype(np.int32).astype(np.int64)).tolist() == steps.tolist()


@pytest.mark.parametrize(
    "steps",
    [
        [2**31 - NEAR - 1, -(2**31)],
        [2**31 - 1, -(2**31) + NEAR],
        [2**31 - 1, NEAR],
        [2**33 - 1, 0],
        [10**6, 0],
        [],
    ],
)
def test_steps_that_fall_elsewhere_stay_as_they_are(steps):
    assert unwrapped(np.array(steps, np.int64)).tolist() == steps


@given(st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_whatever_was_written_nothing_overflows_and_order_of_low_steps_is_kept(steps):
    array = np.array(steps, np.int64)
    counted_on = unwrapped(array)
    assert len(counted_on) == len(steps)
    if max(steps, default=0) < 2**31 - NEAR:
        assert counted_on.tolist() == steps
