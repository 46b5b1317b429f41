"""Features of adversarial training: generator against discriminator."""

import numpy as np

from insight_lib.risk.features.curve_features import CurveFeatures, whole
from insight_lib.risk.features.curves import Curves
from insight_lib.risk.features.feature import Group, Unit
from insight_lib.risk.features.measures import log_ratio, relative_change
from insight_lib.risk.features.shape.shape import Shape

_of_discriminator = CurveFeatures(
    Group.TRAIN_LOSS, lambda curves: curves.discriminator, "discriminator_"
)
_of_generator = CurveFeatures(Group.TRAIN_LOSS, lambda curves: curves.generator, "generator_")
_of_diversity = CurveFeatures(Group.TRAIN_LOSS, lambda curves: curves.diversity, "diversity_")
_feature = CurveFeatures(Group.TRAIN_LOSS, whole)


def _balance(curves: Curves) -> float:
    return relative_change(curves.discriminator.now, curves.generator.now)


def _balance_change(curves: Curves) -> float:
    before = relative_change(curves.discriminator.start, curves.generator.start)
    return (_balance(curves) - before) / 2


def _lowest(shape: Shape) -> float:
    return log_ratio(float(shape.values.min()), shape.start) if shape.size else np.nan


ADVERSARIAL_FEATURES = (
    _of_discriminator(
        "change",
        "relative change of the discriminator's loss (-1: it is nearly 0)",
        lambda c: c.change,
        say=(
            "since its start the loss of the discriminator [fell {value}|hardly "
            "changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
    _of_discriminator(
        "lowest",
        "lowest loss of the discriminator over its start, in powers of ten",
        _lowest,
        say="the lowest loss of the discriminator is {value} times what it was at the start",
        unit=Unit.DECADES,
    ),
    _of_discriminator(
        "last_octave",
        "relative change of the discriminator's loss in the last half of the steps",
        lambda c: c.octave(0),
        say=(
            "in the last half of the steps the loss of the discriminator [fell "
            "{value}|hardly changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
    _of_discriminator(
        "noise",
        "noise of the discriminator's loss relative to its level",
        lambda c: c.noise_to_level,
        say="the noise of the loss of the discriminator is {value} its level",
        unit=Unit.SQUASHED,
    ),
    _of_generator(
        "change",
        "relative change of the generator's loss",
        lambda c: c.change,
        say=(
            "since its start the loss of the generator [fell {value}|hardly changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
    _of_generator(
        "last_octave",
        "relative change of the generator's loss in the last half of the steps",
        lambda c: c.octave(0),
        say=(
            "in the last half of the steps the loss of the generator [fell {value}|hardly "
            "changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
    _of_generator(
        "trend",
        "trend of the generator's loss",
        lambda c: c.trend,
        say="the loss of the generator [{value} falls|neither falls nor rises|{value} rises]",
        unit=Unit.TREND,
    ),
    _of_generator(
        "noise",
        "noise of the generator's loss relative to its level",
        lambda c: c.noise_to_level,
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
    _of_diversity(
        "change",
        "relative change of the diversity of what is generated",
        lambda c: c.change,
        -1,
        say=(
            "since its start the diversity of what is generated [fell {value}|hardly "
            "changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
    _of_diversity(
        "trend",
        "trend of the diversity of what is generated",
        lambda c: c.trend,
        -1,
        say=(
            "the diversity of what is generated [{value} falls|neither falls nor "
            "rises|{value} rises]"
        ),
        unit=Unit.TREND,
    ),
)
