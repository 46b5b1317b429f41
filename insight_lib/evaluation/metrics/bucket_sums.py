"""The sums that are kept of the rows of a bucket; all of them add up when buckets merge."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from insight_lib.columnar.arrays import Booleans, Floats, Integers
from insight_lib.evaluation.metrics.kernels import SUMS


@dataclass(frozen=True, eq=False)
class BucketSums:
    """Named sums, each of shape (buckets,).

    Attributes:
        positives: Rows of label 1.
        negatives: Rows of label 0.
        positive_weight: Sum of the positives' weights.
        negative_weight: Sum of the negatives' weights.
        positive_weight_sq: Sum of the squares of the positives' weights, for standard errors.
        negative_weight_sq: The same of the negatives.
        score_sum: Sum of weight times score.
    """

    positives: Integers
    negatives: Integers
    positive_weight: Floats
    negative_weight: Floats
    positive_weight_sq: Floats
    negative_weight_sq: Floats
    score_sum: Floats

    def __len__(self) -> int:
        return len(self.positives)

    @classmethod
    def from_matrix(cls, sums: Floats) -> "BucketSums":
        """Name the columns of a kernel's matrix, shape (buckets, 7)."""
        counts = sums[:, :2].astype(np.int64)
        return cls(counts[:, 0], counts[:, 1], *np.ascontiguousarray(sums[:, 2:].T))

    @classmethod
    def empty(cls) -> "BucketSums":
        """Return the sums of no bucket."""
        return cls.from_matrix(np.zeros((0, SUMS)))

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """Name to sums, in order."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def take(self, index: Integers | Booleans) -> "BucketSums":
        """Return the sums of the buckets at these places, or where the mask is true."""
        return BucketSums(*(column[index] for column in self.columns().values()))

    def concatenate(self, other: "BucketSums") -> "BucketSums":
        """Return these buckets, then the other ones."""
        pairs = zip(self.columns().values(), other.columns().values(), strict=True)
        return BucketSums(*(np.concatenate(pair) for pair in pairs))

    def add_runs(self, starts: Integers) -> "BucketSums":
        """Add up neighbouring buckets; each run begins at one of ``starts``, the first at 0."""
        # Scores near the end of float64 may overflow score_sum, which only probabilities need.
        with np.errstate(over="ignore", invalid="ignore"):
            return BucketSums(*(np.add.reduceat(c, starts) for c in self.columns().values()))
