"""Features of reinforcement learning: the return, and what its agent writes next to it."""

from collections.abc import Callable

import numpy as np

from insight_lib.risk.features.curves import Curves, curves_of
from insight_lib.risk.features.feature import Feature, Group, Seen
from insight_lib.risk.features.measures import bounded_log10, log_ratio, median
from insight_lib.risk.features.shape import Shape


def _feature(
    name: str, meaning: str, measure: Callable[[Curves], float], direction: int = 0
) -> Feature:
    def compute(seen: Seen) -> float:
        return measure(curves_of(seen))

    return Feature(name, Group.RETURN, meaning, compute, direction)


def _within_one(value: float) -> float:
    return float(np.clip(value, -1.0, 1.0))


def _highest_to_typical(shape: Shape) -> float:
    return log_ratio(float(shape.values.max()), median(shape.values)) if shape.size else np.nan


RETURN_FEATURES = (
    _feature(
        "return_change",
        "relative change of the return since its start (negative: it got better)",
        lambda c: c.returns.change,
        1,
    ),
    _feature(
        "return_gain_to_noise",
        "gain of the return over its noise (0.5: as large)",
        lambda c: c.returns.fall_to_noise,
        -1,
    ),
    _feature(
        "return_last_octave",
        "relative change of the return in the last half of the steps (negative: it got better)",
        lambda c: c.returns.octave(0),
        1,
    ),
    _feature(
        "return_trend",
        "trend of the return (-1: it only gets better)",
        lambda c: c.returns.trend,
        1,
    ),
    _feature(
        "return_late_trend",
        "trend of the return in the second half of its points",
        lambda c: c.returns.late_trend,
        1,
    ),
    _feature(
        "return_noise",
        "noise of the return relative to its range",
        lambda c: c.returns.noise_to_range,
    ),
    _feature(
        "return_shift",
        "shift of the return from one level to another (positive: to a worse one)",
        lambda c: c.returns.shift,
        1,
    ),
    _feature(
        "return_lost",
        "share of its range by which the return is below its best level",
        lambda c: c.returns.lost,
        1,
    ),
    _feature(
        "return_jump", "greatest loss of return at once over its range", lambda c: c.returns.jump
    ),
    _feature(
        "return_best_at", "when the return was best (1: now)", lambda c: c.returns.lowest_at, -1
    ),
    _feature(
        "return_still",
        "share of the moves of the return that change nothing",
        lambda c: c.returns.still,
        1,
    ),
    _feature(
        "return_plateau",
        "share of the points since when the return stays where it is",
        lambda c: c.returns.plateau,
    ),
    _feature(
        "episode_length_change",
        "relative change of the length of the episodes",
        lambda c: c.episode_length.change,
    ),
    _feature(
        "episode_length_trend",
        "trend of the length of the episodes",
        lambda c: c.episode_length.trend,
    ),
    _feature(
        "entropy_change",
        "relative change of the policy's entropy (-1: none is left)",
        lambda c: c.entropy.change,
    ),
    _feature(
        "entropy_last_octave",
        "relative change of the policy's entropy in the last half of the steps",
        lambda c: c.entropy.octave(0),
    ),
    _feature("entropy_trend", "trend of the policy's entropy", lambda c: c.entropy.trend),
    _feature(
        "value_loss_change",
        "relative change of the value function's loss",
        lambda c: c.value_loss.change,
    ),
    _feature(
        "value_loss_peak",
        "highest loss of the value function over the first, in powers of ten",
        lambda c: c.value_loss.peak,
    ),
    _feature(
        "value_loss_rebound",
        "relative rise of the value function's loss above its lowest level",
        lambda c: c.value_loss.rebound,
    ),
    _feature(
        "value_loss_nonfinite",
        "share of the value function's loss that is NaN or infinite",
        lambda c: c.value_loss.nonfinite,
        1,
    ),
    _feature(
        "policy_loss_noise_growth",
        "growth of the noise of the policy's loss, in powers of ten",
        lambda c: c.policy_loss.noise_growth,
    ),
    _feature(
        "explained_variance",
        "share of the returns' variance that the value function explains",
        lambda c: _within_one(c.explained_variance.now),
        -1,
    ),
    _feature(
        "explained_variance_trend", "trend of that share", lambda c: c.explained_variance.trend, -1
    ),
    _feature(
        "kl",
        "divergence of the policy from the one before, in powers of ten",
        lambda c: bounded_log10(c.kl.now),
    ),
    _feature(
        "kl_peak",
        "greatest such divergence over the typical one, in powers of ten",
        lambda c: _highest_to_typical(c.kl),
    ),
    _feature(
        "clip_fraction",
        "share of the policy's moves that are clipped",
        lambda c: _within_one(c.clip_fraction.now),
    ),
)
