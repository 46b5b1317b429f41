"""Features of the scores: accuracy and the like, as what is missing of them, and errors."""

import numpy as np

from insight_lib.risk.features.curve_features import CurveFeatures
from insight_lib.risk.features.curves import Score, curves_of
from insight_lib.risk.features.feature import Feature, Group, Seen, Unit
from insight_lib.risk.features.measures import relative_change

_feature = CurveFeatures(Group.METRIC, lambda curves: curves.score.shape, "score_")


def _skill(score: Score, level: float) -> float:
    """Return the share of what chance misses that a level does not, in [-1, 1]."""
    if not score.chance > 0:
        return np.nan
    return float(np.clip(1 - level / score.chance, -1.0, 1.0))


def _skill_now(seen: Seen) -> float:
    score = curves_of(seen).score
    return _skill(score, score.shape.now)


def _best_skill(seen: Seen) -> float:
    score = curves_of(seen).score
    return _skill(score, float(score.shape.values.min())) if score.shape.size else np.nan


def _first_skill(seen: Seen) -> float:
    score = curves_of(seen).score
    return _skill(score, score.shape.start)


def _train_skill(seen: Seen) -> float:
    score = curves_of(seen).train_score
    return _skill(score, score.shape.now)


def _train_change(seen: Seen) -> float:
    return curves_of(seen).train_score.shape.change


def _train_trend(seen: Seen) -> float:
    return curves_of(seen).train_score.shape.trend


def _train_still(seen: Seen) -> float:
    return curves_of(seen).train_score.shape.still


def _loss_to_score(seen: Seen) -> float:
    curves = curves_of(seen)
    return relative_change(1 + curves.epochs.change, 1 + curves.train_score.shape.change)


METRIC_FEATURES = (
    _feature(
        "change",
        "relative change of what is missing of the held-out score (negative: it got better)",
        lambda c: c.change,
        1,
        say="since its start the held-out score [got better|hardly changed|got worse]",
    ),
    _feature(
        "fall_to_noise",
        "gain of the held-out score over its noise (0.5: as large)",
        lambda c: c.fall_to_noise,
        -1,
        say=(
            "since its start the held-out score [got worse by {value} its noise|hardly "
            "changed|got better by {value} its noise]"
        ),
        unit=Unit.SQUASHED,
    ),
    _feature(
        "last_octave",
        "relative change of what is missing of the held-out score in the last half of the steps",
        lambda c: c.octave(0),
        1,
        say=(
            "in the last half of the steps the held-out score [got better|hardly changed|got worse]"
        ),
    ),
    _feature(
        "trend",
        "trend of the held-out score (-1: it only gets better)",
        lambda c: c.trend,
        1,
        say=(
            "the held-out score [{value} gets better|gets neither better nor worse|{value} "
            "gets worse]"
        ),
        unit=Unit.TREND,
    ),
    _feature(
        "late_trend",
        "trend of the held-out score in the second half of its points",
        lambda c: c.late_trend,
        1,
        say=(
            "in the second half the held-out score [{value} gets better|gets neither better"
            " nor worse|{value} gets worse]"
        ),
        unit=Unit.TREND,
    ),
    _feature(
        "noise_to_range",
        "noise of the held-out score relative to its range",
        lambda c: c.noise_to_range,
        say="the noise of the held-out score is {value} of its range",
        unit=Unit.SHARE,
    ),
    _feature(
        "jump",
        "greatest loss of held-out score at once over its range",
        lambda c: c.jump,
        say="the greatest loss of the held-out score at once is {value} of its range",
        unit=Unit.SHARE,
    ),
    _feature(
        "lost",
        "share of its range by which the held-out score is below its best level",
        lambda c: c.lost,
        1,
        say=(
            "the held-out score [is at its best|is below its best by {value} of its "
            "range|is at its worst]"
        ),
        unit=Unit.SHARE,
    ),
    _feature(
        "best_at",
        "when the held-out score was best (1: now)",
        lambda c: c.lowest_at,
        -1,
        say=(
            "the held-out score [was best at its start|was best {value} of the way to "
            "now|was best just now]"
        ),
        unit=Unit.SHARE,
    ),
    _feature(
        "still",
        "share of the moves of the held-out score that change nothing",
        lambda c: c.still,
        1,
        say="the held-out score [always moves|stands still at {value} of its moves|never moves]",
        unit=Unit.SHARE,
    ),
    Feature(
        "score_skill",
        Group.METRIC,
        "held-out score above chance, as a share of what lies above it",
        _skill_now,
        -1,
        say=(
            "the held-out score [is no better than guessing|is {value} of the way from "
            "guessing to perfect|is perfect]"
        ),
        unit=Unit.SHARE,
    ),
    Feature(
        "score_best_skill",
        Group.METRIC,
        "best held-out score above chance, likewise",
        _best_skill,
        -1,
        say=(
            "at its best the held-out score [was no better than guessing|was {value} of the"
            " way from guessing to perfect|was perfect]"
        ),
        unit=Unit.SHARE,
    ),
    Feature(
        "score_first_skill",
        Group.METRIC,
        "first held-out score above chance, likewise",
        _first_skill,
        -1,
        say=(
            "at first the held-out score [was no better than guessing|was {value} of the "
            "way from guessing to perfect|was perfect]"
        ),
        unit=Unit.SHARE,
    ),
    Feature(
        "train_score_skill",
        Group.METRIC,
        "training score above chance, likewise",
        _train_skill,
        -1,
        say=(
            "the training score [is no better than guessing|is {value} of the way from "
            "guessing to perfect|is perfect]"
        ),
        unit=Unit.SHARE,
    ),
    Feature(
        "train_score_change",
        Group.METRIC,
        "relative change of what is missing of the training score",
        _train_change,
        1,
        say="since its start the training score [got better|hardly changed|got worse]",
    ),
    Feature(
        "train_score_trend",
        Group.METRIC,
        "trend of the training score (-1: it only gets better)",
        _train_trend,
        1,
        say=(
            "the training score [{value} gets better|gets neither better nor worse|{value} "
            "gets worse]"
        ),
        unit=Unit.TREND,
    ),
    Feature(
        "train_score_still",
        Group.METRIC,
        "share of the moves of the training score that change nothing",
        _train_still,
        1,
        say="the training score [always moves|stands still at {value} of its moves|never moves]",
        unit=Unit.SHARE,
    ),
    Feature(
        "loss_to_score",
        Group.METRIC,
        "how far the loss fell without the training score getting better",
        _loss_to_score,
        say=(
            "the training loss [fell less than the training score got better|fell as much "
            "as the training score got better|fell more than the training score got better]"
        ),
    ),
)
