"""Scored rows of table ``predictions``, read by workers straight from its Parquet files.

Only what an evaluation needs is read. What the statistics of a row group give is not: a column
that has one value there, the slices where there are none, a group without a wanted row.
"""

import functools
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import fs

from insight_lib.columnar.arrays import Booleans
from insight_lib.lake.contract import contract
from insight_lib.lake.scan import LiveFile, may_hold, missing_file

COLUMNS = ("run_id", "step", "split", "slices", "label", "score", "weight")
"""What an evaluation needs of a row; run_id and split come as dictionaries, as file_id does."""

TEXTS = ("run_id", "split", "file_id")
CONSTANTS = (*TEXTS, "step", "weight")
"""Columns that often have one value in a whole row group."""

Bounds: TypeAlias = dict[str, tuple[Any, Any]]

SLICE_NAMES = "slices.key_value.key"


@dataclass(frozen=True)
class Portion:
    """A data file of the table, or some of its row groups; None means all."""

    file: LiveFile
    groups: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Selection:
    """Rows of table ``predictions``.

    Attributes:
        table_uri: Folder or URI of the table.
        portions: Files that may hold such rows.
        run_ids: Of these runs.
        file_ids: That came from these prediction files.
        steps: Of these steps; None of any.
        columns: What is read of them.
    """

    table_uri: str
    portions: tuple[Portion, ...]
    run_ids: frozenset[str]
    file_ids: frozenset[str]
    steps: frozenset[int] | None = None
    columns: tuple[str, ...] = COLUMNS

    def of(self, run_id: str, step: int) -> "Selection":
        """Those of the rows that are of one run and step."""
        return self.among(frozenset([run_id]), frozenset([step]))

    def among(self, run_ids: frozenset[str], steps: frozenset[int]) -> "Selection":
        """Those of the rows that are of one of some runs and one of some steps."""
        return replace(self, run_ids=run_ids, steps=steps)._pruned()

    def from_file(self, file_id: str) -> "Selection":
        """Those of the rows that came from one prediction file."""
        return replace(self, file_ids=frozenset([file_id]))._pruned()

    def _pruned(self) -> "Selection":
        portions = tuple(p for p in self.portions if p.file.may_hold(self.wanted))
        return replace(self, portions=portions)

    @functools.cached_property
    def wanted(self) -> dict[str, list[Any]]:
        """The values of each column that is chosen by, rising."""
        chosen: dict[str, list[Any]] = {
            "run_id": sorted(self.run_ids),
            "file_id": sorted(self.file_ids),
        }
        return chosen if self.steps is None else chosen | {"step": sorted(self.steps)}


def read_selection(selection: Selection, where: pc.Expression | None = None) -> pa.Table:
    """Return the rows of a selection, with its columns, in the order of the files.

    Args:
        selection: Which rows.
        where: Only those of them for which this holds.

    Raises:
        LakeError: A file that the table's log names is not there.
    """
    scanned = scan_selection(selection)
    parts = [part if where is None else part.filter(where) for part in scanned]
    return pa.concat_tables(parts) if parts else _schema(selection.columns).empty_table()


def scan_selection(selection: Selection) -> Iterator[pa.Table]:
    """Yield the rows of a selection, one row group after the other; else as `read_selection`."""
    filesystem, folder = fs.FileSystem.from_uri(selection.table_uri)
    for portion in selection.portions:
        try:
            source = filesystem.open_input_file(f"{folder}/{portion.file.path}")
        except FileNotFoundError as error:
            raise missing_file("predictions", error) from error
        with source, pq.ParquetFile(source, read_dictionary=list(TEXTS)) as file:
            places = _leaf_places(file.metadata)
            every = range(file.num_row_groups)
            for group in every if portion.groups is None else portion.groups:
                bounds = _bounds(file.metadata.row_group(group), places)
                if _holds(selection, bounds):
                    names = {*selection.columns, *selection.wanted}
                    rows = _chosen(_read_group(file, group, names, bounds), selection)
                    yield rows.select(selection.columns).cast(_schema(selection.columns))


