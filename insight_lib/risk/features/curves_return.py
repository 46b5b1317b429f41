"""Features of reinforcement learning: the return, and what its agent writes next to it."""

import numpy as np

from insight_lib.risk.features.curve_features import CurveFeatures
from insight_lib.risk.features.feature import Group, Unit
from insight_lib.risk.features.measures import bounded_log10, log_ratio, median
from insight_lib.risk.features.shape.shape import Shape

_of_return = CurveFeatures(Group.RETURN, lambda curves: curves.returns, "return_")
_of_length = CurveFeatures(Group.RETURN, lambda curves: curves.episode_length, "episode_length_")
_of_entropy = CurveFeatures(Group.RETURN, lambda curves: curves.entropy, "entropy_")
_of_value = CurveFeatures(Group.RETURN, lambda curves: curves.value_loss, "value_loss_")
_of_policy = CurveFeatures(Group.RETURN, lambda curves: curves.policy_loss, "policy_loss_")
_of_variance = CurveFeatures(Group.RETURN, lambda curves: curves.explained_variance)
_of_kl = CurveFeatures(Group.RETURN, lambda curves: curves.kl)
_of_clipping = CurveFeatures(Group.RETURN, lambda curves: curves.clip_fraction)


def _within_one(value: float) -> float:
    return float(np.clip(value, -1.0, 1.0))


def _highest_to_typical(shape: Shape) -> float:
    return log_ratio(float(shape.values.max()), median(shape.values)) if shape.size else np.nan


