"""Compaction: rewrite small and overlapping files of a table as few files, each with separate runs.

What makes reading a run cheap is kept: rows stand in the table's reading order, and a file's
bounds say which runs it holds. Workers read, sort and write; the driver swaps the files in one
commit. Readers that hold the earlier list of files go on with it, until these are vacuumed.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from deltalake import DeltaTable
from pyarrow import fs

from insight_lib.lake.contract import contract
from insight_lib.lake.parquet import DataFile, write_data_file
from insight_lib.lake.scan import read_rows
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers, spread

# A worker holds about twice this at once, in memory some ten times as much.
TARGET_BYTES = 64 << 20
# What else fills a file: rows, of which a worker holds about 200 bytes each three times while it
# sorts, and bytes that compress well.
TARGET_ROWS = 2_000_000
TARGET_PLAIN_BYTES = 256 << 20
# Below this a file is worth merging; half a target would catch files that merging itself leaves.
SMALL_BYTES = TARGET_BYTES // 4
# More files than this that may hold one run, and they are sorted into one another.
MOST_OVERLAPPING = 4
# Sorts before 'batch-', as files are read in the order of their names.
PREFIX = "arranged"
FILES_A_COUNT = 64


@dataclass(frozen=True)
class _Stored:
    """A live file; ``least`` and ``greatest`` bound its first column, None where unknown."""

    path: str
    size_bytes: int
    rows: int
    least: Any
    greatest: Any


@dataclass(frozen=True)
class _Counting:
    table_uri: str
    name: str
    files: tuple[_Stored, ...]


@dataclass(frozen=True)
class _Counted:
    """A file's weight, in bytes of a target file, and how many rows it has of each run."""

    path: str
    weight: int
    rows: Mapping[Any, int]


@dataclass(frozen=True)
class _Piece:
    """Rows that become one file: those of some files between two values of the first column."""

    table_uri: str
    name: str
    paths: tuple[str, ...]
    least: Any
    greatest: Any


def compact(lake: Lake, workers: Workers, name: str) -> bool:
    """Merge small files, sort overlapping ones, and return whether there was something to do.

    The table's rows stay the same. Call it as the lake's only writer.

    Raises:
        LakeError: A file is missing, or another program removed one meanwhile.
    """
    table = lake.delta(name)
    stored = _stored(table, name)
    crowded = _crowded(stored)
    chosen = [f for f in stored if f.path in crowded or _weight(f.size_bytes, f.rows) < SMALL_BYTES]
    if len(chosen) < 2:
        return False
    uri = lake.table_uri(name)
    groups = [chosen[n : n + FILES_A_COUNT] for n in range(0, len(chosen), FILES_A_COUNT)]
    tasks = [_Counting(uri, name, tuple(group)) for group in groups]
    counted = [
        file
        for found in workers.run(_count, tasks, f"count the rows of {name}")
        for file in found
        if file.path in crowded or file.weight < SMALL_BYTES
    ]
    pieces = list(_pieces(uri, name, counted))
    if not crowded and len(pieces) >= len(counted):
        return False
    written = workers.run(_rewrite, pieces, f"compact {name}")
    lake.swap_files(name, table, written, [file.path for file in counted])
    return True


def reading_order(name: str) -> tuple[str, ...]:
    """Return the columns by which a table's rows are sorted: the run, then the rest of the key."""
    agreed = contract(name)
    first = ("run_id",) if "run_id" in agreed.schema.names else ()
    return first + tuple(column for column in agreed.key if column not in first)


def _stored(table: DeltaTable, name: str) -> list[_Stored]:
    actions = pa.table(table.get_add_actions(flatten=True))
    first = reading_order(name)[0]
    return sorted(
        (
            _Stored(
                row["path"],
                row["size_bytes"],
                row["num_records"],
                row.get(f"min.{first}"),
                row.get(f"max.{first}"),
            )
            for row in actions.to_pylist()
        ),
        key=lambda file: file.path,
    )


def _crowded(files: Sequence[_Stored]) -> set[str]:
    """Return the files that overlap with too many others.

    A file of one run does not count: a run that fills many files cannot be split further.
    """
    known = [f for f in files if None not in (f.least, f.greatest) and f.least < f.greatest]
    open_files: list[_Stored] = []
    found: set[str] = set()
    for file in sorted(known, key=lambda file: file.least):
        open_files = [other for other in open_files if other.greatest >= file.least] + [file]
        if len(open_files) > MOST_OVERLAPPING:
            found.update(other.path for other in open_files)
    return found


def _weight(size_bytes: int, rows: int, plain_bytes: int = 0) -> int:
    """Return how full a file is, in bytes: `TARGET_BYTES` where any of its measures is full."""
    return max(
        size_bytes,
        rows * TARGET_BYTES // TARGET_ROWS,
        plain_bytes * TARGET_BYTES // TARGET_PLAIN_BYTES,
    )


def _count(task: _Counting) -> list[_Counted]:
    filesystem, folder = fs.FileSystem.from_uri(task.table_uri)
    first = reading_order(task.name)[0]
    found = []
    for file in task.files:
        footer = pq.read_metadata(f"{folder}/{file.path}", filesystem=filesystem)
        plain = sum(footer.row_group(n).total_byte_size for n in range(footer.num_row_groups))
        column = read_rows(task.table_uri, task.name, [file.path], [first])[first]
        counts = {pair["values"]: pair["counts"] for pair in column.value_counts().to_pylist()}
        found.append(_Counted(file.path, _weight(file.size_bytes, file.rows, plain), counts))
    return found


def _pieces(uri: str, name: str, files: Sequence[_Counted]) -> Iterator[_Piece]:
    """Cut the rows of the files by runs into pieces of about one target file each."""
    shares: dict[Any, dict[str, int]] = defaultdict(dict)
    for file in files:
        rows = sum(file.rows.values())
        for value, count in file.rows.items():
            shares[value][file.path] = file.weight * count // rows
    weights = {value: sum(by_file.values()) for value, by_file in sorted(shares.items())}
    for is_large, values in groupby(weights, lambda value: weights[value] >= TARGET_BYTES):
        if is_large:
            for value in values:
                by_file = shares[value]
                for group in spread(by_file, by_file.__getitem__, _targets(weights[value]), 1):
                    yield _Piece(uri, name, tuple(group), value, value)
            continue
        several = list(values)
        parts = _targets(sum(weights[value] for value in several))
        for group in spread(several, weights.__getitem__, parts, 1):
            paths = sorted({path for value in group for path in shares[value]})
            yield _Piece(uri, name, tuple(paths), group[0], group[-1])


def _targets(weight: int) -> int:
    return max(1, round(weight / TARGET_BYTES))


def _rewrite(piece: _Piece) -> DataFile:
    order = reading_order(piece.name)
    first = ds.field(order[0])
    between = (first >= piece.least) & (first <= piece.greatest)
    rows = read_rows(piece.table_uri, piece.name, piece.paths, where=between)
    # A stable sort: rows of one key stay in the order in which batches brought them.
    ordered = rows.sort_by([(column, "ascending") for column in order])
    return write_data_file(piece.table_uri, piece.name, PREFIX, ordered)
