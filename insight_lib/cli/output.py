"""Print tables: for people with rich, for programs as JSON, CSV or Parquet."""

import base64
import io
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from insight_lib.columnar.parquet_bounds import bounded_columns
from insight_lib.screen import table_text
from insight_lib.strict_json import strict_json

FORMATS = ("table", "csv", "json", "parquet")


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows for people; numbers to the right, nulls as a dash, text as it is."""
    numeric = [
        any(isinstance(row[number], int | float | Decimal) for row in rows)
        for number in range(len(columns))
    ]
    texts = [[_for_people(value).expandtabs() for value in row] for row in rows]
    print(table_text(title, columns, texts, numeric), end="")


def print_rows(rows: pa.Table, output_format: str) -> None:
    """Print an Arrow table in one of `FORMATS`; CSV and Parquet go out as bytes.

    The whole is encoded before the first byte is printed. Column names must differ. What a format
    has no type for becomes text: in CSV all nested and binary values, in Parquet intervals and
    unions.
    """
    if output_format in ("csv", "parquet"):
        encoded = io.BytesIO()
        if output_format == "csv":
            pyarrow.csv.write_csv(_as_text(rows, _unknown_to_csv), encoded)
        else:
            known = _as_text(rows, _unknown_to_parquet)
            pq.write_table(known, encoded, write_statistics=bounded_columns(known))
        sys.stdout.buffer.write(encoded.getvalue())
        return
    columns = [_values(column) for column in rows.columns]
    listed = list(zip(*columns, strict=True))
    if output_format == "json":
        print_json([dict(zip(rows.column_names, row, strict=True)) for row in listed])
    else:
        print_table("", rows.column_names, listed)


def shown(path: Path) -> str:
    """Return a path as a person would type it: relative where it lies below the working folder."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def print_json(value: object) -> None:
    """Print strict JSON: NaN and infinities as words, times in ISO format, bytes in base64.

    A decimal becomes a number where none of its digits is lost, else text. A length of time becomes
    its seconds as text, a calendar interval an ISO 8601 duration, anything else its ``str``.
    """
    print(json.dumps(strict_json(_plain(value)), indent=2, ensure_ascii=False, allow_nan=False))


def _for_people(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, pa.MonthDayNano):
        return _duration(value)
    return str(value)


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    # Itself a tuple, so before them.
    if isinstance(value, pa.MonthDayNano):
        return _duration(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return _plain_scalar(value)


def _plain_scalar(value: object) -> object:
    if isinstance(value, Decimal):
        if value == value.to_integral_value():
            return int(value)
        return float(value) if Decimal(repr(float(value))) == value else str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value.total_seconds())
    return str(value)


def _duration(interval: pa.MonthDayNano) -> str:
    """Write an interval as an ISO 8601 duration; its months and days have no fixed length."""
    seconds = Decimal(interval.nanoseconds).scaleb(-9).normalize()
    return f"P{interval.months}M{interval.days}DT{seconds:f}S"


def _values(column: pa.ChunkedArray) -> list[object]:
    try:
        listed: list[object] = column.to_pylist(maps_as_pydicts="lossy")
    except (OverflowError, ValueError):
        # Infinite dates and nanoseconds, which Python's own types cannot hold.
        listed = column.cast(pa.string()).to_pylist()
    return listed


def _as_text(rows: pa.Table, unknown: Callable[[pa.DataType], bool]) -> pa.Table:
    """Return the table with the columns whose type is unknown to the format as JSON or text."""
    for number, field in enumerate(rows.schema):
        if unknown(field.type):
            texts = [None if v is None else _text(v) for v in _values(rows.column(number))]
            rows = rows.set_column(number, field.name, pa.array(texts, pa.string()))
    return rows


def _text(value: object) -> str:
    if isinstance(value, pa.MonthDayNano):
        return _duration(value)
    return json.dumps(strict_json(_plain(value)), allow_nan=False)


def _unknown_to_csv(kind: pa.DataType) -> bool:
    return (
        pa.types.is_nested(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_interval(kind)
        or isinstance(kind, pa.BaseExtensionType)
    )


def _unknown_to_parquet(kind: pa.DataType) -> bool:
    if pa.types.is_interval(kind) or pa.types.is_union(kind):
        return True
    return any(_unknown_to_parquet(kind.field(n).type) for n in range(kind.num_fields))
