"""Print tables: for people with rich, for programs as JSON, CSV or Parquet."""

import base64
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from insight_lib.dissection.dissect import strict_json

FORMATS = ("table", "csv", "json", "parquet")
# Wide enough for a run and its findings where the output is no terminal.
WIDTH_WITHOUT_TERMINAL = 140


def console() -> Console:
    """Return the console for tables; a fixed width where the output is no terminal."""
    return Console(width=None if sys.stdout.isatty() else WIDTH_WITHOUT_TERMINAL)


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows for people; numbers to the right, nulls as a dash, text as it is."""
    table = Table(title=title or None, title_justify="left", pad_edge=False)
    for number, column in enumerate(columns):
        numeric = any(isinstance(row[number], int | float) for row in rows)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(escape(_for_people(value)) for value in row))
    console().print(table)


def print_rows(rows: pa.Table, output_format: str) -> None:
    """Print an Arrow table in one of `FORMATS`; Parquet goes to standard output as bytes."""
    if output_format == "parquet":
        pq.write_table(rows, pa.PythonFile(sys.stdout.buffer, mode="w"))
    elif output_format == "csv":
        pyarrow.csv.write_csv(_flat(rows), sys.stdout.buffer)
    elif output_format == "json":
        print_json([dict(row) for row in rows.to_pylist(maps_as_pydicts="lossy")])
    else:
        listed = rows.to_pylist(maps_as_pydicts="lossy")
        print_table("", rows.column_names, [list(row.values()) for row in listed])


def print_json(value: object) -> None:
    """Print strict JSON: NaN and infinities as words, times in ISO format, bytes in base64."""
    json.dump(strict_json(_plain(value)), sys.stdout, indent=2, ensure_ascii=False)
    print()


def _for_people(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return str(value)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _flat(rows: pa.Table) -> pa.Table:
    """Return the table with nested and binary columns as text, since CSV has only text."""
    for number, field in enumerate(rows.schema):
        if pa.types.is_nested(field.type) or pa.types.is_binary(field.type):
            values = rows[field.name].to_pylist(maps_as_pydicts="lossy")
            texts = [None if v is None else json.dumps(strict_json(_plain(v))) for v in values]
            rows = rows.set_column(number, field.name, pa.array(texts, pa.string()))
    return rows
