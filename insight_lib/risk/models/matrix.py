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
    known = _entries(features["features"])
    columns = (*names, *sorted(set(known.names) - set(names)))
    return FeatureMatrix(
        tuple(features["run_id"].to_pylist()), columns, _spread(known, columns, len(features))
    )


def known_values(features: pa.Table, names: Sequence[str]) -> Floats:
    """Return some features of rows of ``run_features``; shape (rows, names), NaN where unknown."""
    return _spread(_entries(features["features"]), names, len(features))


@dataclass(frozen=True)
class _Entries:
    """The entries of a column of maps, one after another; arrays have shape (entries,).

    Attributes:
        names: the distinct keys.
        row: in which row an entry is.
        name: its key, as a place in ``names``.
        value: NaN where it is null.
    """

    names: tuple[str, ...]
    row: Places
    name: Places
    value: Floats


def _entries(column: pa.ChunkedArray) -> _Entries:
    maps = column.combine_chunks()
    offsets = maps.offsets.to_numpy()
    begin, end = (int(offsets[0]), int(offsets[-1])) if len(offsets) else (0, 0)
    keys = maps.keys.slice(begin, end - begin).dictionary_encode()
    values = maps.items.slice(begin, end - begin).to_numpy(zero_copy_only=False)
    return _Entries(
        tuple(keys.dictionary.to_pylist()),
        np.repeat(np.arange(len(maps), dtype=np.intp), np.diff(offsets)),
        keys.indices.to_numpy().astype(np.intp),
        values.astype(np.float64),
    )


def _spread(known: _Entries, columns: Sequence[str], rows: int) -> Floats:
    places = {name: place for place, name in enumerate(columns)}
    place = np.array([places.get(name, -1) for name in known.names], dtype=np.intp)[known.name]
    is_wanted = (place >= 0) & np.isfinite(known.value)
    found = np.full((rows, len(columns)), np.nan)
    found[known.row[is_wanted], place[is_wanted]] = known.value[is_wanted]
    return found


def layers_by_feature(features: pa.Table) -> list[dict[str, str]]:
    """Return of each row of ``run_features`` which layer a feature is of; empty where null."""
    return [dict(pairs or ()) for pairs in features["layers"].to_pylist()]
