"""What becomes of simulated returns, whose truth is known."""

import numpy as np
import pytest
from scipy.signal import lfilter

from insight_lib.dissection.run.reinforcement.return_course import Course
from insight_lib.dissection.run.reinforcement.return_outcome import (
    has_collapsed,
    has_improved,
    is_below_start,
)
from insight_lib.dissection.run.view import NamedSeries
from insight_lib.series.names.naming import role_of_name
from insight_lib.series.series import Series

TAG = "rollout/ep_rew_mean"
SIZES = (20, 50, 200, 1000, 5000)
CORRELATIONS = (0.0, 0.5, 0.9)
TIMES = 4
BURN_IN = 100


def course(values):
    series = Series(np.arange(len(values)), np.asarray(values, dtype=float))
    return Course(NamedSeries(".", TAG, series, role_of_name(".", TAG)))


def outcome(one):
    if has_collapsed(one) or is_below_start(one):
        return "lost"
    return "improved" if has_improved(one) else "flat"


def noise(rng, size, correlation):
    """A first-order autoregression of standard deviation 1."""
    steps = rng.normal(0, np.sqrt(1 - correlation**2), size + BURN_IN)
    return lfilter([1], [1, -correlation], steps)[BURN_IN:]


def rise(size, middle, width):
    return 1 / (1 + np.exp(-(np.arange(size) / size - middle) / width))


def quick(rng, size):
    return 1 - np.exp(-np.arange(size) / size / rng.uniform(0.02, 0.1))


def slow(rng, size):
    return rise(size, rng.uniform(0.2, 0.6), rng.uniform(0.03, 0.15))


def late(rng, size):
    return rise(size, rng.uniform(0.6, 0.75), 0.03)


def dipping(rng, size):
    dip = np.exp(-(((np.arange(size) / size - 0.6) / 0.08) ** 2))
    return rise(size, 0.3, 0.05) - rng.uniform(0.2, 0.5) * dip


def collapsing(rng, size):
    return rise(size, 0.25, 0.05) - rng.uniform(0.8, 1.2) * rise(size, rng.uniform(0.5, 0.7), 0.02)


def falling(rng, size):
    return -rise(size, rng.uniform(0.2, 0.5), 0.05)


def flat(_, size):
    return np.zeros(size)


def outcomes(curve, noises, seed):
    """What becomes of a curve of scale 1 to 10,000 and any offset, with noise on it."""
    rng = np.random.default_rng(seed)
    for size in SIZES:
        for share in noises:
            for correlation in CORRELATIONS:
                for _ in range(TIMES):
                    values = curve(rng, size) + share * noise(rng, size, correlation)
                    scale = 10 ** rng.uniform(0, 4)
                    yield outcome(course(scale * (values + rng.uniform(-2, 2))))


def share_of(wanted, found):
    found = list(found)
    return sum(one == wanted for one in found) / len(found)


def test_learning_is_called_an_improvement_whatever_its_shape_noise_length_scale_and_offset():
    found = [
        one for curve in (quick, slow, late, dipping) for one in outcomes(curve, (0.1, 0.2), 1)
    ]
    assert len(found) == 480
    assert share_of("improved", found) >= 0.97


def test_a_collapse_and_a_fall_from_the_start_are_found():
    assert share_of("lost", outcomes(collapsing, (0.1, 0.3), 2)) >= 0.9
    assert share_of("lost", outcomes(falling, (0.1, 0.3), 3)) >= 0.9


def test_noise_around_the_start_is_mostly_no_improvement_and_seldom_a_loss():
    found = list(outcomes(flat, (0.1, 0.3), 4))
    assert share_of("flat", found) >= 0.7
    assert share_of("lost", found) <= 0.15


@pytest.mark.parametrize(
    ("chance", "expected"),
    [
        (lambda share: np.clip((share - 0.3) * 1.2, 0, 0.9), "improved"),
        (lambda share: np.where(share < 0.7, 0.0, 0.5), "improved"),
        (lambda share: np.where(share < 0.5, 0.9 * share / 0.5, 0.02), "lost"),
        (lambda share: np.full(share.size, 0.01), "flat"),
    ],
    ids=["learnt", "met late", "forgotten", "never met"],
)
def test_episodes_of_a_sparse_reward_are_judged_by_how_many_meet_it(chance, expected):
    rng = np.random.default_rng(5)
    shares = np.arange(1000) / 1000
    found = [outcome(course(rng.random(1000) < chance(shares))) for _ in range(40)]
    assert share_of(expected, found) >= 0.9


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9])
def test_the_standard_error_of_two_levels_is_their_spread_over_many_repetitions(correlation):
    rng = np.random.default_rng(6)
    made = [course(noise(rng, 1000, correlation)) for _ in range(200)]
    apart = np.std([one.end_level - one.start_level for one in made])
    errors = [np.hypot(one.start_error, one.end_error) for one in made]
    assert np.median(errors) == pytest.approx(apart, rel=0.3)


def test_a_return_that_learnt_and_lost_it_fell_where_it_did():
    values = [0.0] * 30 + [10.0] * 40 + [1.0] * 30
    one = course(values)
    assert outcome(one) == "lost"
    assert one.onset(one.best_level, one.end_level, one.best_place) == 70


def test_points_that_differ_by_rounding_are_constant():
    assert course([-10.0, -10.0000001, -10.0, -9.9999999] * 3).is_constant
    assert not course([-10.0, -9.9, -10.0, -10.0] * 3).is_constant
