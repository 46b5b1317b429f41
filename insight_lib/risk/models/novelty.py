"""How far a run is from everything that the model has seen.

Two views, each as a quantile among the runs that were trained on, and the mean of both: how far its
features are from those of healthy runs at the same share (robust z), and how soon random cuts
isolate it (Liu, Ting and Zhou 2008, "Isolation Forest").
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from insight_lib.columnar.arrays import Floats, Places
from insight_lib.dealer.extras import needs_extra
from insight_lib.risk.models.blend import part_of
from insight_lib.risk.models.boosting import single_thread
from insight_lib.risk.models.healthy import Healthy, healthy_of
from insight_lib.risk.models.trees import Trees, joined, trees_of

ABSTAIN_QUANTILE = 0.99
"""A run that is more novel than this share of the runs trained on is outside of what the model
knows."""
FOREST_TREES = 100
"""As Liu, Ting and Zhou take; path lengths have converged well before."""
FOREST_ROWS = 256
"""Rows of a tree, as they take: more rows hide what is rare."""
# Quantiles kept of the runs trained on: a tenth of a percent is finer than abstention needs.
_KEPT = 1001


@dataclass(frozen=True)
class Novelty:
    """What was seen in training, to compare with.

    Attributes:
        healthy: what healthy runs are like.
        forest: its sum over trees is minus the mean length of a row's path.
        distances: shape (_KEPT,), rising: quantiles of the runs trained on.
        isolations: the same of the forest.
        means: the same of the mean of both views.
    """

    healthy: Healthy
    forest: Trees
    distances: Floats
    isolations: Floats
    means: Floats

    def of(self, values: Floats, landmark: Places) -> Floats:
        """Return the novelty of each row, in [0, 1]: the share of training runs less novel.

        Args:
            values: shape (rows, features), NaN where a feature is not known.
            landmark: shape (rows,), place in the landmarks.
        """
        deviation = self.healthy.deviation(values, landmark)
        return _quantile(self.means, _views(self, deviation).mean(axis=0))

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return what `novelty_of` builds the same from."""
        return {
            **{f"healthy.{name}": one for name, one in self.healthy.arrays().items()},
            **{f"forest.{name}": one for name, one in self.forest.arrays().items()},
            "distances": self.distances,
            "isolations": self.isolations,
            "means": self.means,
        }


def novelty_of(
    arrays: Mapping[str, npt.NDArray[np.generic]], landmarks: int, columns: int
) -> Novelty:
    """Return the novelty of `Novelty.arrays`, for so many landmarks and columns.

    Raises:
        InputError: the arrays are no such thing.
    """
    kept = {name: arrays[name].astype(np.float64) for name in ("distances", "isolations", "means")}
    return Novelty(
        healthy_of(part_of(arrays, "healthy."), landmarks, columns),
        trees_of(part_of(arrays, "forest."), columns),
        **kept,
    )


def fit_novelty(values: Floats, landmark: Places, healthy: Healthy, seed: int) -> Novelty:
    """Return what these rows, failed and healthy ones, are to compare with.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    deviation = healthy.deviation(values, landmark)
    forest = _forest(np.nan_to_num(deviation, nan=0.0), seed)
    shares = np.linspace(0, 1, _KEPT)
    alone = Novelty(
        healthy,
        forest,
        np.quantile(_distance(deviation), shares),
        np.quantile(forest.log_odds(np.nan_to_num(deviation, nan=0.0)), shares),
        shares,
    )
    means = np.quantile(_views(alone, deviation).mean(axis=0), shares)
    return Novelty(healthy, forest, alone.distances, alone.isolations, means)


def _views(novelty: Novelty, deviation: Floats) -> Floats:
    """Return both views as quantiles; shape (2, rows)."""
    isolation = novelty.forest.log_odds(np.nan_to_num(deviation, nan=0.0))
    return np.stack(
        [
            _quantile(novelty.distances, _distance(deviation)),
            _quantile(novelty.isolations, isolation),
        ]
    )


def _distance(deviation: Floats) -> Floats:
    """Return the root mean square over the known features; 0 where none is known."""
    known = np.maximum(np.sum(~np.isnan(deviation), axis=1), 1)
    distance: Floats = np.sqrt(np.nansum(deviation**2, axis=1) / known)
    return distance


def _quantile(kept: Floats, values: Floats) -> Floats:
    # Beyond the greatest of training it is 1; a value that many have stands at their middle.
    low = np.searchsorted(kept, values, side="left")
    high = np.searchsorted(kept, values, side="right")
    return (low + high) / (2 * kept.size)


def _forest(inputs: Floats, seed: int) -> Trees:
    with needs_extra("risk"):
        ensemble = import_module("sklearn.ensemble")
    forest = ensemble.IsolationForest(
        n_estimators=FOREST_TREES,
        max_samples=min(FOREST_ROWS, len(inputs)),
        random_state=seed,
    )
    with single_thread():
        forest.fit(inputs)
    return joined([_path_lengths(one.tree_) for one in forest.estimators_], 1 / FOREST_TREES)


def _path_lengths(tree: Any) -> Trees:  # noqa: ANN401  (scikit-learn has no types)
    """Return a tree whose leaves hold minus their depth and minus what their rows would add."""
    left, right = tree.children_left, tree.children_right
    place, is_leaf = np.arange(left.size), left < 0
    depth = np.zeros(left.size)
    for node in np.flatnonzero(~is_leaf):
        depth[[left[node], right[node]]] = depth[node] + 1
    length = depth + _further(tree.n_node_samples.astype(np.float64))
    return Trees(
        roots=np.zeros(1, dtype=np.int64),
        feature=np.where(is_leaf, 0, tree.feature).astype(np.int64),
        threshold=np.where(is_leaf, 0.0, tree.threshold),
        left=np.where(is_leaf, place, left).astype(np.int64),
        right=np.where(is_leaf, place, right).astype(np.int64),
        missing_left=np.zeros(left.size, dtype=np.bool_),
        value=np.where(is_leaf, -length, 0.0),
        baseline=0.0,
    )


def _further(rows: Floats) -> Floats:
    """Return the mean path that so many rows would still take (Liu et al. 2008, equation 1)."""
    others = np.maximum(rows - 1, 1)
    harmonic = np.log(others) + np.euler_gamma
    more: Floats = np.where(rows > 2, 2 * harmonic - 2 * others / np.maximum(rows, 1), 0.0)
    return np.where(rows == 2, 1.0, more)
