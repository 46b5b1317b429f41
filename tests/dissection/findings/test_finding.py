"""Confidence and series of findings."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from insight_lib.dissection.findings.finding import MOST_POINTS, series, share_confidence


@given(judged=st.integers(1, 500), share=st.floats(0, 1))
def test_confidence_is_the_lower_bound_of_wilsons_interval(judged, share):
    times = round(share * judged)
    bounds = binomtest(times, judged).proportion_ci(0.95, "wilson")
    assert share_confidence(times, judged) == pytest.approx(bounds.low, abs=1e-6)


def test_nothing_judged_is_nothing_known():
    assert share_confidence(0, 0) == 0.0


@pytest.mark.parametrize("points", [1, 2, MOST_POINTS, MOST_POINTS + 1, 10_000])
def test_a_series_keeps_its_ends_and_is_thinned_evenly(points):
    steps = np.arange(points) * 10
    found = series("loss", steps, np.sqrt(steps))
    kept = found["series_steps"]
    assert found["series_name"] == "loss"
    assert (kept[0], kept[-1]) == (0, steps[-1])
    assert len(kept) == min(points, MOST_POINTS)
    gaps = np.diff(kept) // 10
    assert gaps.size == 0 or gaps.max() - gaps.min() <= 1
    assert found["series_values"] == np.sqrt(kept).tolist()
