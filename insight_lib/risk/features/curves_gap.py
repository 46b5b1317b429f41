"""Features of the gap between training and held-out data, in loss and in score."""

from functools import lru_cache

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.risk.features.curves import curves_of
from insight_lib.risk.features.feature import Feature, Group, Seen, Unit
from insight_lib.risk.features.measures import relative_change
from insight_lib.risk.features.shape.shape import Shape
from insight_lib.risk.features.shape.trend import kendall_tau


# Three features ask for the same.
@lru_cache(maxsize=2)
def _pairs(train: Shape, validation: Shape) -> tuple[Floats, Floats]:
    """Return both at the times of validation at which there was a training loss, each (n,)."""
    if not train.size:
        return np.zeros(0), np.zeros(0)
    keep = validation.times >= train.times[0]
    return np.interp(validation.times[keep], train.times, train.values), validation.values[keep]


@lru_cache(maxsize=2)
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


GAP_FEATURES = (
    Feature(
        "gap",
        Group.GAP,
        "validation loss relative to the training loss (positive: validation is worse)",
        _gap,
        1,
        say="the validation loss is {value} the training loss",
        unit=Unit.TIMES,
    ),
    Feature(
        "gap_growth",
        Group.GAP,
        "growth of that gap since the first validation",
        _gap_growth,
        1,
        say=(
            "since the first validation the gap between validation and training loss "
            "[shrank|hardly changed|widened]"
        ),
    ),
    Feature(
        "gap_trend",
        Group.GAP,
        "trend of that gap (1: it only widens)",
        _gap_trend,
        1,
        say=(
            "the gap between validation and training loss [{value} shrinks|neither shrinks "
            "nor widens|{value} widens]"
        ),
        unit=Unit.TREND,
    ),
    Feature(
        "gap_apart",
        Group.GAP,
        "share of moves in which the training loss falls and the validation loss rises",
        _apart,
        1,
        say="the validation loss rises while the training loss falls in {value} of the moves",
        unit=Unit.SHARE,
    ),
    Feature(
        "gap_lowest_before",
        Group.GAP,
        "by how much earlier the validation loss was lowest than the training loss",
        _lowest_before,
        1,
        say=(
            "the validation loss [was lowest later than the training loss|was lowest when "
            "the training loss was|was lowest earlier than the training loss]"
        ),
    ),
    Feature(
        "score_gap",
        Group.GAP,
        "what is missing of the held-out score relative to the training score",
        _score_gap,
        1,
        say=(
            "the held-out score [is better than the training score|is as good as the "
            "training score|is worse than the training score]"
        ),
    ),
    Feature(
        "score_gap_growth",
        Group.GAP,
        "growth of that gap since the first validation",
        _score_gap_growth,
        1,
        say=(
            "since the first validation the held-out score [caught up with the training "
            "score|kept its distance from the training score|fell behind the training "
            "score]"
        ),
    ),
)
