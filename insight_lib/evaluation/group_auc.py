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
import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.evaluation.arrays import Integers, ScoredRows
from insight_lib.evaluation.group_kernels import GROUP_SUMS, sum_groups

NO_GROUP = -1
"""The number of rows that name no group; they count in no AUC, only against the coverage."""


@dataclass(frozen=True)
class GroupAucSums:
    """The mergeable state; parts may be merged that have no group in common.

    So very many groups are divided among tasks by group, and no state holds a row.

    Attributes:
        weighted_auc: Sum of weight times AUC over the groups that count.
        counted_weight: Sum of their weights.
        groups: How many they are.
        unsafe: How many of them have weights too small or too large to be multiplied.
        weight: Sum of the weights of all rows.
        named: Rows that name a group.
    """

    weighted_auc: float = 0.0
    counted_weight: float = 0.0
    groups: int = 0
    unsafe: int = 0
    weight: float = 0.0
    named: int = 0

    @classmethod
    def empty(cls) -> "GroupAucSums":
        """The state of no rows, neutral in a merge."""
        return cls()

    @classmethod
    def from_rows(cls, groups: Integers, rows: ScoredRows) -> "GroupAucSums":
        """Return the state of whole groups of rows.

        Args:
            groups: shape (n,), a number for each row's group, or ``NO_GROUP``.
            rows: n rows in any order.
        """
        named = groups != NO_GROUP
        inside, numbers = rows.take(named), groups[named]
        order = np.lexsort((inside.scores, numbers))
        ordered = inside.take(order)
        sums = np.zeros(GROUP_SUMS)
        sum_groups(numbers[order], ordered.scores, ordered.labels, ordered.weights, sums)
        weighted_auc, counted_weight, count, unsafe = sums.tolist()
        # Weights near the end of float64 may overflow; the coverage is undefined then.
        with np.errstate(over="ignore"):
            weight = float(rows.weights.sum())
        return cls(weighted_auc, counted_weight, int(count), int(unsafe), weight, len(numbers))

    def merge(self, other: "GroupAucSums") -> "GroupAucSums":
        """The state of the rows of both, which have no group in common."""
        return GroupAucSums(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def undefined_reason(self) -> str | None:
        """Why there is no GAUC, or None if there is."""
        if not self.named:
            return "no example names a group"
        if not self.groups:
            return "no group holds both classes"
        if self.unsafe:
            return f"weights of {self.unsafe} groups are too small or too large to be multiplied"
        return None

    def compute(self) -> float:
        """Return the GAUC, in 0 to 1, where it is defined."""
        return self.weighted_auc / self.counted_weight

    def coverage(self) -> float | None:
        """Share of the weight that is in groups that count, in 0 to 1; None without weight."""
        return self.counted_weight / self.weight if 0 < self.weight < np.inf else None


def group_numbers(names: pa.ChunkedArray) -> Integers:
    """Return a number for each name of a group, shape (n,), ``NO_GROUP`` where it is null.

    Numbers rise as names do, so that sums over groups round in the same way in any company.
    """
    encoded = pc.cast(names, pa.string()).combine_chunks().dictionary_encode()
    rank = np.empty(len(encoded.dictionary) + 1, np.int64)
    rank[pc.sort_indices(encoded.dictionary).to_numpy()] = np.arange(len(encoded.dictionary))
    # The last one is where -1, the code of a null, leads.
    rank[-1] = NO_GROUP
    numbers: Integers = rank[encoded.indices.fill_null(-1).to_numpy()]
    return numbers


def group_metrics(groups: Integers, rows: ScoredRows) -> dict[str, float | int | str | None]:
    """Return the columns of table ``evaluations`` that are about groups."""
    sums = GroupAucSums.from_rows(groups, rows)
    reason = sums.undefined_reason
    return {
        "gauc": sums.compute() if reason is None else None,
        "gauc_groups": sums.groups,
        "gauc_coverage": sums.coverage(),
        "gauc_undefined_reason": reason,
    }
