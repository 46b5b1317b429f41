"""Population stability and distance of two score distributions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ks_2samp

from insight_lib.evaluation.metrics.arrays import scored_rows
from insight_lib.evaluation.metrics.drift import SMALLEST_SHARE, drift
from insight_lib.evaluation.metrics.score_histogram import ScoreHistogram

ROUNDING = 1e-12


def _state(scores, width=64, weights=None):
    labels = np.arange(len(scores)) % 2
    return ScoreHistogram.from_rows(scored_rows(scores, labels, weights), width)


def _psi(reference, sample):
    """Over deciles of sorted scores without ties."""
    edges = np.sort(reference)[len(reference) // 10 :: len(reference) // 10][:9]
    shares = [
        np.bincount(np.searchsorted(edges, scores, side="right"), minlength=10) / len(scores)
        for scores in (reference, sample)
    ]
    expected, actual = (np.maximum(share, SMALLEST_SHARE) for share in shares)
    return ((actual - expected) * np.log(actual / expected)).sum()


def _distance(one, two):
    at = np.concatenate([one, two])
    shares = [np.searchsorted(np.sort(s), at, side="right") / len(s) for s in (one, two)]
    return np.abs(shares[0] - shares[1]).max()


@pytest.fixture(scope="module")
def shifted():
    rng = np.random.default_rng(8)
    return rng.normal(0, 1, 4_000), rng.normal(0.6, 1.3, 3_000)


def test_over_single_scores_both_equal_direct_computation(shifted):
    found = drift(*(_state(scores) for scores in shifted))
    assert found.psi == pytest.approx(_psi(*shifted), abs=1e-3)
    assert found.psi > 0.25
    statistic = ks_2samp(*shifted).statistic
    assert found.ks == found.ks_upper == pytest.approx(statistic, abs=ROUNDING)


@pytest.mark.parametrize("width", [12, 16, 22])
def test_from_histograms_the_distance_has_bounds_and_the_index_is_near(shifted, width):
    found = drift(*(_state(scores, width) for scores in shifted))
    assert found.ks - ROUNDING <= ks_2samp(*shifted).statistic <= found.ks_upper + ROUNDING
    if width == 22:
        assert found.ks_upper - found.ks < 2e-3
        assert found.psi == pytest.approx(_psi(*shifted), rel=0.02)


@given(data=st.data(), width=st.sampled_from([12, 22, 64]))
def test_bounds_hold_on_small_samples(data, width, small):
    one, two = (data.draw(small).scores for _ in range(2))
    found = drift(_state(one, width), _state(two, width))
    if min(len(one), len(two)) == 0:
        assert found.psi is found.ks is found.ks_upper is None
        assert found.undefined_reason.startswith("no rows of positive, finite weight")
    else:
        assert found.ks - ROUNDING <= _distance(one, two) <= found.ks_upper + ROUNDING
        assert found.psi >= 0


def test_a_distribution_has_not_drifted_from_itself_whatever_its_widths(shifted):
    found = drift(_state(shifted[0], 22), _state(shifted[0], 16))
    assert (found.psi, found.ks) == (0.0, 0.0)


def test_weights_count_as_rows_would(shifted):
    reference, sample = shifted
    times = np.arange(len(sample)) % 3
    weighted = drift(_state(reference), _state(sample, weights=times.astype(float)))
    repeated = drift(_state(reference), _state(np.repeat(sample, times)))
    assert weighted.psi == pytest.approx(repeated.psi)
    assert weighted.ks == pytest.approx(repeated.ks)


def test_scores_without_any_overlap_are_as_far_apart_as_can_be():
    found = drift(_state(np.linspace(0, 1, 100)), _state(np.linspace(2, 3, 100)))
    # All in the last decile: nine bins fall from a tenth to the smallest share.
    nine = 9 * (0.1 - SMALLEST_SHARE) * np.log(0.1 / SMALLEST_SHARE)
    assert found.psi == pytest.approx(nine + 0.9 * np.log(10))
    assert (found.ks, found.ks_upper) == (1.0, 1.0)


def test_equal_scores_stay_in_one_bin():
    reference = np.repeat([0.1, 0.9], [95, 5])
    sample = np.repeat([0.1, 0.5, 0.9], [60, 10, 30])
    found = drift(_state(reference), _state(sample))
    # What lies between the two goes with the next bin that the reference fills.
    e, a = np.array([0.95, 0.05]), np.array([0.6, 0.4])
    assert found.psi == pytest.approx(((a - e) * np.log(a / e)).sum())


def test_samples_of_one_distribution_have_an_index_of_about_nine_over_the_size():
    rng = np.random.default_rng(2)
    found = [drift(_state(rng.random(2_000)), _state(rng.random(2_000))).psi for _ in range(60)]
    assert np.mean(found) == pytest.approx(9 * 2 / 2_000, rel=0.3)
