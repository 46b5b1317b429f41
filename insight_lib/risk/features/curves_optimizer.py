"""Features of the series that tell of the optimizer's steps: norms, learning rate, loss scale."""

from collections.abc import Callable

import numpy as np

from insight_lib.risk.features.curves import Curves, curves_of
from insight_lib.risk.features.feature import Feature, Group, Seen
from insight_lib.risk.features.measures import log_ratio, median


def _feature(
    name: str, meaning: str, measure: Callable[[Curves], float], direction: int = 0
) -> Feature:
    def compute(seen: Seen) -> float:
        return measure(curves_of(seen))

    return Feature(name, Group.OPTIMIZER, meaning, compute, direction)


def _gradient_peak(curves: Curves) -> float:
    norm = curves.gradient_norm
    return log_ratio(float(norm.values.max()), median(norm.values)) if norm.size else np.nan


def _gradient_growth(curves: Curves) -> float:
    return log_ratio(curves.gradient_norm.now, curves.gradient_norm.start)


def _gradient_against_loss(curves: Curves) -> float:
    return (curves.gradient_norm.change - curves.train.change) / 2


def _gradient_zeros(curves: Curves) -> float:
    norm = curves.gradient_norm
    return float((norm.values == 0).mean()) if norm.size else np.nan


def _step_growth(curves: Curves) -> float:
    rate, norm = curves.learning_rate, curves.gradient_norm
    return log_ratio(rate.now, rate.start) + log_ratio(norm.now, norm.start)


OPTIMIZER_FEATURES = (
    _feature(
        "gradient_norm_nonfinite",
        "share of the gradient norms that are NaN or infinite",
        lambda c: c.gradient_norm.nonfinite,
        1,
    ),
    _feature(
        "gradient_norm_growth",
        "growth of the gradient norm since the start, in powers of ten",
        _gradient_growth,
    ),
    _feature(
        "gradient_norm_last_octave",
        "relative change of the gradient norm in the last half of the steps",
        lambda c: c.gradient_norm.octave(0),
    ),
    _feature("gradient_norm_trend", "trend of the gradient norm", lambda c: c.gradient_norm.trend),
    _feature(
        "gradient_norm_noise",
        "noise of the gradient norm relative to its level",
        lambda c: c.gradient_norm.noise_to_level,
    ),
    _feature(
        "gradient_norm_tails",
        "how much of the moves of the gradient norm a few spikes make",
        lambda c: c.gradient_norm.tails,
    ),
    _feature(
        "gradient_norm_peak",
        "highest gradient norm over the typical one, in powers of ten",
        _gradient_peak,
    ),
    _feature(
        "gradient_norm_lost",
        "share of its range by which the gradient norm is above its lowest level",
        lambda c: c.gradient_norm.lost,
    ),
    _feature(
        "gradient_norm_zeros", "share of the gradient norms that are exactly 0", _gradient_zeros, 1
    ),
    _feature(
        "gradient_norm_against_loss",
        "change of the gradient norm beyond that of the training loss",
        _gradient_against_loss,
    ),
    _feature(
        "step_growth", "growth of learning rate times gradient norm, in powers of ten", _step_growth
    ),
    _feature(
        "learning_rate_change",
        "relative change of the learning rate since the start",
        lambda c: c.learning_rate.change,
    ),
    _feature(
        "learning_rate_peak",
        "highest learning rate over the first, in powers of ten",
        lambda c: c.learning_rate.peak,
    ),
    _feature(
        "weight_norm_change",
        "relative change of the weight norm since the start",
        lambda c: c.weight_norm.change,
    ),
    _feature(
        "weight_norm_last_octave",
        "relative change of the weight norm in the last half of the steps",
        lambda c: c.weight_norm.octave(0),
    ),
    _feature(
        "weight_norm_jump",
        "greatest growth of the weight norm at once over its range",
        lambda c: c.weight_norm.jump,
    ),
    _feature(
        "weight_norm_still",
        "share of the moves of the weight norm that change nothing",
        lambda c: c.weight_norm.still,
    ),
    _feature(
        "loss_scale_change",
        "relative change of the factor of a loss in half precision",
        lambda c: c.loss_scale.change,
        -1,
    ),
)
