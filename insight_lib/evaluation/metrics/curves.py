"""Curves of at most a few hundred points, each point exact, and the error of what is left out."""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.evaluation.metrics.calibration import CalibrationBins
from insight_lib.evaluation.metrics.score_intervals import Cells

POINTS = 512
"""As many as a picture of a report resolves."""

LARGEST = float(np.finfo(np.float64).max)


@dataclass(frozen=True, eq=False)
class Curve:
    """A curve, point by point.

    Attributes:
        name: As in column ``curve`` of table ``curves``.
        x: Shape (k,).
        y: Shape (k,).
        thinning_error: Greatest vertical distance of the full curve from the thinned one, both as
            straight lines from vertex to vertex; 0 where none is left out.
    """

    name: str
    x: Floats
    y: Floats
    thinning_error: float


def thin(along: Floats, points: int = POINTS) -> Integers:
    """Choose at most ``points`` of the vertices of a curve by their place along it.

    The way from first to last place is cut into ``points // 2`` parts of equal length; the first
    and the last vertex of each part are kept. So what is left out lies, with all of its stretch of
    the curve, between two kept vertices that are at most ``(along[-1] - along[0]) / (points // 2)``
    apart along the curve, and no long edge is bent.

    Args:
        along: Shape (v,), never falling.
        points: At least 2.

    Returns:
        Shape (k,), indices of the kept vertices, rising.
    """
    if len(along) <= points:
        return np.arange(len(along))
    parts, length = points // 2, along[-1] - along[0]
    share = (along - along[0]) / length if length > 0 else np.zeros(len(along))
    part = np.minimum((share * parts).astype(np.int64), parts - 1)
    first = np.flatnonzero(np.diff(part, prepend=-1))
    return np.union1d(first, np.append(first[1:], len(along)) - 1)


def thinning_error(x: Floats, y: Floats, kept: Integers) -> float:
    """Return the greatest vertical distance of a curve's vertices from the lines between some.

    Both curves are straight between neighbouring vertices of the full one, so no point of it is
    farther off. On a vertical line the vertices left out lie between its ends, 0 off.

    Args:
        x: Shape (v,), finite, never falling between kept vertices, nor ever rising.
        y: Shape (v,), finite, likewise where x stays.
        kept: Shape (k,), rising indices of the kept vertices, the first and the last among them.
    """
    after = np.clip(np.searchsorted(kept, np.arange(len(x)), side="left"), 1, len(kept) - 1)
    start, end = kept[after - 1], kept[after]
    # The difference of two scores may overflow, that of their halves may not.
    x = x / 2 if np.abs(x).max() > LARGEST / 2 else x
    run, way = x[end] - x[start], x - x[start]
    share = np.divide(way, run, out=np.zeros_like(way), where=run != 0)
    distance = np.abs(y - (y[start] + share * (y[end] - y[start])))
    return float(distance.max(where=run != 0, initial=0.0))


def roc_curve(cells: Cells) -> Curve:
    """Return the ROC curve of cells of both classes, from (0, 0) to (1, 1), as scikit-learn's.

    x is the false positive rate, y the true positive rate, at each end of a cell from the highest
    scores down. Thinned by x + y, which runs from 0 to 2: what is left out is within
    2 / 256 = 0.0078 (|dx| + |dy|) of what is kept. Inside an open cell the exact curve may leave
    the straight line, but not the rectangle between its two ends.
    """
    true = _from_the_top(cells.sums.positive_weight)
    false = _from_the_top(cells.sums.negative_weight)
    x = np.concatenate([[0.0], false / false[-1]])
    y = np.concatenate([[0.0], true / true[-1]])
    return _kept("roc", x, y, x + y)


def precision_recall_curve(cells: Cells) -> Curve:
    """Return the precision-recall curve of cells of both classes, recall rising.

    x is recall, y precision, at each end of a cell from the highest scores down, from the point
    (0, 1) that scikit-learn adds to (1, prevalence). Precision is no monotone function of recall,
    so it is thinned by the way travelled, the sum of |dx| + |dy| from vertex to vertex: what is
    left out is within 1 / 256 of that whole way of what is kept.
    """
    true = _from_the_top(cells.sums.positive_weight)
    false = _from_the_top(cells.sums.negative_weight)
    weighty = true + false > 0
    true, false = true[weighty], false[weighty]
    x = np.concatenate([[0.0], true / true[-1]])
    y = np.concatenate([[1.0], true / (true + false)])
    travelled = np.cumsum(np.abs(np.diff(x, prepend=0.0)) + np.abs(np.diff(y, prepend=1.0)))
    return _kept("pr", x, y, travelled)


def calibration_curve(bins: CalibrationBins) -> Curve:
    """Return mean score (x) against observed share of positives (y), a point a bin; not thinned."""
    return Curve("calibration", bins.mean_score, bins.observed, 0.0)


def score_curves(cells: Cells) -> tuple[Curve, ...]:
    """Return the cumulative score distributions of the positives and the negatives.

    y is the share of the class with a score of at most x, from near 0 to 1; x is the highest score
    of a cell, so each point is exact. Thinned by y: a vertex left out is at most 1 / 256 above a
    kept one. The greatest vertical distance of the two curves is the Kolmogorov-Smirnov statistic.
    A class without weight has no curve.
    """
    classes = {
        "score_positive": cells.sums.positive_weight,
        "score_negative": cells.sums.negative_weight,
    }
    x = cells.highest_scores
    return tuple(_cumulative(name, x, w) for name, w in classes.items() if w.sum() > 0)


def _cumulative(name: str, x: Floats, weight: Floats) -> Curve:
    present = weight > 0
    share = np.cumsum(weight[present])
    share /= share[-1]
    return _kept(name, x[present], share, share)


def _kept(name: str, x: Floats, y: Floats, along: Floats) -> Curve:
    index = thin(along)
    return Curve(name, x[index], y[index], thinning_error(x, y, index))


def _from_the_top(weight: Floats) -> Floats:
    """Return the weight of each cell and all above it, from the highest cell down."""
    return np.cumsum(weight[::-1])
