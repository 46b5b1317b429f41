"""The curves of a run as one sequence, for a model that reads them itself."""

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.risk.features.curves import Score, curves_of
from insight_lib.risk.features.feature import Seen
from insight_lib.risk.features.layer_tokens import Tokens
from insight_lib.risk.features.measures import median, relative_change
from insight_lib.risk.features.shape.shape import Shape

CURVE_POINTS = 16
CURVE_CHANNELS = (
    "train_loss",
    "train_noise",
    "train_nonfinite",
    "validation_loss",
    "metric",
    "return",
    "generator_loss",
    "discriminator_loss",
)
_START_POINTS = 3
_MOST = 2.0  # of a score beside chance, which is 1: what is worse is hardly better known


def curve_tokens(seen: Seen) -> Tokens:
    """Return the curves at CURVE_POINTS even shares of what was seen of each.

    Losses are their relative change since the training loss's start, in [-1, 1]; the metric what is
    missing of it beside what is missing by chance or, where that is not known, at its start, cut to
    [0, 2]; the return its loss since its start as a share of its range.

    Returns:
        (CURVE_POINTS, len(CURVE_CHANNELS)) float32; NaN where not known, before the first point of
        a curve too.
    """
    curves = curves_of(seen)
    scored = curves.score if curves.score.shape.values.size else curves.train_score
    before = curves.epochs if curves.epochs.values.size else curves.validation
    columns = (
        _change(curves.train, curves.train),
        _noise(curves.train),
        _nonfinite(curves.train),
        _change(curves.validation, before),
        _metric(scored),
        _return(curves.returns),
        _change(curves.generator, curves.generator),
        _change(curves.discriminator, curves.discriminator),
    )
    return np.stack(columns, axis=1).astype(np.float32)


def _change(curve: Shape, before: Shape) -> Floats:
    """Return the relative change of a curve since the start of another, (CURVE_POINTS,)."""
    start = _start(before)
    return np.array([relative_change(start, value) for value in _course(curve)])


def _metric(score: Score) -> Floats:
    if not score.chance > 0:
        return 1 + _change(score.shape, score.shape)
    return np.clip(_course(score.shape) / score.chance, 0.0, _MOST)


def _return(curve: Shape) -> Floats:
    if not curve.values.size or not np.ptp(curve.values) > 0:
        return np.where(np.isfinite(_course(curve)), 0.0, np.nan)
    return np.clip((_course(curve) - _start(curve)) / np.ptp(curve.values), -1.0, 1.0)


def _start(curve: Shape) -> float:
    return median(curve.values[:_START_POINTS])


def _course(curve: Shape) -> Floats:
    """Return the median of each of CURVE_POINTS spans, of one without a point that before it."""
    return _of_spans(curve.times, curve.values)


def _noise(curve: Shape) -> Floats:
    """Return the typical size of a move relative to where it goes from and to, in [0, 1]."""
    pairs = zip(curve.values[:-1], curve.values[1:], strict=True)
    moves = np.array([abs(relative_change(*pair)) for pair in pairs])
    return _of_spans(curve.times[1:], moves)


def _nonfinite(curve: Shape) -> Floats:
    """Return whether most of the values of each span, by their number, are NaN or infinite."""
    count = curve.written.size
    return _of_spans(np.arange(1, count + 1) / max(count, 1), ~np.isfinite(curve.written) * 1.0)


def _of_spans(times: Floats, values: Floats) -> Floats:
    found = np.full(CURVE_POINTS, np.nan)
    ends = np.searchsorted(times, np.arange(CURVE_POINTS + 1) / CURVE_POINTS, side="right")
    for span in range(CURVE_POINTS):
        inside = values[ends[span] : ends[span + 1]]
        found[span] = median(inside) if inside.size else found[span - 1] if span else np.nan
    return found