@functools.cache
def _schema(names: tuple[str, ...]) -> pa.Schema:
    """Return the contract's, with the texts as dictionaries."""
    agreed = contract("predictions").schema
    text = pa.dictionary(pa.int32(), pa.string())
    columns = (agreed.field(name) for name in names)
    return pa.schema([c.with_type(text) if c.name in TEXTS else c for c in columns])


def may_hold_some(selection: Selection, footer: pq.FileMetaData, group: int) -> bool:
    """Tell by its statistics whether a row group may hold a row of a selection."""
    return _holds(selection, _bounds(footer.row_group(group), _leaf_places(footer)))


def _holds(selection: Selection, bounds: Bounds) -> bool:
    return all(may_hold(values, *bounds[name]) for name, values in selection.wanted.items())


def _leaf_places(footer: pq.FileMetaData) -> dict[str, int]:
    """Return the place of each column of a file that is not nested, and of the slices' names."""
    return {footer.schema.column(n).path: n for n in range(footer.num_columns)}


def _bounds(group: pq.RowGroupMetaData, places: dict[str, int]) -> Bounds:
    """Return the least and the greatest value of some columns in a row group, None if unknown."""
    bounds: Bounds = {}
    for name in CONSTANTS:
        known = group.column(places[name]).statistics
        has_bounds = known is not None and known.has_min_max
        bounds[name] = (known.min, known.max) if has_bounds else (None, None)
    return bounds


def _read_group(
    file: pq.ParquetFile, group: int, names: Collection[str], bounds: Bounds
) -> pa.Table:
    footer = file.metadata.row_group(group)
    given = {
        name: _constant(name, low, footer.num_rows)
        for name, (low, high) in bounds.items()
        if name in names and low is not None and low == high
    }
    if "slices" in names and not _has_slices(file.metadata, group):
        given["slices"] = _no_slices(footer.num_rows)
    stored = sorted(set(names) - given.keys())
    rows = file.read_row_group(group, stored, use_threads=False)
    for name, values in given.items():
        rows = rows.append_column(name, values)
    return rows


def _has_slices(footer: pq.FileMetaData, group: int) -> bool:
    names = footer.row_group(group).column(_leaf_places(footer)[SLICE_NAMES]).statistics
    return names is None or names.num_values > 0


# Neighbouring row groups share what they have in common: memory costs more to touch than to keep.
@functools.lru_cache(maxsize=32)
def _constant(name: str, value: Any, rows: int) -> pa.Array:  # noqa: ANN401  (a string or number)
    if name in TEXTS:
        codes = pa.array(np.zeros(rows, np.int32))
        return pa.DictionaryArray.from_arrays(codes, pa.array([value], pa.string()))
    return pa.array(np.full(rows, value, np.int64 if name == "step" else np.float64))


@functools.lru_cache(maxsize=2)
def _no_slices(rows: int) -> pa.MapArray:
    nothing = pa.array([], pa.string())
    return pa.MapArray.from_arrays(pa.array(np.zeros(rows + 1, np.int32)), nothing, nothing)


def _chosen(rows: pa.Table, selection: Selection) -> pa.Table:
    mask: Booleans | None = None
    for name, values in selection.wanted.items():
        found = _is_wanted(rows[name], values)
        if found is not None:
            mask = found if mask is None else mask & found
    return rows if mask is None else rows.filter(pa.array(mask))


def _is_wanted(column: pa.ChunkedArray, values: list[Any]) -> Booleans | None:
    """Where a column has one of the values; None: everywhere."""
    if not pa.types.is_dictionary(column.type):
        found = pc.is_in(column, pa.array(values, column.type)).to_numpy()
        return None if found.all() else found
    encoded = column.unify_dictionaries().combine_chunks()
    wanted = pc.is_in(encoded.dictionary, pa.array(values, pa.string()))
    known: Booleans = wanted.to_numpy(zero_copy_only=False)
    if known.all():
        return None
    chosen: Booleans = known[encoded.indices.to_numpy()]
    return chosen
