"""How far one score distribution lies from another, from their histograms alone.

The population stability index over bins i, with the shares e_i of the reference and a_i of the
sample that is compared with it [1]:

    PSI = sum over i of (a_i - e_i) ln(a_i / e_i)

The bins are the deciles of the reference, made of whole buckets: equal scores stay together, so
there are fewer where scores repeat. A share of 0 is taken as ``SMALLEST_SHARE``, as the logarithm
has no value there. By a rule of thumb [1], below 0.1 the distribution is stable and above 0.25 it
has shifted; between samples of the same distribution PSI is about 9 (1 / n + 1 / m), so small
samples exceed that by chance [2].

[1] N. Siddiqi, "Credit risk scorecards" (2006), chapter 9, scorecard stability.
[2] B. Yurdakul, J. Naranjo, "Statistical properties of the population stability index", Journal of
Risk Model Validation 14 (2020) 89-100.
"""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.evaluation.metrics.bucket_sums import BucketSums
from insight_lib.evaluation.metrics.kolmogorov_smirnov import class_distance
from insight_lib.evaluation.metrics.score_histogram import ScoreHistogram
from insight_lib.evaluation.metrics.score_intervals import Cells

BINS = 10
"""Deciles, as in scorecards; more make PSI depend on chance, fewer blur."""

SMALLEST_SHARE = 1e-4
"""Of a bin without weight: one example in ten thousand, less than a decile's sample resolves."""


@dataclass(frozen=True)
class Drift:
    """How far apart two score distributions are.

    Attributes:
        psi: Population stability index, not negative; None where undefined.
        ks: Kolmogorov-Smirnov distance at the ends of buckets, so a lower bound of it.
        ks_upper: Upper bound of the exact distance, up to rounding.
        undefined_reason: Why the others are None.
    """

    psi: float | None = None
    ks: float | None = None
    ks_upper: float | None = None
    undefined_reason: str | None = None


def drift(reference: ScoreHistogram, sample: ScoreHistogram) -> Drift:
    """Return how far a sample's scores lie from a reference's, by weight and whatever the label."""
    width = min(reference.prefix_bits, sample.prefix_bits)
    one, other = reference.coarsen(width), sample.coarsen(width)
    for name, state in (("reference", one), ("step", other)):
        if not 0 < _of_both_classes(state.sums)[1].sum() < np.inf:
            return Drift(undefined_reason=f"no rows of positive, finite weight in the {name}")
    cells = _side_by_side(one, other)
    distance = class_distance(cells)
    psi = stability_index(cells.sums.positive_weight, cells.sums.negative_weight)
    return Drift(psi, distance.value, distance.upper)


def stability_index(reference: Floats, sample: Floats) -> float:
    """Return the PSI over deciles of the reference.

    Args:
        reference: shape (b,), its weight in each bucket, in order of score.
        sample: shape (b,), the sample's weight in the same buckets.

    Returns:
        At least 0, and 0 where both have the same share in each bin.
    """
    total = reference.sum()
    # A bucket goes whole into the bin in which the middle of its weight falls; one that only the
    # sample has, to the bin of the score that it would have in the reference.
    middle = (np.cumsum(reference) - reference / 2) / total
    bins = np.minimum((middle * BINS).astype(np.int64), BINS - 1)
    filled = np.bincount(bins, reference, BINS) > 0
    # A bin that no bucket of the reference reaches belongs to the next one that is reached.
    place = np.minimum(np.cumsum(filled) - filled, filled.sum() - 1)[bins]
    expected, actual = (np.bincount(place, weight) / weight.sum() for weight in (reference, sample))
    e, a = (np.maximum(share, SMALLEST_SHARE) for share in (expected, actual))
    return float(((a - e) * np.log(a / e)).sum())


def _side_by_side(reference: ScoreHistogram, sample: ScoreHistogram) -> Cells:
    """Cells that hold the reference as one class and the sample as the other, of their width."""
    counts, weights, squares = _of_both_classes(reference.sums)
    no, none = np.zeros_like(counts), np.zeros_like(weights)
    one = BucketSums(counts, no, weights, none, squares, none, reference.sums.score_sum)
    counts, weights, squares = _of_both_classes(sample.sums)
    no, none = np.zeros_like(counts), np.zeros_like(weights)
    other = BucketSums(no, counts, none, weights, none, squares, sample.sums.score_sum)
    width = reference.prefix_bits
    merged = ScoreHistogram(width, reference.buckets, one).merge(
        ScoreHistogram(width, sample.buckets, other)
    )
    return Cells.from_histogram(merged)


def _of_both_classes(sums: BucketSums) -> tuple[Integers, Floats, Floats]:
    """Rows, their weights and the squares of those, shape (b,) each."""
    return (
        sums.positives + sums.negatives,
        sums.positive_weight + sums.negative_weight,
        sums.positive_weight_sq + sums.negative_weight_sq,
    )
