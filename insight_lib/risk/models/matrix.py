"""Features as a matrix."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from insight_lib.columnar.arrays import Floats, Places


@dataclass(frozen=True)
class FeatureMatrix:
    """Runs by features; a run has several rows where it was looked at several times.

    Attributes:
        run_ids: the rows.
        names: the columns.
        values: shape (rows, columns); NaN where a feature is not known.
    """

    run_ids: tuple[str, ...]
    names: tuple[str, ...]
    values: Floats

    def rows(self, keep: Sequence[int] | Places) -> "FeatureMatrix":
        """Return the rows of these numbers, in this order."""
        runs = tuple(self.run_ids[i] for i in keep)
        return FeatureMatrix(runs, self.names, self.values[np.asarray(keep, dtype=np.intp)])

    def select(self, names: Sequence[str]) -> Floats:
        """Return the columns of these names, shape (rows, names); NaN where there is none such."""
        chosen = np.full((len(self.run_ids), len(names)), np.nan)
        places = {name: i for i, name in enumerate(self.names)}
        for i, name in enumerate(names):
            if name in places:
                chosen[:, i] = self.values[:, places[name]]
        return chosen


def feature_matrix(features: pa.Table, names: Sequence[str]) -> FeatureMatrix:
    """Return rows of ``run_features`` as a matrix, in order; null and infinite are unknown.

    Args:
        features: has the columns run_id and features.
        names: all features that can be computed, known or not; any other one that the rows hold
            follows them, sorted, so that a model may refuse it.
    """
    maps = [dict(pairs) for pairs in features["features"].to_pylist()]
    others = sorted({name for one in maps for name in one} - set(names))
    columns = (*names, *others)
    rows = [[one.get(name) for name in columns] for one in maps]
    values = np.array(rows, dtype=np.float64).reshape(len(maps), len(columns))
    values[~np.isfinite(values)] = np.nan
    return FeatureMatrix(tuple(features["run_id"].to_pylist()), columns, values)


def layers_by_feature(features: pa.Table) -> list[dict[str, str]]:
    """Return of each row of ``run_features`` which layer a feature is of; empty where null."""
    return [dict(pairs or ()) for pairs in features["layers"].to_pylist()]
