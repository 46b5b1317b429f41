"""The numbers of the compact statistics, as far as the buckets of a histogram tell them."""

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats, Integers
from insight_lib.tracer.stats_format import QUANTILES, STATS_FIELDS

LARGEST_COUNT = 2.0**53
"""From here on a double does not tell one count from the next."""
NOT_COUNTED = "its buckets have no finite edges in order, or its counts are no counts"


def bucket_numbers(
    lefts: Floats, rights: Floats, counts: Floats, ends: Integers
) -> tuple[Floats, Booleans]:
    """Return what n histograms say in the order of ``STATS_FIELDS``, NaN where they do not.

    Every element is taken to lie in the middle of its bucket: mean, l1 and l2 are off by at most
    half a bucket's width an element; TensorFlow 1's and PyTorch's buckets are a tenth as wide as
    their distance from zero, so that there l1 and l2 are off by at most 5 % of what is not in the
    bucket around zero. ``m2`` does not hold the spread within a bucket. Minimum and maximum are the
    outer edges of the outermost buckets that count something; a quantile is interpolated within
    its bucket. Zeros are known where all elements, or none, lie in buckets that zero is in.

    A histogram that counts nothing says that nothing finite was seen, not that there are no
    elements: all but its count is NaN.

    Args:
        lefts: (m,) left edges of all buckets, histogram after histogram.
        rights: (m,) right edges.
        counts: (m,) elements in each.
        ends: (n + 1,) where the buckets of each histogram end; the first is 0.

    Returns:
        numbers: (n, 27).
        good: (n,) whether its edges and counts make sense; its numbers mean nothing otherwise.
    """
    histograms = ends.size - 1
    whose = np.repeat(np.arange(histograms), np.diff(ends))
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        sound = np.isfinite(lefts) & np.isfinite(rights) & (lefts <= rights)
        sound &= (counts >= 0) & (counts < LARGEST_COUNT)
        bad = np.bincount(whose, ~sound, histograms) > 0
        bad |= np.bincount(whose, np.where(sound, counts, 0), histograms) >= LARGEST_COUNT
        filled = sound & (counts > 0) & ~bad[whose]
        whose, counts = whose[filled], counts[filled]
        lefts, rights = lefts[filled], rights[filled]
        field = _sums(whose, lefts, rights, counts, histograms)
    numbers = np.full((histograms, len(STATS_FIELDS)), np.nan)
    for name, values in field.items():
        numbers[:, STATS_FIELDS.index(name)] = values
    numbers[:, -len(QUANTILES) :] = _quantiles(whose, lefts, rights, counts, histograms)
    return numbers, ~bad


def _sums(
    whose: Integers, lefts: Floats, rights: Floats, counts: Floats, histograms: int
) -> dict[str, Floats]:
    middles = lefts / 2 + rights / 2
    count = np.bincount(whose, counts, histograms)
    mean = np.bincount(whose, counts * middles, histograms) / count
    any_counted = np.where(count > 0, 0.0, np.nan)
    deviations = counts * (middles - mean[whose]) ** 2
    holds_zero = (lefts <= 0) & (rights >= 0)
    around_zero = np.bincount(whose, counts * holds_zero, histograms)
    at_zero = np.bincount(whose, counts * (holds_zero & (lefts == rights)), histograms)
    least, greatest = np.full(histograms, np.inf), np.full(histograms, -np.inf)
    np.minimum.at(least, whose, lefts)
    np.maximum.at(greatest, whose, rights)
    return {
        "count": np.round(count),
        "mean": mean,
        "m2": np.bincount(whose, deviations, histograms) + any_counted,
        "min": least + any_counted,
        "max": greatest + any_counted,
        "l1": np.bincount(whose, counts * np.abs(middles), histograms) + any_counted,
        "l2": np.sqrt(np.bincount(whose, counts * middles**2, histograms)) + any_counted,
        "zeros": np.where(around_zero == at_zero, np.round(at_zero), np.nan) + any_counted,
    }


def _quantiles(
    whose: Integers, lefts: Floats, rights: Floats, counts: Floats, histograms: int
) -> Floats:
    """Return quantiles (n, 7), interpolated linearly within the bucket that each falls into."""
    found = np.full((histograms, len(QUANTILES)), np.nan)
    if not whose.size:
        return found
    total = np.bincount(whose, counts, histograms)
    counted = np.flatnonzero(total > 0)
    upto = np.cumsum(counts)
    before_all = np.concatenate([[0.0], np.cumsum(total)])[:-1]
    share = (upto - before_all[whose]) / total[whose]
    # Histogram h has its shares in (h, h + 1]: one search finds the bucket of every histogram.
    places = whose + np.minimum(share, 1.0)
    for column, rank in enumerate(QUANTILES):
        bucket = np.searchsorted(places, counted + rank, "left")
        width = counts[bucket] / total[counted]
        within = np.clip(1 - (share[bucket] - rank) / width, 0.0, 1.0)
        found[counted, column] = lefts[bucket] * (1 - within) + rights[bucket] * within
    return found