RETURN_FEATURES = (
    _of_return(
        "change",
        "relative change of the return since its start (negative: it got better)",
        lambda c: c.change,
        1,
        say="since its start the return [got better|hardly changed|got worse]",
    ),
    _of_return(
        "gain_to_noise",
        "gain of the return over its noise (0.5: as large)",
        lambda c: c.fall_to_noise,
        -1,
        say=(
            "since its start the return [got worse by {value} its noise|hardly changed|got "
            "better by {value} its noise]"
        ),
        unit=Unit.SQUASHED,
    ),
    _of_return(
        "last_octave",
        "relative change of the return in the last half of the steps (negative: it got better)",
        lambda c: c.octave(0),
        1,
        say="in the last half of the steps the return [got better|hardly changed|got worse]",
    ),
    _of_return(
        "trend",
        "trend of the return (-1: it only gets better)",
        lambda c: c.trend,
        1,
        say="the return [{value} gets better|gets neither better nor worse|{value} gets worse]",
        unit=Unit.TREND,
    ),
    _of_return(
        "late_trend",
        "trend of the return in the second half of its points",
        lambda c: c.late_trend,
        1,
        say=(
            "in the second half the return [{value} gets better|gets neither better nor "
            "worse|{value} gets worse]"
        ),
        unit=Unit.TREND,
    ),
    _of_return(
        "noise",
        "noise of the return relative to its range",
        lambda c: c.noise_to_range,
        say="the noise of the return is {value} of its range",
        unit=Unit.SHARE,
    ),
    _of_return(
        "shift",
        "shift of the return from one level to another (positive: to a worse one)",
        lambda c: c.shift,
        1,
        say="the return [moved to a better level|stays at one level|moved to a worse level]",
    ),
    _of_return(
        "lost",
        "share of its range by which the return is below its best level",
        lambda c: c.lost,
        1,
        say=(
            "the return [is at its best|is below its best by {value} of its range|is at its worst]"
        ),
        unit=Unit.SHARE,
    ),
    _of_return(
        "jump",
        "greatest loss of return at once over its range",
        lambda c: c.jump,
        say="the greatest loss of the return at once is {value} of its range",
        unit=Unit.SHARE,
    ),
    _of_return(
        "best_at",
        "when the return was best (1: now)",
        lambda c: c.lowest_at,
        -1,
        say=(
            "the return [was best at its start|was best {value} of the way to now|was "
            "best just now]"
        ),
        unit=Unit.SHARE,
    ),
    _of_return(
        "still",
        "share of the moves of the return that change nothing",
        lambda c: c.still,
        1,
        say="the return [always moves|stands still at {value} of its moves|never moves]",
        unit=Unit.SHARE,
    ),
    _of_return(
        "plateau",
        "share of the points since when the return stays where it is",
        lambda c: c.plateau,
        say=(
            "the return [is still moving|has stood still for the last {value} of the run so"
            " far|has stood still from its start]"
        ),
        unit=Unit.SHARE,
    ),
    _of_length(
        "change",
        "relative change of the length of the episodes",
        lambda c: c.change,
        say=(
            "since its start the length of the episodes [fell {value}|hardly changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
    _of_length(
        "trend",
        "trend of the length of the episodes",
        lambda c: c.trend,
        say="the length of the episodes [{value} falls|neither falls nor rises|{value} rises]",
        unit=Unit.TREND,
    ),
    _of_entropy(
        "change",
        "relative change of the policy's entropy (-1: none is left)",
        lambda c: c.change,
        say=(
            "since its start the entropy of the policy [fell {value}|hardly changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
    _of_entropy(
        "last_octave",
        "relative change of the policy's entropy in the last half of the steps",
        lambda c: c.octave(0),
        say=(
            "in the last half of the steps the entropy of the policy [fell {value}|hardly "
            "changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
    _of_entropy(
        "trend",
        "trend of the policy's entropy",
        lambda c: c.trend,
        say="the entropy of the policy [{value} falls|neither falls nor rises|{value} rises]",
        unit=Unit.TREND,
    ),
    _of_value(
        "change",
        "relative change of the value function's loss",
        lambda c: c.change,
        say=(
            "since its start the loss of the value function [fell {value}|hardly "
            "changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
    _of_value(
        "peak",
        "highest loss of the value function over the first, in powers of ten",
        lambda c: c.peak,
        say="the highest loss of the value function is {value} times the first",
        unit=Unit.DECADES,
    ),
    _of_value(
        "rebound",
        "relative rise of the value function's loss above its lowest level",
        lambda c: c.rebound,
        say="the loss of the value function [is at its lowest|is {value} its lowest level]",
        unit=Unit.TIMES,
    ),
    _of_value(
        "nonfinite",
        "share of the value function's loss that is NaN or infinite",
        lambda c: c.nonfinite,
        1,
        say=(
            "[the loss of the value function is finite|{value} of the values of the loss of"
            " the value function are NaN or infinite|the loss of the value function is NaN "
            "or infinite throughout]"
        ),
        unit=Unit.SHARE,
    ),
    _of_policy(
        "noise_growth",
        "growth of the noise of the policy's loss, in powers of ten",
        lambda c: c.noise_growth,
        say="the loss of the policy is {value} times as noisy as in the first half",
        unit=Unit.DECADES,
    ),
    _of_variance(
        "explained_variance",
        "share of the returns' variance that the value function explains",
        lambda c: _within_one(c.now),
        -1,
        say=(
            "the value function [explains nothing|explains {value}|explains all] of the "
            "variance of the returns"
        ),
        unit=Unit.SHARE,
    ),
    _of_variance(
        "explained_variance_trend",
        "trend of that share",
        lambda c: c.trend,
        -1,
        say=(
            "what the value function explains of the returns [{value} falls|neither falls "
            "nor rises|{value} rises]"
        ),
        unit=Unit.TREND,
    ),
    _of_kl(
        "kl",
        "divergence of the policy from the one before, in powers of ten",
        lambda c: bounded_log10(c.now),
        say="the policy differs from the one before by a divergence of {value}",
        unit=Unit.DECADES,
    ),
    _of_kl(
        "kl_peak",
        "greatest such divergence over the typical one, in powers of ten",
        _highest_to_typical,
        say="the largest divergence between two policies is {value} times the typical one",
        unit=Unit.DECADES,
    ),
    _of_clipping(
        "clip_fraction",
        "share of the policy's moves that are clipped",
        lambda c: _within_one(c.now),
        say="{value} of the policy's moves are clipped",
        unit=Unit.SHARE,
    ),
)
