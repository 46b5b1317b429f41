"""Write one Parquet file of a table and say what its Delta commit must know: size and statistics.

Workers call this; rows do not cross between the JVM and Python. Encodings are chosen for readers
and size: a dictionary only for strings, DELTA_BINARY_PACKED for integers, zstd. BYTE_STREAM_SPLIT
is avoided, since Spark's vectorised reader refuses it.
"""

import json
import re
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import fs

from insight_lib.lake.contract import contract
from insight_lib.storing import refusal

# A longer string is no useful bound, and the log repeats it for every file.
LONGEST_BOUND = 128
# A reader of one run skips the groups without it; smaller ones would compress worse.
ROWS_A_GROUP = 1 << 17
# Arrow's default of 1,024 costs a fifth of the time of writing.
ROWS_A_WRITE = 1 << 16


_BATCH = re.compile(r"batch-(\d+)-")


@dataclass(frozen=True)
class DataFile:
    """A Parquet file that lies in a table's folder and waits for its commit."""

    path: str
    size_bytes: int
    rows: int
    modified_ms: int
    statistics: str


def file_prefix(batch: int) -> str:
    """Return how the names of the files of a batch begin."""
    return f"batch-{batch:08d}"


def newest_batch(path: str) -> int | None:
    """Return the batch that wrote a file, after which no row in it came; None where unknown."""
    found = _BATCH.match(path)
    return None if found is None else int(found[1])


def write_data_file(table_uri: str, name: str, prefix: str, rows: pa.Table) -> DataFile:
    """Write the rows as one file of a table and return what its commit needs.

    Args:
        table_uri: Folder or URI of the table.
        name: The table, for its contract.
        prefix: Start of the file name, by which an interrupted batch's files are found again.
        rows: At least one row, in the order in which readers want them.

    Raises:
        ContractError: The rows break the contract.
        StorageError: The file system takes nothing more; nothing of the file is left there.
    """
    rows = contract(name).conform(rows)
    filesystem, folder = fs.FileSystem.from_uri(table_uri)
    path = f"{prefix}-{uuid.uuid4().hex}.parquet"
    try:
        filesystem.create_dir(folder, recursive=True)
        _write(rows, filesystem, f"{folder}/{path}")
        size = filesystem.get_file_info(f"{folder}/{path}").size
    except OSError as error:
        with suppress(OSError):
            filesystem.delete_file(f"{folder}/{path}")
        raise refusal(error, folder) or error from error
    return DataFile(path, size, rows.num_rows, int(time.time() * 1000), _statistics(rows))


def _write(rows: pa.Table, filesystem: fs.FileSystem, path: str) -> None:
    schema = rows.schema
    strings = [f.name for f in schema if _is_text(f.type)]
    packed = {f.name: "DELTA_BINARY_PACKED" for f in schema if pa.types.is_integer(f.type)}
    pq.write_table(
        rows,
        path,
        filesystem=filesystem,
        row_group_size=ROWS_A_GROUP,
        compression="zstd",
        use_dictionary=strings,
        column_encoding=packed,
        write_batch_size=ROWS_A_WRITE,
        # Readers take types from the table, not from how the writer happened to hold a column.
        store_schema=False,
    )


def _statistics(rows: pa.Table) -> str:
    """Return Delta's per-file statistics as JSON (Delta protocol, Per-file Statistics)."""
    least: dict[str, object] = {}
    greatest: dict[str, object] = {}
    nulls: dict[str, int] = {}
    for field in rows.schema:
        column = rows[field.name]
        if pa.types.is_nested(field.type) or pa.types.is_binary(field.type):
            continue
        nulls[field.name] = column.null_count
        low, high = _bounds(column, field.type)
        if low is not None:
            least[field.name] = low
        if high is not None:
            greatest[field.name] = high
    return json.dumps(
        {
            "numRecords": rows.num_rows,
            "minValues": least,
            "maxValues": greatest,
            "nullCount": nulls,
        }
    )


def _bounds(column: pa.ChunkedArray, kind: pa.DataType) -> tuple[object, object]:
    if pa.types.is_timestamp(kind) or pa.types.is_boolean(kind):
        return None, None
    if pa.types.is_floating(kind) and not pc.all(pc.is_finite(column)).as_py():
        # NaN has no place in the order and JSON has no infinity: no bound is a true bound.
        return None, None
    bounds = pc.min_max(_distinct(column)).as_py()
    low, high = bounds["min"], bounds["max"]
    if _is_text(kind):
        low = low and low[:LONGEST_BOUND]
        high = high if high is None or len(high) <= LONGEST_BOUND else None
    return low, high


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_dictionary(kind))


def _distinct(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The texts that a dictionary column really holds; any other column as it is."""
    if not pa.types.is_dictionary(column.type):
        return column
    texts = column.unify_dictionaries().unique()
    return pa.chunked_array([texts.dictionary_decode()])
