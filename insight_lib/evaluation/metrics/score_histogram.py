"""The mergeable state of evaluation: what is kept of the rows of each bucket of scores."""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Integers
from insight_lib.errors import InputError
from insight_lib.evaluation.metrics.arrays import ScoredRows, run_starts
from insight_lib.evaluation.metrics.bucket_sums import BucketSums
from insight_lib.evaluation.metrics.kernels import SUMS, sum_by_prefix, sum_by_slot
from insight_lib.evaluation.metrics.score_keys import FEWEST_BITS, KEY_BITS, order_keys

DEFAULT_PREFIX_BITS = 22
"""10 bits of fraction: 1,024 buckets for each doubling of the score.

Measured on click-like scores (3 % positives, 20,000 to 1,000,000 rows): the AUC's bounds are 1.2e-4
apart (twice that for each bit less), its true error is 1e-6 or less, a run of 100,000 rows keeps
9,600 buckets, and from 16 to 22 bits the first pass takes 3 to 5 ns a row. So the state by
itself nearly keeps the default tolerance, and the second pass has the fewest rows to read.
"""

MOST_BUCKETS = 1 << 16
"""Of a bounded state: 4 MB, whatever the number of rows and the range of their scores."""

DENSE_ROWS_A_BUCKET = 0.5
"""A matrix over all possible buckets pays from this many rows a bucket on; below, sorting does."""


@dataclass(frozen=True, eq=False)
class ScoreHistogram:
    """Sums of the rows of each occupied bucket of scores.

    ``merge`` is associative and commutative, and ``empty`` is its neutral element: the integer sums
    exactly, the float sums up to rounding. So the state does not depend on how rows are divided
    among files, tasks and nights.

    Attributes:
        prefix_bits: Width of the bucket's prefix of the order key, 12 to 64; 64 tells any two
            scores apart.
        buckets: shape (b,), strictly rising: ``order key >> (64 - prefix_bits)``.
        sums: Those of each bucket, of at least one row.

    Example:
        >>> from insight_lib import ScoreHistogram
        >>> from insight_lib.evaluation.metrics.arrays import scored_rows
        >>> monday = ScoreHistogram.from_rows(scored_rows([0.1, 0.8], [0, 1]))
        >>> tuesday = ScoreHistogram.from_rows(scored_rows([0.1, 0.4], [1, 0]))
        >>> both = monday.merge(tuesday)
        >>> len(both.buckets), int(both.sums.positives.sum())
        (3, 2)
    """

    prefix_bits: int
    buckets: Integers
    sums: BucketSums

    @classmethod
    def empty(cls) -> "ScoreHistogram":
        """Return the state of no rows; of full width, so that a merge leaves the other's width."""
        return cls(KEY_BITS, np.zeros(0, np.int64), BucketSums.empty())

    @classmethod
    def from_rows(
        cls, rows: ScoredRows, prefix_bits: int = DEFAULT_PREFIX_BITS
    ) -> "ScoreHistogram":
        """Return the state of these rows.

        Raises:
            InputError: The width is not within 12 to 64.
        """
        _check_width(prefix_bits)
        if not len(rows.scores):
            return cls(prefix_bits, np.zeros(0, np.int64), BucketSums.empty())
        shift = KEY_BITS - prefix_bits
        extremes = order_keys(np.array([rows.scores.min(), rows.scores.max()])) >> shift
        span = int(extremes[1]) - int(extremes[0]) + 1
        if span * DENSE_ROWS_A_BUCKET <= len(rows.scores):
            return _by_matrix(rows, prefix_bits, int(extremes[0]), span)
        return _by_sorting(rows, prefix_bits)

    def coarsen(self, prefix_bits: int) -> "ScoreHistogram":
        """Return the state at a width not greater than its own.

        Raises:
            InputError: The width is greater than the state's, or below 12.
        """
        _check_width(prefix_bits)
        if prefix_bits > self.prefix_bits:
            raise InputError(
                f"a score histogram of {self.prefix_bits} bits cannot be refined to {prefix_bits}; "
                "build it again from the rows"
            )
        return _add_equal(prefix_bits, self.buckets >> (self.prefix_bits - prefix_bits), self.sums)

    def merge(self, other: "ScoreHistogram") -> "ScoreHistogram":
        """Return the state of the rows of both, at the smaller of the two widths."""
        width = min(self.prefix_bits, other.prefix_bits)
        one, two = self.coarsen(width), other.coarsen(width)
        buckets = np.concatenate([one.buckets, two.buckets])
        order = np.argsort(buckets, kind="stable")
        return _add_equal(width, buckets[order], one.sums.concatenate(two.sums).take(order))

    def bounded(self, most: int = MOST_BUCKETS) -> "ScoreHistogram":
        """Return the state at the greatest width at which it has at most so many buckets.

        A part of some rows fills no more buckets than all of them at any width, so bounding the
        parts before they merge, and their merge again, gives the bounded state of all rows: bounded
        states merge independently of partitioning and order too.

        Args:
            most: At least 4,096, which 12 bits never exceed.
        """
        width, buckets = self.prefix_bits, self.buckets
        while len(buckets) > most:
            width, buckets = width - 1, np.unique(buckets >> 1)
        return self if width == self.prefix_bits else self.coarsen(width)


def _add_equal(prefix_bits: int, buckets: Integers, sums: BucketSums) -> ScoreHistogram:
    """Add up neighbours of the same bucket; ``buckets`` is sorted."""
    if not len(buckets):
        return ScoreHistogram(prefix_bits, buckets, sums)
    starts = run_starts(buckets)
    return ScoreHistogram(prefix_bits, buckets[starts], sums.add_runs(starts))


def _by_matrix(rows: ScoredRows, prefix_bits: int, lowest: int, span: int) -> ScoreHistogram:
    sums = np.zeros((span, SUMS))
    sum_by_prefix(rows.scores, rows.labels, rows.weights, (KEY_BITS - prefix_bits, lowest), sums)
    occupied = np.flatnonzero(sums[:, 0] + sums[:, 1])
    return ScoreHistogram(prefix_bits, occupied + lowest, BucketSums.from_matrix(sums[occupied]))


def _by_sorting(rows: ScoredRows, prefix_bits: int) -> ScoreHistogram:
    prefixes = order_keys(rows.scores) >> (KEY_BITS - prefix_bits)
    buckets, slots = np.unique(prefixes, return_inverse=True)
    sums = np.zeros((len(buckets), SUMS))
    sum_by_slot(slots, rows.scores, rows.labels, rows.weights, sums)
    return ScoreHistogram(prefix_bits, buckets, BucketSums.from_matrix(sums))


def _check_width(prefix_bits: int) -> None:
    if not FEWEST_BITS <= prefix_bits <= KEY_BITS:
        raise InputError(
            f"a prefix of {prefix_bits} bits is no bucket width; choose {FEWEST_BITS} to {KEY_BITS}"
        )
