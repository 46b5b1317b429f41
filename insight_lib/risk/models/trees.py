"""Sums of binary decision trees as arrays, walked by a compiled loop."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from insight_lib.columnar.arrays import Booleans, Floats, Integers, Places
from insight_lib.errors import InputError
from insight_lib.kernels import compiles_ahead, kernel

# Rows are walked in parts, so that memory stays at some tens of MB for any number of rows.
_CELLS_AT_ONCE = 1_000_000


@dataclass(frozen=True)
class Trees:
    """A sum of trees. A node is a place in the arrays of shape (nodes,); children come after it.

    A row goes left where its value is at most the threshold, and where it is not known as
    ``missing_left`` says. A leaf is its own child on both sides.

    Attributes:
        roots: shape (trees,), the first node of each tree.
        feature: column of the values that a node looks at.
        threshold: what it compares with.
        left: node to go on with.
        right: node to go on with otherwise.
        missing_left: whether an unknown value goes left.
        value: what a leaf adds; 0 at other nodes.
        baseline: what is added to the sum.
    """

    roots: Integers
    feature: Integers
    threshold: Floats
    left: Integers
    right: Integers
    missing_left: Booleans
    value: Floats
    baseline: float

    def log_odds(self, values: Floats) -> Floats:
        """Return the baseline plus the leaves' values that each row comes to; shape (rows,)."""
        total = np.full(len(values), self.baseline)
        at_once = max(1, _CELLS_AT_ONCE // max(1, self.roots.size))
        for start in range(0, len(values), at_once):
            part = values[start : start + at_once]
            leaf_values = self.leaf_values(part, np.arange(self.roots.size))
            total[start : start + at_once] += leaf_values.sum(axis=1)
        return total

    def leaf_values(self, values: Floats, trees: Places) -> Floats:
        """Return what each row comes to in some of the trees; shape (rows, some).

        Args:
            values: shape (rows, columns).
            trees: their numbers.
        """
        leaves = np.empty((len(values), trees.size), dtype=np.int64)
        inputs = np.ascontiguousarray(values, np.float64)
        nodes = (self.feature, self.threshold, self._children, self.missing_left)
        _walk(inputs, self.roots[trees], *nodes, leaves)
        found: Floats = self.value[leaves]
        return found

    def looking_at(self, columns: Places) -> Places:
        """Return the numbers of the trees in which a node looks at one of some columns, rising."""
        asks = np.isin(self.feature, columns) & (self.left != self.right)
        return np.unique(self._tree_of[asks])

    @cached_property
    def _tree_of(self) -> Places:
        """The number of the tree that each node hangs in; shape (nodes,)."""
        tree = np.zeros(self.feature.size, dtype=np.intp)
        tree[self.roots] = np.arange(self.roots.size)
        for node in range(self.feature.size):  # children come after their parent
            tree[self._children[node]] = tree[node]
        return tree

    @cached_property
    def _children(self) -> Integers:
        """The node to the left and to the right of each; shape (nodes, 2)."""
        return np.column_stack([self.left, self.right])

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return what `trees_of` builds the same trees from."""
        return {
            "roots": self.roots.astype(np.int32),
            "feature": self.feature.astype(np.int16),
            "threshold": self.threshold,
            "left": self.left.astype(np.int32),
            "right": self.right.astype(np.int32),
            "missing_left": self.missing_left,
            "value": self.value,
            "baseline": np.array([self.baseline]),
        }


@kernel
def _walk(
    values: Floats,
    roots: Integers,
    feature: Integers,
    threshold: Floats,
    children: Integers,
    missing_left: Booleans,
    leaves: Integers,
) -> None:
    for row in range(leaves.shape[0]):
        for tree in range(leaves.shape[1]):
            node = roots[tree]
            while True:
                seen = values[row, feature[node]]
                goes_left = missing_left[node] if math.isnan(seen) else seen <= threshold[node]
                following = children[node, 0 if goes_left else 1]
                if following == node:
                    break
                node = following
            leaves[row, tree] = node


def trees_of(arrays: Mapping[str, npt.NDArray[np.generic]], columns: int) -> Trees:
    """Return the trees of `Trees.arrays`.

    Args:
        arrays: by name.
        columns: how many features the values have that will be scored.

    Raises:
        InputError: the arrays are no trees: a walk would leave them or never end.
    """
    trees = Trees(
        roots=arrays["roots"].astype(np.int64),
        feature=arrays["feature"].astype(np.int64),
        threshold=arrays["threshold"].astype(np.float64),
        left=arrays["left"].astype(np.int64),
        right=arrays["right"].astype(np.int64),
        missing_left=arrays["missing_left"].astype(np.bool_),
        value=arrays["value"].astype(np.float64),
        baseline=float(arrays["baseline"].astype(np.float64)[0]),
    )
    if not _is_sound(trees, columns):
        raise InputError("a tree of the model does not hang together")
    return trees


def _is_sound(trees: Trees, columns: int) -> bool:
    nodes = trees.feature.size
    place = np.arange(nodes)
    sizes = {one.size for one in (trees.threshold, trees.left, trees.right, trees.value)}
    if sizes | {trees.missing_left.size} != {nodes}:
        return False
    is_leaf = (trees.left == place) & (trees.right == place)
    goes_on = (trees.left > place) & (trees.right > place)
    inside = (trees.left < nodes) & (trees.right < nodes)
    looks = (trees.feature >= 0) & (trees.feature < max(1, columns))
    starts = (trees.roots >= 0) & (trees.roots < nodes)
    finite = np.isfinite(trees.value).all() and np.isfinite(trees.baseline)
    return bool(((is_leaf | goes_on) & inside & looks).all() and starts.all() and finite)


def joined(parts: Sequence[Trees], share: float) -> Trees:
    """Return the trees of all parts, each part's sum multiplied by the share.

    With share 1 / len(parts) it is the mean of the parts.
    """
    starts = np.cumsum([0, *(one.feature.size for one in parts[:-1])])
    pairs = list(zip(parts, starts, strict=True))
    return Trees(
        roots=np.concatenate([one.roots + start for one, start in pairs]),
        feature=np.concatenate([one.feature for one in parts]),
        threshold=np.concatenate([one.threshold for one in parts]),
        left=np.concatenate([one.left + start for one, start in pairs]),
        right=np.concatenate([one.right + start for one, start in pairs]),
        missing_left=np.concatenate([one.missing_left for one in parts]),
        value=np.concatenate([one.value for one in parts]) * share,
        baseline=sum(one.baseline for one in parts) * share,
    )


@compiles_ahead
def _call_kernels() -> None:
    nodes, floats = np.zeros(1, np.int64), np.zeros(1)
    leaves = np.empty((1, 1), np.int64)
    children = np.zeros((1, 2), np.int64)
    _walk(floats.reshape(1, 1), nodes, nodes, floats, children, floats > 0, leaves)
