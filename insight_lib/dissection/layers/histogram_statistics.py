"""The numbers of the compact statistics, as far as the buckets of a histogram tell them."""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats, Integers
from insight_lib.tracer.stats_format import QUANTILES, STATS_FIELDS

LARGEST_COUNT = 2.0**53
"""From here on a double does not tell one count from the next."""
NOT_COUNTED = "its buckets have no edges in order, or its counts are no counts"


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
    elements: all but its count is NaN. One with an edge that is not finite is of a tensor with an
    element that is not, which TensorFlow 2 and PyTorch take the edges from: its count, and one such
    element, the least that there can be, is all that is known. It is infinite where an edge is, as
    TensorFlow 2 divides the way to infinity into NaN.

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
        sound = ~(lefts > rights) & (counts >= 0) & (counts < LARGEST_COUNT)
        bad = np.bincount(whose, ~sound, histograms) > 0
        bad |= np.bincount(whose, np.where(sound, counts, 0), histograms) >= LARGEST_COUNT
        edges = _BrokenEdges.of(whose, lefts, rights, histograms)
        elements = np.bincount(whose, np.where(sound, counts, 0), histograms)
        filled = sound & (counts > 0) & ~(bad | edges.broken)[whose]
        whose, counts = whose[filled], counts[filled]
        lefts, rights = lefts[filled], rights[filled]
        field = _sums(whose, lefts, rights, counts, histograms)
        field["count"] = np.where(edges.broken, np.round(elements), field["count"])
        field |= {"nans": edges.nans, "infs": edges.infs}
    numbers = np.full((histograms, len(STATS_FIELDS)), np.nan)
    for name, values in field.items():
        numbers[:, STATS_FIELDS.index(name)] = values
    numbers[:, -len(QUANTILES) :] = _quantiles(whose, lefts, rights, counts, histograms)
    return numbers, ~bad


@dataclass(frozen=True)
class _BrokenEdges:
    """Of n histograms whether an edge is not finite, and the elements (1 or NaN) that say so."""

    broken: Booleans
    nans: Floats
    infs: Floats

    @classmethod
    def of(cls, whose: Integers, lefts: Floats, rights: Floats, histograms: int) -> "_BrokenEdges":
        infinite = np.bincount(whose, np.isinf(lefts) | np.isinf(rights), histograms) > 0
        undefined = np.bincount(whose, np.isnan(lefts) | np.isnan(rights), histograms) > 0
        return cls(
            infinite | undefined,
            np.where(undefined & ~infinite, 1.0, np.nan),
            np.where(infinite, 1.0, np.nan),
        )


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
