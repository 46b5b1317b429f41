"""Write one Parquet file of a table and say what its Delta commit must know: size and statistics.

Workers call this; rows do not cross between the JVM and Python. Encodings are chosen for readers
and size: a dictionary only for strings, DELTA_BINARY_PACKED for integers, zstd. BYTE_STREAM_SPLIT
is avoided, since Spark's vectorised reader refuses it. Bounds leave out what holds NaN.
"""

import json
import math
import re
import sys
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import fs

from insight_lib.columnar.parquet_bounds import bounded_columns
from insight_lib.lake.contract import contract
from insight_lib.write_errors import refusal

# The log repeats a bound for every file: of a longer string it has the beginning.
LONGEST_BOUND = 128
# Delta's table property for the columns by whose bounds in the log readers may skip files.
SKIPPING_PROPERTY = "delta.dataSkippingStatsColumns"
# A reader of one run skips the groups without it; smaller ones would compress worse.
ROWS_A_GROUP = 1 << 17
# Arrow's default of 1,024 costs a fifth of the time of writing.
ROWS_A_WRITE = 1 << 16
# In the footer of a file whose bounds leave out what holds NaN: nobody need look for NaN in it.
BOUNDS_KEY = "insight.bounds"
BOUNDS_WITHOUT_NAN = "columns without NaN"

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


def skipping_columns(name: str) -> str:
    """Return the value of `SKIPPING_PROPERTY` for a table: its columns that always have bounds.

    An Arrow dataset of delta-rs takes a missing bound for a null one, and so finds no row of a file
    where a column goes without: floats may (NaN, infinities), times and truth values always do.
    """
    schema = contract(name).schema
    return ",".join(f.name for f in schema if _is_text(f.type) or pa.types.is_integer(f.type))


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
    bounded = bounded_columns(rows)
    try:
        filesystem.create_dir(folder, recursive=True)
        _write(filesystem, f"{folder}/{path}", rows, bounded)
        size = filesystem.get_file_info(f"{folder}/{path}").size
    except OSError as error:
        # On a full disk half a file takes the room that a second attempt needs.
        with suppress(OSError):
            filesystem.delete_file(f"{folder}/{path}")
        raise refusal(error, folder) or error from error
    statistics = _statistics(rows, bounded)
    return DataFile(path, size, rows.num_rows, int(time.time() * 1000), statistics)


def _write(filesystem: fs.FileSystem, target: str, rows: pa.Table, bounded: Sequence[str]) -> None:
    encoding = _encoding(rows.schema, bounded)
    with pq.ParquetWriter(target, rows.schema, filesystem=filesystem, **encoding) as writer:
        writer.write_table(rows, ROWS_A_GROUP)
        writer.add_key_value_metadata({BOUNDS_KEY: BOUNDS_WITHOUT_NAN})


def _encoding(schema: pa.Schema, bounded: Sequence[str]) -> dict[str, Any]:
    return {
        "compression": "zstd",
        "use_dictionary": [f.name for f in schema if _is_text(f.type)],
        "column_encoding": {
            f.name: "DELTA_BINARY_PACKED" for f in schema if pa.types.is_integer(f.type)
        },
        "write_batch_size": ROWS_A_WRITE,
        "write_statistics": bounded,
        # Readers take types from the table, not from how the writer happened to hold a column.
        "store_schema": False,
    }


def _statistics(rows: pa.Table, bounded: Sequence[str]) -> str:
    """Return Delta's per-file statistics as JSON (Delta protocol, Per-file Statistics)."""
    least: dict[str, object] = {}
    greatest: dict[str, object] = {}
    nulls: dict[str, int] = {}
    for field in rows.schema:
        column = rows[field.name]
        if pa.types.is_nested(field.type) or pa.types.is_binary(field.type):
            continue
        nulls[field.name] = column.null_count
        low, high = _bounds(column, field.type) if field.name in bounded else (None, None)
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
    bounds = pc.min_max(_distinct(column)).as_py()
    low, high = bounds["min"], bounds["max"]
    if pa.types.is_floating(kind):
        return _float_bounds(low, high)
    if _is_text(kind):
        return _text_bounds(low, high)
    return low, high


def _text_bounds(low: str | None, high: str | None) -> tuple[str | None, str | None]:
    if high is not None and len(high) > LONGEST_BOUND:
        # The last character that there is: no text that begins alike is greater.
        high = high[:LONGEST_BOUND] + chr(sys.maxunicode)
    return low and low[:LONGEST_BOUND], high


def _float_bounds(low: float | None, high: float | None) -> tuple[float | None, float | None]:
    """Return the bounds as the log can hold them: JSON has no infinity."""
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return None, None
    # Of the two zeros delta-rs takes -0.0 as the lesser, and would find no 0 at or below it.
    return low, high or 0.0


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_dictionary(kind))


def _distinct(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the texts that a dictionary column really holds; any other column as it is."""
    if not pa.types.is_dictionary(column.type):
        return column
    texts = column.unify_dictionaries().unique()
    return pa.chunked_array([texts.dictionary_decode()])
