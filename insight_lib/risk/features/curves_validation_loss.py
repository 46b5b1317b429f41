"""Features of the validation loss."""

from insight_lib.risk.features.curve_features import CurveFeatures
from insight_lib.risk.features.curves import curves_of
from insight_lib.risk.features.feature import Feature, Group, Seen, Unit
from insight_lib.risk.features.measures import relative_change

_feature = CurveFeatures(Group.VALIDATION_LOSS, lambda curves: curves.validation, "validation_")


def _first_to_start(seen: Seen) -> float:
    curves = curves_of(seen)
    return relative_change(curves.train.start, curves.validation.start)


def _now_to_start(seen: Seen) -> float:
    curves = curves_of(seen)
    return relative_change(curves.train.start, curves.validation.now)


def _now_to_guess(seen: Seen) -> float:
    curves = curves_of(seen)
    return relative_change(curves.guess, curves.validation.now)


VALIDATION_LOSS_FEATURES = (
    _feature(
        "nonfinite",
        "share of the validation loss that is NaN or infinite",
        lambda c: c.nonfinite,
        1,
        say=(
            "[the validation loss is finite|{value} of the values of the validation loss "
            "are NaN or infinite|the validation loss is NaN or infinite throughout]"
        ),
        unit=Unit.SHARE,
    ),
    _feature(
        "change",
        "relative change of the validation loss since its first value (negative: it fell)",
        lambda c: c.change,
        1,
        say="since its start the validation loss [fell {value}|hardly changed|rose {value}]",
        unit=Unit.CHANGE,
    ),
    _feature(
        "fall_to_noise",
        "fall of the validation loss over its noise (0.5: as large)",
        lambda c: c.fall_to_noise,
        -1,
        say=(
            "since its start the validation loss [rose by {value} its noise|hardly "
            "changed|fell by {value} its noise]"
        ),
        unit=Unit.SQUASHED,
    ),
    _feature(
        "last_octave",
        "relative change of the validation loss in the last half of the steps",
        lambda c: c.octave(0),
        1,
        say=(
            "in the last half of the steps the validation loss [fell {value}|hardly "
            "changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
    _feature(
        "octave_before",
        "relative change of the validation loss in the second quarter of the steps",
        lambda c: c.octave(1),
        1,
        say=(
            "in the second quarter of the steps the validation loss [fell {value}|hardly "
            "changed|rose {value}]"
        ),
        unit=Unit.CHANGE,
    ),
    _feature(
        "trend",
        "trend of the validation loss (-1: it only falls, 1: it only rises)",
        lambda c: c.trend,
        1,
        say="the validation loss [{value} falls|neither falls nor rises|{value} rises]",
        unit=Unit.TREND,
    ),
    _feature(
        "late_trend",
        "trend of the validation loss in the second half of its points",
        lambda c: c.late_trend,
        1,
        say=(
            "in the second half the validation loss [{value} falls|neither falls nor "
            "rises|{value} rises]"
        ),
        unit=Unit.TREND,
    ),
    _feature(
        "noise_to_level",
        "noise of the validation loss relative to its level",
        lambda c: c.noise_to_level,
        say="the noise of the validation loss is {value} its level",
        unit=Unit.SQUASHED,
    ),
    _feature(
        "jump",
        "greatest rise of the validation loss at once over its range",
        lambda c: c.jump,
        say="the greatest rise of the validation loss at once is {value} of its range",
        unit=Unit.SHARE,
    ),
    _feature(
        "peak",
        "highest validation loss over the first, in powers of ten",
        lambda c: c.peak,
        1,
        say="the highest validation loss is {value} times the first",
        unit=Unit.DECADES,
    ),
    _feature(
        "rebound",
        "relative rise of the validation loss above its lowest level",
        lambda c: c.rebound,
        1,
        say="the validation loss [is at its lowest|is {value} its lowest level]",
        unit=Unit.TIMES,
    ),
    _feature(
        "lost",
        "share of its range by which the validation loss is above its lowest level",
        lambda c: c.lost,
        1,
        say=(
            "the validation loss [is at its lowest|is back up by {value} of its range|is at"
            " its highest]"
        ),
        unit=Unit.SHARE,
    ),
    _feature(
        "lowest_at",
        "when the validation loss was lowest (1: now)",
        lambda c: c.lowest_at,
        -1,
        say=(
            "the validation loss [was lowest at its start|was lowest {value} of the way "
            "to now|was lowest just now]"
        ),
        unit=Unit.SHARE,
    ),
    _feature(
        "still",
        "share of the moves of the validation loss that change nothing",
        lambda c: c.still,
        1,
        say=("the validation loss [always moves|stands still at {value} of its moves|never moves]"),
        unit=Unit.SHARE,
    ),
    Feature(
        "validation_first_to_start",
        Group.VALIDATION_LOSS,
        "first validation loss relative to the training loss at the start",
        _first_to_start,
        1,
        say="the first validation loss is {value} the training loss at the start",
        unit=Unit.TIMES,
    ),
    Feature(
        "validation_now_to_start",
        Group.VALIDATION_LOSS,
        "validation loss relative to the training loss at the start",
        _now_to_start,
        1,
        say="the validation loss is {value} the training loss at the start",
        unit=Unit.TIMES,
    ),
    Feature(
        "validation_now_to_guess",
        Group.VALIDATION_LOSS,
        "validation loss relative to what guessing costs (0: the same, -1: far below)",
        _now_to_guess,
        1,
        say="the validation loss is {value} what guessing gives",
        unit=Unit.TIMES,
    ),
)
