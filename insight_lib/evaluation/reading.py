"""Scored rows of table ``predictions``, read by workers straight from its Parquet files.

Only what an evaluation needs is read. What the statistics of a row group give is not: a column
that has one value there, the slices where there are none, a group without a wanted row.
"""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import fs

from insight_lib.evaluation.arrays import Booleans
from insight_lib.lake.contract import contract
from insight_lib.lake.scan import LiveFile, may_hold, missing_file

COLUMNS = ("run_id", "step", "split", "slices", "label", "score", "weight")
"""Of the rows that are read; run_id and split come as dictionaries."""

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
        step: Of this step; None of any.
    """

    table_uri: str
    portions: tuple[Portion, ...]
    run_ids: frozenset[str]
    file_ids: frozenset[str]
    step: int | None = None

    def of(self, run_id: str, step: int) -> "Selection":
        """Those of the rows that are of one run and step."""
        own = replace(self, run_ids=frozenset([run_id]), step=step)
        return replace(own, portions=tuple(p for p in own.portions if p.file.may_hold(own.wanted)))

    @functools.cached_property
    def wanted(self) -> dict[str, list[Any]]:
        """The values of each column that is chosen by, rising."""
        chosen: dict[str, list[Any]] = {
            "run_id": sorted(self.run_ids),
            "file_id": sorted(self.file_ids),
        }
        return chosen if self.step is None else chosen | {"step": [self.step]}


def read_selection(selection: Selection) -> pa.Table:
    """Return the rows of a selection, with the columns of ``COLUMNS``, in the order of the files.

    Raises:
        LakeError: A file that the table's log names is not there.
    """
    parts = list(scan_selection(selection))
    return pa.concat_tables(parts) if parts else _schema().empty_table()


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
                    rows = _read_group(file, group, places, bounds)
                    yield _chosen(rows, selection).select(COLUMNS).cast(_schema())


@functools.cache
def _schema() -> pa.Schema:
    """The contract's, with the texts as dictionaries."""
    agreed = contract("predictions").schema
    text = pa.dictionary(pa.int32(), pa.string())
    columns = (agreed.field(name) for name in COLUMNS)
    return pa.schema([c.with_type(text) if c.name in TEXTS else c for c in columns])


def may_hold_some(selection: Selection, footer: pq.FileMetaData, group: int) -> bool:
    """Tell by its statistics whether a row group may hold a row of a selection."""
    return _holds(selection, _bounds(footer.row_group(group), _leaf_places(footer)))


def _holds(selection: Selection, bounds: Bounds) -> bool:
    return all(may_hold(values, *bounds[name]) for name, values in selection.wanted.items())


def _leaf_places(footer: pq.FileMetaData) -> dict[str, int]:
    """The place of each column of a file that is not nested, and of the slices' names."""
    return {footer.schema.column(n).path: n for n in range(footer.num_columns)}


def _bounds(group: pq.RowGroupMetaData, places: dict[str, int]) -> Bounds:
    """The least and the greatest value of some columns in a row group, None if unknown."""
    bounds: Bounds = {}
    for name in CONSTANTS:
        known = group.column(places[name]).statistics
        has_bounds = known is not None and known.has_min_max
        bounds[name] = (known.min, known.max) if has_bounds else (None, None)
    return bounds


def _read_group(
    file: pq.ParquetFile, group: int, places: dict[str, int], bounds: Bounds
) -> pa.Table:
    footer = file.metadata.row_group(group)
    single = {name: low for name, (low, high) in bounds.items() if low is not None and low == high}
    names = footer.column(places[SLICE_NAMES]).statistics
    has_slices = names is None or names.num_values > 0
    absent = set(single) if has_slices else {*single, "slices"}
    columns = [name for name in (*COLUMNS, "file_id") if name not in absent]
    rows = file.read_row_group(group, columns, use_threads=False)
    for name, value in single.items():
        rows = rows.append_column(name, _constant(name, value, footer.num_rows))
    return rows if has_slices else rows.append_column("slices", _no_slices(footer.num_rows))


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
