"""Features of the series that tell of the optimizer's steps: norms, learning rate, loss scale."""

import numpy as np

from insight_lib.risk.features.curve_features import CurveFeatures, whole
from insight_lib.risk.features.curves import Curves
from insight_lib.risk.features.feature import Group, Unit
from insight_lib.risk.features.measures import DECADES, log_ratio, median
from insight_lib.risk.features.shape.shape import Shape

_of_gradient = CurveFeatures(Group.OPTIMIZER, lambda curves: curves.gradient_norm, "gradient_norm_")
_of_rate = CurveFeatures(Group.OPTIMIZER, lambda curves: curves.learning_rate, "learning_rate_")
_of_weights = CurveFeatures(Group.OPTIMIZER, lambda curves: curves.weight_norm, "weight_norm_")
_of_scale = CurveFeatures(Group.OPTIMIZER, lambda curves: curves.loss_scale, "loss_scale_")
_feature = CurveFeatures(Group.OPTIMIZER, whole)


def _peak(norm: Shape) -> float:
    return log_ratio(float(norm.values.max()), median(norm.values)) if norm.size else np.nan


def _growth(norm: Shape) -> float:
    return log_ratio(norm.now, norm.start)


def _gradient_against_loss(curves: Curves) -> float:
    return (curves.gradient_norm.change - curves.train.change) / 2


def _zeros(norm: Shape) -> float:
    return np.count_nonzero(norm.values == 0) / norm.size if norm.size else np.nan


def _step_growth(curves: Curves) -> float:
    rate, norm = curves.learning_rate, curves.gradient_norm
    growth = log_ratio(rate.now, rate.start) + log_ratio(norm.now, norm.start)
    return min(max(growth, -DECADES), DECADES)


OPTIMIZER_FEATURES = (
    _of_gradient(
        "nonfinite",
        "share of the gradient norms that are NaN or infinite",
        lambda c: c.nonfinite,
        1,
        say=(
            "[the gradient norm is finite|{value} of the values of the gradient norm are "
            "NaN or infinite|the gradient norm is NaN or infinite throughout]"
        ),
        unit=Unit.SHARE,
    ),
    _of_gradient(
        "growth",
        "growth of the gradient norm since the start, in powers of ten",
        _growth,
        say="the gradient norm is {value} times what it was at the start",
        unit=Unit.DECADES,
    ),
    _of_gradient(
        "last_octave",
        "relative change of the gradient norm in the last half of the steps",
        lambda c: c.octave(0),
        say=(
            "in the last half of the steps the gradient norm [fell {value}|hardly "
            "changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
    _of_gradient(
        "trend",
        "trend of the gradient norm",
        lambda c: c.trend,
        say="the gradient norm [{value} falls|neither falls nor rises|{value} rises]",
        unit=Unit.TREND,
    ),
    _of_gradient(
        "noise",
        "noise of the gradient norm relative to its level",
        lambda c: c.noise_to_level,
        say="the noise of the gradient norm is {value} its level",
        unit=Unit.SQUASHED,
    ),
    _of_gradient(
        "tails",
        "how much of the moves of the gradient norm a few spikes make",
        lambda c: c.tails,
        say="a few spikes make {value} of the moves of the gradient norm",
        unit=Unit.SHARE,
    ),
    _of_gradient(
        "peak",
        "highest gradient norm over the typical one, in powers of ten",
        _peak,
        say="the highest gradient norm is {value} times the typical one",
        unit=Unit.DECADES,
    ),
    _of_gradient(
        "lost",
        "share of its range by which the gradient norm is above its lowest level",
        lambda c: c.lost,
        say=(
            "the gradient norm [is at its lowest|is above its lowest level by {value} of "
            "its range|is at its highest]"
        ),
        unit=Unit.SHARE,
    ),
    _of_gradient(
        "zeros",
        "share of the gradient norms that are exactly 0",
        _zeros,
        1,
        say=(
            "the gradient [is never exactly zero|is exactly zero at {value} of the steps|is"
            " always exactly zero]"
        ),
        unit=Unit.SHARE,
    ),
    _feature(
        "gradient_norm_against_loss",
        "change of the gradient norm beyond that of the training loss",
        _gradient_against_loss,
        say=(
            "since the start the gradient norm [fell more than the training loss|changed as"
            " much as the training loss|fell less than the training loss]"
        ),
    ),
    _feature(
        "step_growth",
        "growth of learning rate times gradient norm, in powers of ten",
        _step_growth,
        say="learning rate times gradient norm is {value} times what it was at the start",
        unit=Unit.DECADES,
    ),
    _of_rate(
        "change",
        "relative change of the learning rate since the start",
        lambda c: c.change,
        say="since its start the learning rate [fell {value}|hardly changed|rose {value}]",
        unit=Unit.CHANGE,
    ),
    _of_rate(
        "peak",
        "highest learning rate over the first, in powers of ten",
        lambda c: c.peak,
        say="the highest learning rate is {value} times the first",
        unit=Unit.DECADES,
    ),
    _of_weights(
        "change",
        "relative change of the weight norm since the start",
        lambda c: c.change,
        say="since its start the weight norm [fell {value}|hardly changed|rose {value}]",
        unit=Unit.CHANGE,
    ),
    _of_weights(
        "last_octave",
        "relative change of the weight norm in the last half of the steps",
        lambda c: c.octave(0),
        say=(
            "in the last half of the steps the weight norm [fell {value}|hardly "
            "changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
    _of_weights(
        "jump",
        "greatest growth of the weight norm at once over its range",
        lambda c: c.jump,
        say="the greatest growth of the weight norm at once is {value} of its range",
        unit=Unit.SHARE,
    ),
    _of_weights(
        "still",
        "share of the moves of the weight norm that change nothing",
        lambda c: c.still,
        say="the weight norm [always moves|stands still at {value} of its moves|never moves]",
        unit=Unit.SHARE,
    ),
    _of_scale(
        "change",
        "relative change of the factor of a loss in half precision",
        lambda c: c.change,
        -1,
        say=(
            "since its start the loss scale of half precision [fell {value}|hardly "
            "changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
)
