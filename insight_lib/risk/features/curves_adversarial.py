"""Features of adversarial training: generator against discriminator."""

import numpy as np

from insight_lib.risk.features.curve_features import CurveFeatures, whole
from insight_lib.risk.features.curves import Curves
from insight_lib.risk.features.feature import Group, Unit
from insight_lib.risk.features.measures import log_ratio, relative_change

_feature = CurveFeatures(Group.TRAIN_LOSS, whole)


def _balance(curves: Curves) -> float:
    return relative_change(curves.discriminator.now, curves.generator.now)


def _balance_change(curves: Curves) -> float:
    before = relative_change(curves.discriminator.start, curves.generator.start)
    return (_balance(curves) - before) / 2


def _lowest(curves: Curves) -> float:
    shape = curves.discriminator
    return log_ratio(float(shape.values.min()), shape.start) if shape.size else np.nan


ADVERSARIAL_FEATURES = (
    _feature(
        "discriminator_change",
        "relative change of the discriminator's loss (-1: it is nearly 0)",
        lambda c: c.discriminator.change,
        say=(
            "since its start the loss of the discriminator [fell {value}|hardly "
            "changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
    _feature(
        "discriminator_lowest",
        "lowest loss of the discriminator over its start, in powers of ten",
        _lowest,
        say="the lowest loss of the discriminator is {value} times what it was at the start",
        unit=Unit.DECADES,
    ),
    _feature(
        "discriminator_last_octave",
        "relative change of the discriminator's loss in the last half of the steps",
        lambda c: c.discriminator.octave(0),
        say=(
            "in the last half of the steps the loss of the discriminator [fell "
            "{value}|hardly changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
    _feature(
        "discriminator_noise",
        "noise of the discriminator's loss relative to its level",
        lambda c: c.discriminator.noise_to_level,
        say="the noise of the loss of the discriminator is {value} its level",
        unit=Unit.SQUASHED,
    ),
    _feature(
        "generator_change",
        "relative change of the generator's loss",
        lambda c: c.generator.change,
        say=(
            "since its start the loss of the generator [fell {value}|hardly changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
    _feature(
        "generator_last_octave",
        "relative change of the generator's loss in the last half of the steps",
        lambda c: c.generator.octave(0),
        say=(
            "in the last half of the steps the loss of the generator [fell {value}|hardly "
            "changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
    _feature(
        "generator_trend",
        "trend of the generator's loss",
        lambda c: c.generator.trend,
        say="the loss of the generator [{value} falls|neither falls nor rises|{value} rises]",
        unit=Unit.TREND,
    ),
    _feature(
        "generator_noise",
        "noise of the generator's loss relative to its level",
        lambda c: c.generator.noise_to_level,
        say="the noise of the loss of the generator is {value} its level",
        unit=Unit.SQUASHED,
    ),
    _feature(
        "adversaries_balance",
        "the generator's loss relative to the discriminator's",
        _balance,
        say="the loss of the generator is {value} that of the discriminator",
        unit=Unit.TIMES,
    ),
    _feature(
        "adversaries_balance_change",
        "change of that since the start (positive: the discriminator wins)",
        _balance_change,
        say=(
            "[the generator gained on the discriminator|the balance of "
            "generator and discriminator hardly changed|the discriminator gained on the "
            "generator]"
        ),
    ),
    _feature(
        "diversity_change",
        "relative change of the diversity of what is generated",
        lambda c: c.diversity.change,
        -1,
        say=(
            "since its start the diversity of what is generated [fell {value}|hardly "
            "changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
    _feature(
        "diversity_trend",
        "trend of the diversity of what is generated",
        lambda c: c.diversity.trend,
        -1,
        say=(
            "the diversity of what is generated [{value} falls|neither falls nor "
            "rises|{value} rises]"
        ),
        unit=Unit.TREND,
    ),
)
