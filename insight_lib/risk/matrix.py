"""Features as a matrix."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from insight_lib.columnar.arrays import Floats
from insight_lib.errors import InputError


@dataclass(frozen=True)
class FeatureMatrix:
    """Runs by features.

    Attributes:
        run_ids: the rows.
        names: the columns, sorted.
        values: shape (rows, columns); NaN where a feature is not known.
    """

    run_ids: tuple[str, ...]
    names: tuple[str, ...]
    values: Floats

    def rows(self, keep: Sequence[int] | npt.NDArray[np.intp]) -> "FeatureMatrix":
        """Return the rows of these numbers, in this order."""
        runs = tuple(self.run_ids[i] for i in keep)
        return FeatureMatrix(runs, self.names, self.values[np.asarray(keep, dtype=np.intp)])

    def select(self, names: Sequence[str]) -> Floats:
        """Return the columns of these names; all NaN where there is no such column."""
        chosen = np.full((len(self.run_ids), len(names)), np.nan)
        places = {name: i for i, name in enumerate(self.names)}
        for i, name in enumerate(names):
            if name in places:
                chosen[:, i] = self.values[:, places[name]]
        return chosen


def feature_matrix(features: pa.Table) -> FeatureMatrix:
    """Return rows of ``run_features`` as a matrix, in order; null and infinite are unknown."""
    maps = [dict(pairs) for pairs in features["features"].to_pylist()]
    names = tuple(sorted({name for one in maps for name in one}))
    values = np.array([[one.get(name) for name in names] for one in maps], dtype=np.float64)
    values = values.reshape(len(maps), len(names))
    values[~np.isfinite(values)] = np.nan
    return FeatureMatrix(tuple(features["run_id"].to_pylist()), names, values)


def one_row_a_run(matrix: FeatureMatrix) -> FeatureMatrix:
    """Return the matrix in order of run, so that nothing depends on the order of rows.

    Raises:
        InputError: a run has several rows (several cut-offs).
    """
    order = sorted(range(len(matrix.run_ids)), key=matrix.run_ids.__getitem__)
    ordered = matrix.rows(order)
    pairs = zip(ordered.run_ids, ordered.run_ids[1:], strict=False)
    twice = sorted({run for run, following in pairs if run == following})
    if twice:
        raise InputError(
            f"several cut-offs of one run cannot be trained on: {', '.join(twice)}; "
            "pass the features of one cut-off a run"
        )
    return ordered
