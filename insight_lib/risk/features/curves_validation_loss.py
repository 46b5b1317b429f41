"""Features of the validation loss, and of how far it is from the training loss."""

from collections.abc import Callable

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.risk.features.curves import curves_of
from insight_lib.risk.features.feature import Feature, Group, Seen
from insight_lib.risk.features.measures import relative_change
from insight_lib.risk.features.shape import Shape, kendall_tau


def _feature(
    name: str, meaning: str, measure: Callable[[Shape], float], direction: int = 0
) -> Feature:
    def compute(seen: Seen) -> float:
        return measure(curves_of(seen).validation)

    return Feature(f"validation_{name}", Group.VALIDATION_LOSS, meaning, compute, direction)


def _first_to_start(seen: Seen) -> float:
    curves = curves_of(seen)
    return relative_change(curves.train.start, curves.validation.start)


def _now_to_start(seen: Seen) -> float:
    curves = curves_of(seen)
    return relative_change(curves.train.start, curves.validation.now)


def _now_to_guess(seen: Seen) -> float:
    curves = curves_of(seen)
    return relative_change(curves.guess, curves.validation.now)


def _pairs(train: Shape, validation: Shape) -> tuple[Floats, Floats]:
    """Return both at the times of validation at which there was a training loss, each (n,)."""
    if not train.size:
        return np.zeros(0), np.zeros(0)
    keep = validation.times >= train.times[0]
    return np.interp(validation.times[keep], train.times, train.values), validation.values[keep]


def _gaps(train: Shape, validation: Shape) -> Floats:
    """Return the relative change from training to validation at each time, (n,)."""
    before, after = (values / 2 for values in _pairs(train, validation))
    size = np.abs(before) + np.abs(after)
    gaps: Floats = np.divide(after - before, size, out=np.zeros(size.size), where=size > 0)
    return gaps


def _gap(seen: Seen) -> float:
    curves = curves_of(seen)
    return relative_change(curves.epochs.now, curves.validation.now)


def _gap_growth(seen: Seen) -> float:
    gaps = _gaps(curves_of(seen).epochs, curves_of(seen).validation)
    return float(gaps[-1] - gaps[0]) / 2 if gaps.size >= 2 else np.nan


def _gap_trend(seen: Seen) -> float:
    return kendall_tau(_gaps(curves_of(seen).epochs, curves_of(seen).validation))


def _apart(seen: Seen) -> float:
    train, validation = _pairs(curves_of(seen).epochs, curves_of(seen).validation)
    if train.size < 3:
        return np.nan
    return float(((np.diff(train) < 0) & (np.diff(validation) > 0)).mean())


def _lowest_before(seen: Seen) -> float:
    curves = curves_of(seen)
    return curves.epochs.lowest_at - curves.validation.lowest_at


def _score_gap(seen: Seen) -> float:
    curves = curves_of(seen)
    return relative_change(curves.train_score.shape.now, curves.score.shape.now)


def _score_gap_growth(seen: Seen) -> float:
    curves = curves_of(seen)
    gaps = _gaps(curves.train_score.shape, curves.score.shape)
    return float(gaps[-1] - gaps[0]) / 2 if gaps.size >= 2 else np.nan


VALIDATION_LOSS_FEATURES = (
    _feature(
        "nonfinite",
        "share of the validation loss that is NaN or infinite",
        lambda c: c.nonfinite,
        1,
    ),
    _feature(
        "change",
        "relative change of the validation loss since its first value (negative: it fell)",
        lambda c: c.change,
        1,
    ),
    _feature(
        "fall_to_noise",
        "fall of the validation loss over its noise (0.5: as large)",
        lambda c: c.fall_to_noise,
        -1,
    ),
    _feature(
        "last_octave",
        "relative change of the validation loss in the last half of the steps",
        lambda c: c.octave(0),
        1,
    ),
    _feature(
        "octave_before",
        "relative change of the validation loss in the second quarter of the steps",
        lambda c: c.octave(1),
        1,
    ),
    _feature(
        "trend",
        "trend of the validation loss (-1: it only falls, 1: it only rises)",
        lambda c: c.trend,
        1,
    ),
    _feature(
        "late_trend",
        "trend of the validation loss in the second half of its points",
        lambda c: c.late_trend,
        1,
    ),
    _feature(
        "noise_to_level",
        "noise of the validation loss relative to its level",
        lambda c: c.noise_to_level,
    ),
    _feature(
        "jump", "greatest rise of the validation loss at once over its range", lambda c: c.jump
    ),
    _feature(
        "peak", "highest validation loss over the first, in powers of ten", lambda c: c.peak, 1
    ),
    _feature(
        "rebound",
        "relative rise of the validation loss above its lowest level",
        lambda c: c.rebound,
        1,
    ),
    _feature(
        "lost",
        "share of its range by which the validation loss is above its lowest level",
        lambda c: c.lost,
        1,
    ),
    _feature(
        "lowest_at", "when the validation loss was lowest (1: now)", lambda c: c.lowest_at, -1
    ),
    _feature(
        "still",
        "share of the moves of the validation loss that change nothing",
        lambda c: c.still,
        1,
    ),
    Feature(
        "validation_first_to_start",
        Group.VALIDATION_LOSS,
        "first validation loss relative to the training loss at the start",
        _first_to_start,
        1,
    ),
    Feature(
        "validation_now_to_start",
        Group.VALIDATION_LOSS,
        "validation loss relative to the training loss at the start",
        _now_to_start,
        1,
    ),
    Feature(
        "validation_now_to_guess",
        Group.VALIDATION_LOSS,
        "validation loss relative to what guessing costs (0: the same, -1: far below)",
        _now_to_guess,
        1,
    ),
)

GAP_FEATURES = (
    Feature(
        "gap",
        Group.GAP,
        "validation loss relative to the training loss (positive: validation is worse)",
        _gap,
        1,
    ),
    Feature(
        "gap_growth", Group.GAP, "growth of that gap since the first validation", _gap_growth, 1
    ),
    Feature("gap_trend", Group.GAP, "trend of that gap (1: it only widens)", _gap_trend, 1),
    Feature(
        "gap_apart",
        Group.GAP,
        "share of moves in which the training loss falls and the validation loss rises",
        _apart,
        1,
    ),
    Feature(
        "gap_lowest_before",
        Group.GAP,
        "by how much earlier the validation loss was lowest than the training loss",
        _lowest_before,
        1,
    ),
    Feature(
        "score_gap",
        Group.GAP,
        "what is missing of the held-out score relative to the training score",
        _score_gap,
        1,
    ),
    Feature(
        "score_gap_growth",
        Group.GAP,
        "growth of that gap since the first validation",
        _score_gap_growth,
        1,
    ),
)
