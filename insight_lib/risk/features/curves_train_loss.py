"""Features of the training loss."""

from insight_lib.risk.features.curve_features import CurveFeatures
from insight_lib.risk.features.curves import curves_of
from insight_lib.risk.features.feature import Feature, Group, Seen, Unit
from insight_lib.risk.features.measures import relative_change

_feature = CurveFeatures(Group.TRAIN_LOSS, lambda curves: curves.train, "loss_")


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
        "nonfinite",
        "share of the training loss that is NaN or infinite",
        lambda c: c.nonfinite,
        1,
        say=(
            "[the training loss is finite|{value} of the values of the training loss are "
            "NaN or infinite|the training loss is NaN or infinite throughout]"
        ),
        unit=Unit.SHARE,
    ),
    _feature(
        "change",
        "relative change of the training loss since its start (negative: it fell)",
        lambda c: c.change,
        1,
        say="since its start the training loss [fell {value}|hardly changed|rose {value}]",
        unit=Unit.CHANGE,
    ),
    _feature(
        "fall_to_noise",
        "fall of the training loss over its noise (0.5: as large)",
        lambda c: c.fall_to_noise,
        -1,
        say=(
            "since its start the training loss [rose by {value} its noise|hardly "
            "changed|fell by {value} its noise]"
        ),
        unit=Unit.SQUASHED,
    ),
    _feature(
        "last_octave",
        "relative change of the training loss in the last half of the steps",
        lambda c: c.octave(0),
        1,
        say=(
            "in the last half of the steps the training loss [fell {value}|hardly "
            "changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
    _feature(
        "octave_before",
        "relative change of the training loss in the second quarter of the steps",
        lambda c: c.octave(1),
        1,
        say=(
            "in the second quarter of the steps the training loss [fell {value}|hardly "
            "changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
    _feature(
        "early_octave",
        "relative change of the training loss in the second eighth of the steps",
        lambda c: c.octave(2),
        say=(
            "in the second eighth of the steps the training loss [fell {value}|hardly "
            "changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
    _feature(
        "last_quarter",
        "relative change of the training loss from the third quarter of the steps to the last",
        lambda c: c.last_quarter,
        1,
        say=(
            "in the last quarter of the steps the training loss [fell {value}|hardly "
            "changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
    _feature(
        "trend",
        "trend of the training loss (-1: it only falls, 1: it only rises)",
        lambda c: c.trend,
        1,
        say="the training loss [{value} falls|neither falls nor rises|{value} rises]",
        unit=Unit.TREND,
    ),
    _feature(
        "late_trend",
        "trend of the training loss in the second half of its points",
        lambda c: c.late_trend,
        1,
        say=(
            "in the second half the training loss [{value} falls|neither falls nor "
            "rises|{value} rises]"
        ),
        unit=Unit.TREND,
    ),
    _feature(
        "power",
        "how steeply the training loss falls on logarithmic axes (negative: it falls)",
        lambda c: c.power,
        1,
        say=(
            "each time the steps doubled, the training loss [fell {value}|hardly "
            "changed|rose {value}]"
        ),
        unit=Unit.DOUBLING,
    ),
    _feature(
        "late_power",
        "how steeply it fell lately on logarithmic axes",
        lambda c: c.late_power,
        1,
        say=(
            "lately, each time the steps doubled, the training loss [fell {value}|hardly "
            "changed|rose {value}]"
        ),
        unit=Unit.DOUBLING,
    ),
    _feature(
        "noise_to_level",
        "noise of the training loss relative to its level",
        lambda c: c.noise_to_level,
        say="the noise of the training loss is {value} its level",
        unit=Unit.SQUASHED,
    ),
    _feature(
        "noise_to_range",
        "noise of the training loss relative to its range",
        lambda c: c.noise_to_range,
        say="the noise of the training loss is {value} of its range",
        unit=Unit.SHARE,
    ),
    _feature(
        "noise_growth",
        "growth of the noise of the training loss, in powers of ten",
        lambda c: c.noise_growth,
        say="the training loss is {value} times as noisy as in the first half",
        unit=Unit.DECADES,
    ),
    _feature(
        "turns",
        "share of points of the training loss above, or below, both neighbours (oscillation)",
        lambda c: c.turns,
        say="the training loss turns round at {value} of its points",
        unit=Unit.SHARE,
    ),
    _feature(
        "overshoot",
        "how far each move of the training loss undoes the last (-1: all of it)",
        lambda c: c.overshoot,
        say=(
            "each move of the training loss [undoes {value} of the last one|is independent "
            "of the last one|repeats {value} of the last one]"
        ),
        unit=Unit.SIGNED_SHARE,
    ),
    _feature(
        "tails",
        "how much of the moves of the training loss a few spikes make",
        lambda c: c.tails,
        say="a few spikes make {value} of the moves of the training loss",
        unit=Unit.SHARE,
    ),
    _feature(
        "spike",
        "greatest rise of the training loss over its noise, in powers of ten",
        lambda c: c.spike,
        say="the greatest rise of the training loss is {value} times its noise",
        unit=Unit.DECADES,
    ),
    _feature(
        "jump",
        "greatest rise of the training loss at once over its range",
        lambda c: c.jump,
        say="the greatest rise of the training loss at once is {value} of its range",
        unit=Unit.SHARE,
    ),
    _feature(
        "rises",
        "share of the moves of the training loss that go up",
        lambda c: c.rises,
        say="the training loss rises at {value} of its moves",
        unit=Unit.SHARE,
    ),
    _feature(
        "still",
        "share of the moves of the training loss that change nothing",
        lambda c: c.still,
        1,
        say="the training loss [always moves|stands still at {value} of its moves|never moves]",
        unit=Unit.SHARE,
    ),
    _feature(
        "peak",
        "highest training loss over the first, in powers of ten",
        lambda c: c.peak,
        1,
        say="the highest training loss is {value} times the first",
        unit=Unit.DECADES,
    ),
    _feature(
        "shift",
        "shift of the training loss from one level to another (positive: up)",
        lambda c: c.shift,
        1,
        say=(
            "the training loss [moved to a lower level|stays at one level|moved to a higher level]"
        ),
    ),
    _feature(
        "rebound",
        "relative rise of the training loss above its lowest level",
        lambda c: c.rebound,
        1,
        say="the training loss [is at its lowest|is {value} its lowest level]",
        unit=Unit.TIMES,
    ),
    _feature(
        "lost",
        "share of its range by which the training loss is above its lowest level",
        lambda c: c.lost,
        1,
        say=(
            "the training loss [is at its lowest|is back up by {value} of its range|is at "
            "its highest]"
        ),
        unit=Unit.SHARE,
    ),
    _feature(
        "lowest_at",
        "when the training loss was lowest (1: now)",
        lambda c: c.lowest_at,
        say=(
            "the training loss [was lowest at its start|was lowest {value} of the way to "
            "now|was lowest just now]"
        ),
        unit=Unit.SHARE,
    ),
    _feature(
        "plateau",
        "share of the points since when the training loss stays where it is",
        lambda c: c.plateau,
        say=(
            "the training loss [is still moving|has stood still for the last {value} of the"
            " run so far|has stood still from its start]"
        ),
        unit=Unit.SHARE,
    ),
    _feature(
        "half_fallen_at",
        "share of the points after which half of the fall was done",
        lambda c: c.half_fallen_at,
        say="half of the fall of the training loss was done after {value} of the run so far",
        unit=Unit.SHARE,
    ),
    Feature(
        "loss_start_to_guess",
        Group.TRAIN_LOSS,
        "first training loss relative to what guessing costs (0: the same)",
        _start_to_guess,
        1,
        say="at its start the training loss was {value} what guessing gives",
        unit=Unit.TIMES,
    ),
    Feature(
        "loss_now_to_guess",
        Group.TRAIN_LOSS,
        "training loss relative to what guessing costs (0: the same, -1: far below)",
        _now_to_guess,
        1,
        say="the training loss is {value} what guessing gives",
        unit=Unit.TIMES,
    ),
    Feature(
        "loss_epoch_change",
        Group.TRAIN_LOSS,
        "relative change from the first training loss to the mean of the last epoch",
        _epoch_change,
        1,
        say=(
            "from its first value to the last epoch the training loss [fell {value}|hardly "
            "changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
)
