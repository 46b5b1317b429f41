"""GAUC: the AUC within groups, such as users, weighted by their impressions.

    GAUC = sum over g of w_g AUC_g / sum over g of w_g

over the groups g in which both classes have weight, w_g the weight of a group's rows, of which each
counts 1 where rows have no weights [1]. It says whether a user's examples are in order, which the
AUC over all does not: that also compares the examples of different users. Groups of one class have
no AUC and are skipped; the coverage says how much of the weight is in groups that count.

[1] H. Zhu et al., "Optimized cost per click in Taobao display advertising", KDD (2017), section
5.2; G. Zhou et al., "Deep interest network for click-through rate prediction", KDD (2018), section
6.3, equation 7.
"""

from dataclasses import dataclass, fields

import numpy as np

from insight_lib.columnar.arrays import Integers
from insight_lib.evaluation.by_step.group_kernels import GROUP_SUMS, sum_groups
from insight_lib.evaluation.metrics.arrays import ScoredRows


@dataclass(frozen=True)
class GroupAucSums:
    """The mergeable state; parts may be merged that have no group in common.

    So very many groups can be divided among tasks by group, and no state holds a row.

    Attributes:
        weighted_auc: Sum of weight times AUC over the groups that count.
        counted_weight: Sum of their weights.
        groups: How many they are.
        unsafe: How many of them have weights too small or too large to be multiplied.
        rows: Rows of all groups.
    """

    weighted_auc: float = 0.0
    counted_weight: float = 0.0
    groups: int = 0
    unsafe: int = 0
    rows: int = 0

    @classmethod
    def empty(cls) -> "GroupAucSums":
        """Return the state of no rows, neutral in a merge."""
        return cls()

    @classmethod
    def from_rows(cls, groups: Integers, rows: ScoredRows) -> "GroupAucSums":
        """Return the state of whole groups of rows.

        Args:
            groups: shape (n,), a number for each row's group.
            rows: n rows in any order.
        """
        order = np.lexsort((rows.scores, groups))
        ordered = rows.take(order)
        sums = np.zeros(GROUP_SUMS)
        sum_groups(groups[order], ordered.scores, ordered.labels, ordered.weights, sums)
        weighted_auc, counted_weight, count, unsafe = sums.tolist()
        return cls(weighted_auc, counted_weight, int(count), int(unsafe), len(groups))

    def merge(self, other: "GroupAucSums") -> "GroupAucSums":
        """Return the state of the rows of both, which have no group in common."""
        return GroupAucSums(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def undefined_reason(self) -> str | None:
        """Why there is no GAUC, or None if there is."""
        if not self.rows:
            return "no example names a group"
        if not self.groups:
            return "no group holds both classes"
        if self.unsafe:
            return f"weights of {self.unsafe} groups are too small or too large to be multiplied"
        return None

    def compute(self) -> float | None:
        """Return the GAUC, in 0 to 1; None where it is undefined."""
        return self.weighted_auc / self.counted_weight if self.undefined_reason is None else None

    def coverage(self, weight: float) -> float | None:
        """Return the share of a weight that is in groups that count, in 0 to 1.

        Args:
            weight: Of all rows, also of those that name no group; None is returned where it is 0
                or not finite.
        """
        return self.counted_weight / weight if 0 < weight < np.inf else None
