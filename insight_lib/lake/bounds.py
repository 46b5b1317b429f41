"""Find the files of a table whose bounds are untrue, and write them again.

Other writers, and former versions of this one, give a column that holds NaN bounds that leave NaN
out; readers then skip it (see `parquet_bounds`). A file of `write_data_file` says in its footer
that it has none such. Only of other files are the bounded columns read, and that once: the lake
remembers in ``_true-bounds.json`` which of them are right.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import fs

from insight_lib.columnar.parquet_bounds import columns_with_nan
from insight_lib.errors import LakeError
from insight_lib.lake.atomic_json import store_json
from insight_lib.lake.contract import contract
from insight_lib.lake.parquet import BOUNDS_KEY, DataFile, write_data_file
from insight_lib.lake.scan import missing_file, read_rows
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers

_FLOATS = ("FLOAT", "DOUBLE")


@dataclass(frozen=True)
class _Suspect:
    """A file with bounds of columns that may hold NaN."""

    table_uri: str
    name: str
    path: str
    columns: tuple[str, ...]


def correct_bounds(lake: Lake, workers: Workers, name: str) -> int:
    """Write the files with untrue bounds again; return how many there were.

    The table's rows and their order stay the same. Call it as the lake's only writer.

    Raises:
        LakeError: A file is missing or damaged, or another program removed one meanwhile.
    """
    table = lake.delta(name)
    known = _known(lake)
    live = {row["path"]: row for row in pa.table(table.get_add_actions(flatten=True)).to_pylist()}
    right = set(known.get(name, ())) & live.keys()
    unknown = {path: row for path, row in live.items() if path not in right}
    suspects = list(_suspects(lake.table_uri(name), name, unknown))
    found = workers.run(_correct, suspects, f"look for NaN in {name}") if suspects else []
    pairs = list(zip(suspects, found, strict=True))
    written = [file for _, file in pairs if file is not None]
    if written:
        removed = [suspect.path for suspect, file in pairs if file is not None]
        lake.swap_files(name, table, written, removed)
    right |= {suspect.path for suspect, file in pairs if file is None}
    if right != set(known.get(name, ())):
        store_json(_memory(lake), {**known, name: sorted(right)})
    return len(written)


def _suspects(uri: str, name: str, live: Mapping[str, Mapping[str, Any]]) -> Iterator[_Suspect]:
    filesystem, folder = fs.FileSystem.from_uri(uri)
    for path, row in sorted(live.items()):
        footer = _footer(filesystem, f"{folder}/{path}", name)
        in_footer, in_log = _bounded_by_footer(footer), _bounded_by_log(name, row)
        columns = in_log | in_footer
        if BOUNDS_KEY.encode() in (footer.metadata or {}):
            # Whoever put such a file into the log may have given it bounds that it does not have.
            columns = in_log - in_footer
        if columns:
            yield _Suspect(uri, name, path, tuple(sorted(columns)))


def _footer(filesystem: fs.FileSystem, target: str, name: str) -> pq.FileMetaData:
    try:
        return pq.read_metadata(target, filesystem=filesystem)
    except FileNotFoundError as error:
        raise missing_file(name, error) from error
    except pa.ArrowInvalid as error:
        raise LakeError(
            f"the data file {target} of table {name} is damaged ({error}); restore it from a copy, "
            "or ingest into a new lake"
        ) from error


def _bounded_by_footer(footer: pq.FileMetaData) -> set[str]:
    """Return the columns of which a file states a least or greatest float, nested ones too."""
    return {
        column.path_in_schema.partition(".")[0]
        for group in range(footer.num_row_groups)
        for column in map(footer.row_group(group).column, range(footer.num_columns))
        if column.physical_type in _FLOATS
        and (column.has_column_index or (column.is_stats_set and column.statistics.has_min_max))
    }


def _bounded_by_log(name: str, row: Mapping[str, Any]) -> set[str]:
    floats = (f.name for f in contract(name).schema if pa.types.is_floating(f.type))
    return {
        column
        for column in floats
        if row.get(f"min.{column}") is not None or row.get(f"max.{column}") is not None
    }


def _correct(suspect: _Suspect) -> DataFile | None:
    """Write a file again if a column that has bounds holds NaN; None where all bounds are true."""
    uri, name, path, columns = suspect.table_uri, suspect.name, suspect.path, suspect.columns
    if not columns_with_nan(read_rows(uri, name, [path], columns)):
        return None
    # The old name before the new one: files are read in the order of their names.
    return write_data_file(uri, name, path.removesuffix(".parquet"), read_rows(uri, name, [path]))


def _known(lake: Lake) -> dict[str, list[str]]:
    """Return the files, by table, whose bounds were found true though another writer gave them."""
    path = _memory(lake)
    try:
        known: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise LakeError(
            f"{path} is damaged ({error}); remove it: `insight maintain` then looks through the "
            "files of former versions again"
        ) from error
    return known


def _memory(lake: Lake) -> Path:
    return lake.root / "_true-bounds.json"
