"""Features of reinforcement learning: the return, and what its agent writes next to it."""

import numpy as np

from insight_lib.risk.features.curve_features import CurveFeatures, whole
from insight_lib.risk.features.feature import Group, Unit
from insight_lib.risk.features.measures import bounded_log10, log_ratio, median
from insight_lib.risk.features.shape import Shape

_feature = CurveFeatures(Group.RETURN, whole)


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
        say="since its start the return [got better|hardly changed|got worse]",
    ),
    _feature(
        "return_gain_to_noise",
        "gain of the return over its noise (0.5: as large)",
        lambda c: c.returns.fall_to_noise,
        -1,
        say=(
            "since its start the return [got worse by {value} its noise|hardly changed|got "
            "better by {value} its noise]"
        ),
        unit=Unit.SQUASHED,
    ),
    _feature(
        "return_last_octave",
        "relative change of the return in the last half of the steps (negative: it got better)",
        lambda c: c.returns.octave(0),
        1,
        say="in the last half of the steps the return [got better|hardly changed|got worse]",
    ),
    _feature(
        "return_trend",
        "trend of the return (-1: it only gets better)",
        lambda c: c.returns.trend,
        1,
        say="the return [{value} gets better|gets neither better nor worse|{value} gets worse]",
        unit=Unit.TREND,
    ),
    _feature(
        "return_late_trend",
        "trend of the return in the second half of its points",
        lambda c: c.returns.late_trend,
        1,
        say=(
            "in the second half the return [{value} gets better|gets neither better nor "
            "worse|{value} gets worse]"
        ),
        unit=Unit.TREND,
    ),
    _feature(
        "return_noise",
        "noise of the return relative to its range",
        lambda c: c.returns.noise_to_range,
        say="the noise of the return is {value} of its range",
        unit=Unit.SHARE,
    ),
    _feature(
        "return_shift",
        "shift of the return from one level to another (positive: to a worse one)",
        lambda c: c.returns.shift,
        1,
        say="the return [moved to a better level|stays at one level|moved to a worse level]",
    ),
    _feature(
        "return_lost",
        "share of its range by which the return is below its best level",
        lambda c: c.returns.lost,
        1,
        say=(
            "the return [is at its best|is below its best by {value} of its range|is at its worst]"
        ),
        unit=Unit.SHARE,
    ),
    _feature(
        "return_jump",
        "greatest loss of return at once over its range",
        lambda c: c.returns.jump,
        say="the greatest loss of the return at once is {value} of its range",
        unit=Unit.SHARE,
    ),
    _feature(
        "return_best_at",
        "when the return was best (1: now)",
        lambda c: c.returns.lowest_at,
        -1,
        say=(
            "the return [was best at its start|was best {value} of the way to now|was "
            "best just now]"
        ),
        unit=Unit.SHARE,
    ),
    _feature(
        "return_still",
        "share of the moves of the return that change nothing",
        lambda c: c.returns.still,
        1,
        say="the return [always moves|stands still at {value} of its moves|never moves]",
        unit=Unit.SHARE,
    ),
    _feature(
        "return_plateau",
        "share of the points since when the return stays where it is",
        lambda c: c.returns.plateau,
        say=(
            "the return [is still moving|has stood still for the last {value} of the run so"
            " far|has stood still from its start]"
        ),
        unit=Unit.SHARE,
    ),
    _feature(
        "episode_length_change",
        "relative change of the length of the episodes",
        lambda c: c.episode_length.change,
        say=(
            "since its start the length of the episodes [fell {value}|hardly changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
    _feature(
        "episode_length_trend",
        "trend of the length of the episodes",
        lambda c: c.episode_length.trend,
        say="the length of the episodes [{value} falls|neither falls nor rises|{value} rises]",
        unit=Unit.TREND,
    ),
    _feature(
        "entropy_change",
        "relative change of the policy's entropy (-1: none is left)",
        lambda c: c.entropy.change,
        say=(
            "since its start the entropy of the policy [fell {value}|hardly changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
    _feature(
        "entropy_last_octave",
        "relative change of the policy's entropy in the last half of the steps",
        lambda c: c.entropy.octave(0),
        say=(
            "in the last half of the steps the entropy of the policy [fell {value}|hardly "
            "changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
    _feature(
        "entropy_trend",
        "trend of the policy's entropy",
        lambda c: c.entropy.trend,
        say="the entropy of the policy [{value} falls|neither falls nor rises|{value} rises]",
        unit=Unit.TREND,
    ),
    _feature(
        "value_loss_change",
        "relative change of the value function's loss",
        lambda c: c.value_loss.change,
        say=(
            "since its start the loss of the value function [fell {value}|hardly "
            "changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
    _feature(
        "value_loss_peak",
        "highest loss of the value function over the first, in powers of ten",
        lambda c: c.value_loss.peak,
        say="the highest loss of the value function is {value} times the first",
        unit=Unit.DECADES,
    ),
    _feature(
        "value_loss_rebound",
        "relative rise of the value function's loss above its lowest level",
        lambda c: c.value_loss.rebound,
        say="the loss of the value function [is at its lowest|is {value} its lowest level]",
        unit=Unit.TIMES,
    ),
    _feature(
        "value_loss_nonfinite",
        "share of the value function's loss that is NaN or infinite",
        lambda c: c.value_loss.nonfinite,
        1,
        say=(
            "[the loss of the value function is finite|{value} of the values of the loss of"
            " the value function are NaN or infinite|the loss of the value function is NaN "
            "or infinite throughout]"
        ),
        unit=Unit.SHARE,
    ),
    _feature(
        "policy_loss_noise_growth",
        "growth of the noise of the policy's loss, in powers of ten",
        lambda c: c.policy_loss.noise_growth,
        say="the loss of the policy is {value} times as noisy as in the first half",
        unit=Unit.DECADES,
    ),
    _feature(
        "explained_variance",
        "share of the returns' variance that the value function explains",
        lambda c: _within_one(c.explained_variance.now),
        -1,
        say=(
            "the value function [explains nothing|explains {value}|explains all] of the "
            "variance of the returns"
        ),
        unit=Unit.SHARE,
    ),
    _feature(
        "explained_variance_trend",
        "trend of that share",
        lambda c: c.explained_variance.trend,
        -1,
        say=(
            "what the value function explains of the returns [{value} falls|neither falls "
            "nor rises|{value} rises]"
        ),
        unit=Unit.TREND,
    ),
    _feature(
        "kl",
        "divergence of the policy from the one before, in powers of ten",
        lambda c: bounded_log10(c.kl.now),
        say="the policy differs from the one before by a divergence of {value}",
        unit=Unit.DECADES,
    ),
    _feature(
        "kl_peak",
        "greatest such divergence over the typical one, in powers of ten",
        lambda c: _highest_to_typical(c.kl),
        say="the largest divergence between two policies is {value} times the typical one",
        unit=Unit.DECADES,
    ),
    _feature(
        "clip_fraction",
        "share of the policy's moves that are clipped",
        lambda c: _within_one(c.clip_fraction.now),
        say="{value} of the policy's moves are clipped",
        unit=Unit.SHARE,
    ),
)
