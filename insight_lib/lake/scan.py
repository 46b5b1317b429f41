"""Read the rows of a table straight from its Parquet files, skipping files by their statistics.

Workers and driver use the same two steps: the driver takes the list of files from the Delta log
(`live_files`), whoever needs the rows reads them (`read_rows`). A file is opened only if its
minimum and maximum leave room for one of the wanted values.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
from deltalake import DeltaTable
from pyarrow import fs

from insight_lib.errors import LakeError
from insight_lib.lake.contract import contract

ROWS_A_BATCH = 1 << 17
# Rows of lists and messages are of kilobytes to megabytes.
ROWS_OF_LARGE_A_BATCH = 1 << 12
_CODED = pa.dictionary(pa.int32(), pa.string())

PRUNED_BY = ("run_id", "step", "file_id")
"""Columns by whose bounds files are skipped; a table need not have all of them."""


@dataclass(frozen=True)
class LiveFile:
    """A data file of a table's current version.

    Attributes:
        path: Below the table.
        rows: How many.
        bounds: The least and the greatest value of columns of ``PRUNED_BY``, None where unknown.
    """

    path: str
    rows: int
    bounds: Mapping[str, tuple[Any, Any]]

    def may_hold(self, wanted: Mapping[str, Sequence[Any]]) -> bool:
        """Return whether it may hold a row that has one of the values, rising, in each column."""
        return all(
            may_hold(values, *self.bounds.get(column, (None, None)))
            for column, values in wanted.items()
        )


def live_files(
    table: DeltaTable, column: str | None = None, values: Iterable[str] | None = None
) -> list[LiveFile]:
    """Return the files of the table that may hold a row whose ``column`` is one of ``values``.

    Without ``column`` all files are returned. Files are ordered by path, which is the order in
    which batches wrote them.
    """
    actions = pa.table(table.get_add_actions(flatten=True))
    low, high = ([_statistic(actions, f"{end}.{c}") for c in PRUNED_BY] for end in ("min", "max"))
    found = [
        LiveFile(path, rows, dict(zip(PRUNED_BY, zip(least, greatest, strict=True), strict=True)))
        for path, rows, least, greatest in zip(
            actions["path"].to_pylist(),
            actions["num_records"].to_pylist(),
            zip(*low, strict=True),
            zip(*high, strict=True),
            strict=True,
        )
    ]
    wanted = {} if column is None or values is None else {column: sorted(set(values))}
    return sorted((f for f in found if f.may_hold(wanted)), key=lambda file: file.path)


def read_rows(
    table_uri: str,
    name: str,
    paths: Sequence[str],
    columns: Sequence[str] | None = None,
    where: ds.Expression | None = None,
    coded: Sequence[str] = (),
) -> pa.Table:
    """Return the rows of some files of a table, in file order, as the contract types them.

    Args:
        table_uri: where the table lies.
        name: of the table.
        paths: of the files, below the table.
        columns: that are read; None: all.
        where: holds for the rows that are read; None: all.
        coded: columns of strings that come as dictionaries, which is cheap for few values.

    Raises:
        LakeError: A file that the table's log names is not there.
    """
    scan = _Scan(table_uri, name, paths, columns, where, tuple(coded))
    if not paths:
        return scan.schema.empty_table()
    with _naming_what_is_gone(name):
        return scan.scanner(batch_size=ROWS_A_BATCH).to_table()


def read_batches(
    table_uri: str,
    name: str,
    paths: Sequence[str],
    columns: Sequence[str] | None = None,
    where: ds.Expression | None = None,
) -> Iterator[pa.Table]:
    """Yield the rows of some files of a table, a few thousand at a time, else as `read_rows`.

    The first of them is empty, so that there always is one.
    """
    scan = _Scan(table_uri, name, paths, columns, where)
    yield scan.schema.empty_table()
    if not paths:
        return
    with _naming_what_is_gone(name):
        scanner = scan.scanner(
            batch_size=ROWS_OF_LARGE_A_BATCH, batch_readahead=1, fragment_readahead=1
        )
        for batch in scanner.to_batches():
            if batch.num_rows:
                yield pa.Table.from_batches([batch])


@dataclass(frozen=True)
class _Scan:
    """What is read of a table's files; see `read_rows`."""

    table_uri: str
    name: str
    paths: Sequence[str]
    columns: Sequence[str] | None
    where: ds.Expression | None
    coded: tuple[str, ...] = ()

    @property
    def schema(self) -> pa.Schema:
        names = self._whole.names if self.columns is None else self.columns
        return pa.schema([self._whole.field(name) for name in names])

    @property
    def _whole(self) -> pa.Schema:
        fields = contract(self.name).schema
        return pa.schema(
            [one.with_type(_CODED) if one.name in self.coded else one for one in fields]
        )

    def scanner(self, **reading: int) -> ds.Scanner:
        filesystem, folder = fs.FileSystem.from_uri(self.table_uri)
        whole = ds.dataset(
            [f"{folder}/{path}" for path in self.paths],
            schema=self._whole,
            filesystem=filesystem,
            format=ds.ParquetFileFormat(read_options={"dictionary_columns": list(self.coded)}),
        )
        return whole.scanner(columns=self.schema.names, filter=self.where, **reading)


@contextmanager
def _naming_what_is_gone(name: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise missing_file(name, error) from error


def missing_file(name: str, error: FileNotFoundError) -> LakeError:
    """Return what to raise where a data file of a table is gone."""
    return LakeError(
        f"table {name} lacks a data file that its log names ({error}); restore the file from "
        "a copy, or ingest into a new lake"
    )


def may_hold(wanted: Sequence[Any], least: Any, greatest: Any) -> bool:  # noqa: ANN401
    """Return whether one of some values, given in rising order, may lie between two bounds.

    A bound that is None is unknown.
    """
    first = 0 if least is None else bisect_left(wanted, least)
    return first < len(wanted) and (greatest is None or wanted[first] <= greatest)


def _statistic(actions: pa.Table, name: str) -> list[Any]:
    return actions[name].to_pylist() if name in actions.column_names else [None] * actions.num_rows
