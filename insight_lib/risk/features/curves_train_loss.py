"""Features of the training loss."""

from collections.abc import Callable

from insight_lib.risk.features.curves import curves_of
from insight_lib.risk.features.feature import Feature, Group, Seen
from insight_lib.risk.features.measures import relative_change
from insight_lib.risk.features.shape import Shape


def _feature(
    name: str, meaning: str, measure: Callable[[Shape], float], direction: int = 0
) -> Feature:
    def compute(seen: Seen) -> float:
        return measure(curves_of(seen).train)

    return Feature(f"loss_{name}", Group.TRAIN_LOSS, meaning, compute, direction)


def _start_to_guess(seen: Seen) -> float:
    curves = curves_of(seen)
    return relative_change(curves.guess, curves.train.start)


def _now_to_guess(seen: Seen) -> float:
    curves = curves_of(seen)
    return relative_change(curves.guess, curves.train.now)


def _epoch_change(seen: Seen) -> float:
    curves = curves_of(seen)
    return relative_change(curves.train.start, curves.epochs.now)


TRAIN_LOSS_FEATURES = (
    _feature(
        "nonfinite", "share of the training loss that is NaN or infinite", lambda c: c.nonfinite, 1
    ),
    _feature(
        "change",
        "relative change of the training loss since its start (negative: it fell)",
        lambda c: c.change,
        1,
    ),
    _feature(
        "fall_to_noise",
        "fall of the training loss over its noise (0.5: as large)",
        lambda c: c.fall_to_noise,
        -1,
    ),
    _feature(
        "last_octave",
        "relative change of the training loss in the last half of the steps",
        lambda c: c.octave(0),
        1,
    ),
    _feature(
        "octave_before",
        "relative change of the training loss in the second quarter of the steps",
        lambda c: c.octave(1),
        1,
    ),
    _feature(
        "early_octave",
        "relative change of the training loss in the second eighth of the steps",
        lambda c: c.octave(2),
    ),
    _feature(
        "last_quarter",
        "relative change of the training loss from the third quarter of the steps to the last",
        lambda c: c.last_quarter,
        1,
    ),
    _feature(
        "trend",
        "trend of the training loss (-1: it only falls, 1: it only rises)",
        lambda c: c.trend,
        1,
    ),
    _feature(
        "late_trend",
        "trend of the training loss in the second half of its points",
        lambda c: c.late_trend,
        1,
    ),
    _feature(
        "power",
        "how steeply the training loss falls on logarithmic axes (negative: it falls)",
        lambda c: c.power,
        1,
    ),
    _feature(
        "late_power", "how steeply it fell lately on logarithmic axes", lambda c: c.late_power, 1
    ),
    _feature(
        "noise_to_level",
        "noise of the training loss relative to its level",
        lambda c: c.noise_to_level,
    ),
    _feature(
        "noise_to_range",
        "noise of the training loss relative to its range",
        lambda c: c.noise_to_range,
    ),
    _feature(
        "noise_growth",
        "growth of the noise of the training loss, in powers of ten",
        lambda c: c.noise_growth,
    ),
    _feature(
        "turns",
        "share of points of the training loss above, or below, both neighbours (oscillation)",
        lambda c: c.turns,
    ),
    _feature(
        "overshoot",
        "how far each move of the training loss undoes the last (-1: all of it)",
        lambda c: c.overshoot,
    ),
    _feature(
        "tails", "how much of the moves of the training loss a few spikes make", lambda c: c.tails
    ),
    _feature(
        "spike",
        "greatest rise of the training loss over its noise, in powers of ten",
        lambda c: c.spike,
    ),
    _feature("jump", "greatest rise of the training loss at once over its range", lambda c: c.jump),
    _feature("rises", "share of the moves of the training loss that go up", lambda c: c.rises),
    _feature(
        "still", "share of the moves of the training loss that change nothing", lambda c: c.still, 1
    ),
    _feature("peak", "highest training loss over the first, in powers of ten", lambda c: c.peak, 1),
    _feature(
        "shift",
        "shift of the training loss from one level to another (positive: up)",
        lambda c: c.shift,
        1,
    ),
    _feature(
        "rebound",
        "relative rise of the training loss above its lowest level",
        lambda c: c.rebound,
        1,
    ),
    _feature(
        "lost",
        "share of its range by which the training loss is above its lowest level",
        lambda c: c.lost,
        1,
    ),
    _feature("lowest_at", "when the training loss was lowest (1: now)", lambda c: c.lowest_at),
    _feature(
        "plateau",
        "share of the points since when the training loss stays where it is",
        lambda c: c.plateau,
    ),
    _feature(
        "half_fallen_at",
        "share of the points after which half of the fall was done",
        lambda c: c.half_fallen_at,
    ),
    Feature(
        "loss_start_to_guess",
        Group.TRAIN_LOSS,
        "first training loss relative to what guessing costs (0: the same)",
        _start_to_guess,
        1,
    ),
    Feature(
        "loss_now_to_guess",
        Group.TRAIN_LOSS,
        "training loss relative to what guessing costs (0: the same, -1: far below)",
        _now_to_guess,
        1,
    ),
    Feature(
        "loss_epoch_change",
        Group.TRAIN_LOSS,
        "relative change from the first training loss to the mean of the last epoch",
        _epoch_change,
        1,
    ),
)
