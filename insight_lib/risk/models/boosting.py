"""Histogram gradient boosting by scikit-learn, exported to plain arrays."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import numpy as np

from insight_lib.columnar.arrays import Floats, Places
from insight_lib.dealer.extras import needs_extra
from insight_lib.risk.models.trees import Trees, joined


@dataclass(frozen=True)
class BoostedTrees:
    """Settings of a mean of several boosted models, each of which drew its own features and rows.

    Attributes:
        directions: of each feature +1: more never lowers the risk, -1: more never raises it, 0.
        iterations: trees of one model; no early stopping, which would need held-out rows.
        learning_rate: what each tree counts.
        leaves: at most, of one tree.
        bins: of a feature's values; a quarter of what is usual costs little of the ranking, keeps
            thresholds away from single runs, and takes a quarter of the time.
        least_rows: of a leaf.
        penalty: L2, of the leaves' values.
        features_share: of the features drawn for each split.
        rows_share: of the rows that each model is fitted to.
        members: how many models the mean is of.
    """

    directions: tuple[int, ...]
    iterations: int = 80
    learning_rate: float = 0.08
    leaves: int = 8
    bins: int = 63
    least_rows: int = 20
    penalty: float = 10.0
    features_share: float = 0.3
    rows_share: float = 0.5
    members: int = 3

    def fit(self, values: Floats, failed: Floats, weight: Floats, seed: int) -> Trees:
        """Return the model of these rows; see `Learner.fit`.

        Raises:
            MissingExtraError: scikit-learn is not installed.
        """
        random = np.random.default_rng(seed)
        # A column that is known nowhere teaches nothing, and scikit-learn refuses it.
        columns = np.flatnonzero(~np.isnan(values).all(axis=0))
        parts = []
        for _ in range(self.members):
            drawn = _draw(random, failed, self.rows_share)
            one = self._estimator(columns, int(random.integers(2**31)))
            inputs = values[np.ix_(drawn, columns)]
            with single_thread():
                one.fit(inputs, failed[drawn], sample_weight=weight[drawn])
            trees = exported(one)
            parts.append(replace(trees, feature=columns[trees.feature]))
        return joined(parts, 1 / self.members)

    def _estimator(self, columns: Places, seed: int) -> Any:  # noqa: ANN401  (scikit-learn has no types)
        with needs_extra("risk"):
            ensemble = import_module("sklearn.ensemble")
        return ensemble.HistGradientBoostingClassifier(
            max_iter=self.iterations,
            learning_rate=self.learning_rate,
            max_leaf_nodes=self.leaves,
            max_bins=self.bins,
            min_samples_leaf=self.least_rows,
            l2_regularization=self.penalty,
            max_features=self.features_share,
            monotonic_cst=[self.directions[i] for i in columns],
            early_stopping=False,
            random_state=seed,
        )


def _draw(random: np.random.Generator, failed: Floats, share: float) -> Places:
    """Return row numbers, rising: this share of the failed and of the healthy ones each."""
    chosen = [
        random.choice(rows, size=max(1, round(share * rows.size)), replace=False)
        for rows in (np.flatnonzero(failed == outcome) for outcome in (0.0, 1.0))
    ]
    return np.sort(np.concatenate(chosen))


@contextmanager
def single_thread() -> Iterator[None]:
    """Pin OpenMP and BLAS to one thread: sums keep their order, and no thread spins for a core.

    Raises:
        MissingExtraError: threadpoolctl, which scikit-learn brings, is not installed.
    """
    with needs_extra("risk"):
        limits = import_module("threadpoolctl").threadpool_limits
    with limits(limits=1):
        yield


def exported(estimator: Any) -> Trees:  # noqa: ANN401  (scikit-learn has no types)
    """Return a fitted binary HistGradientBoostingClassifier as arrays.

    Its trees are in attributes that are not public; a test compares with its decision_function.
    """
    # The leaves' values include the learning rate already.
    trees = joined([_tree(one[0].nodes) for one in estimator._predictors], 1.0)
    return replace(trees, baseline=float(np.ravel(estimator._baseline_prediction)[0]))


def _tree(nodes: Any) -> Trees:  # noqa: ANN401  (a structured array of scikit-learn)
    place = np.arange(len(nodes))
    is_leaf = nodes["is_leaf"].astype(np.bool_)
    return Trees(
        roots=np.zeros(1, dtype=np.int64),
        feature=np.where(is_leaf, 0, nodes["feature_idx"]).astype(np.int64),
        threshold=np.where(is_leaf, 0.0, nodes["num_threshold"]).astype(np.float64),
        left=np.where(is_leaf, place, nodes["left"]).astype(np.int64),
        right=np.where(is_leaf, place, nodes["right"]).astype(np.int64),
        missing_left=nodes["missing_go_to_left"].astype(np.bool_),
        value=np.where(is_leaf, nodes["value"], 0.0).astype(np.float64),
        baseline=0.0,
    )
