"""Features of the scores: accuracy and the like, as what is missing of them, and errors."""

from collections.abc import Callable

import numpy as np

from insight_lib.risk.features.curves import Score, curves_of
from insight_lib.risk.features.feature import Feature, Group, Seen
from insight_lib.risk.features.measures import relative_change
from insight_lib.risk.features.shape import Shape


def _feature(
    name: str, meaning: str, measure: Callable[[Shape], float], direction: int = 0
) -> Feature:
    def compute(seen: Seen) -> float:
        return measure(curves_of(seen).score.shape)

    return Feature(f"score_{name}", Group.METRIC, meaning, compute, direction)


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
    ),
    _feature(
        "fall_to_noise",
        "gain of the held-out score over its noise (0.5: as large)",
        lambda c: c.fall_to_noise,
        -1,
    ),
    _feature(
        "last_octave",
        "relative change of what is missing of the held-out score in the last half of the steps",
        lambda c: c.octave(0),
        1,
    ),
    _feature(
        "trend", "trend of the held-out score (-1: it only gets better)", lambda c: c.trend, 1
    ),
    _feature(
        "late_trend",
        "trend of the held-out score in the second half of its points",
        lambda c: c.late_trend,
        1,
    ),
    _feature(
        "noise_to_range",
        "noise of the held-out score relative to its range",
        lambda c: c.noise_to_range,
    ),
    _feature("jump", "greatest loss of held-out score at once over its range", lambda c: c.jump),
    _feature(
        "lost",
        "share of its range by which the held-out score is below its best level",
        lambda c: c.lost,
        1,
    ),
    _feature("best_at", "when the held-out score was best (1: now)", lambda c: c.lowest_at, -1),
    _feature(
        "still",
        "share of the moves of the held-out score that change nothing",
        lambda c: c.still,
        1,
    ),
    Feature(
        "score_skill",
        Group.METRIC,
        "held-out score above chance, as a share of what lies above it",
        _skill_now,
        -1,
    ),
    Feature(
        "score_best_skill",
        Group.METRIC,
        "best held-out score above chance, likewise",
        _best_skill,
        -1,
    ),
    Feature(
        "score_first_skill",
        Group.METRIC,
        "first held-out score above chance, likewise",
        _first_skill,
        -1,
    ),
    Feature(
        "train_score_skill", Group.METRIC, "training score above chance, likewise", _train_skill, -1
    ),
    Feature(
        "train_score_change",
        Group.METRIC,
        "relative change of what is missing of the training score",
        _train_change,
        1,
    ),
    Feature(
        "train_score_trend",
        Group.METRIC,
        "trend of the training score (-1: it only gets better)",
        _train_trend,
        1,
    ),
    Feature(
        "train_score_still",
        Group.METRIC,
        "share of the moves of the training score that change nothing",
        _train_still,
        1,
    ),
    Feature(
        "loss_to_score",
        Group.METRIC,
        "how far the loss fell without the training score getting better",
        _loss_to_score,
    ),
)
