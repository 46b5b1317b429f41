"""Rows in the formats of the command line: for people, and for programs."""

import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from insight_lib.cli.output.values import as_text, for_json, for_people
from insight_lib.columnar.parquet_bounds import bounded_columns
from insight_lib.screen import table_text
from insight_lib.strict_json import strict_json

FORMATS = ("table", "csv", "json", "parquet", "markdown")

# What Markdown would take for the end of a cell, or of a row.
_OF_MARKDOWN = str.maketrans({"|": "\\|", "\n": "<br>", "\r": None})

Row = Sequence[object]


def encoded(tables: Iterable[pa.Table], output_format: str) -> Iterator[bytes]:
    """Yield rows in one of `FORMATS`, text in UTF-8; CSV while they come, others as a whole.

    Column names must differ. What a format has no type for becomes text: in CSV all nested and
    binary values, in Parquet intervals and unions.

    Args:
        tables: The rows, of one schema; at least one table, which may be empty.
        output_format: One of them.
    """
    if output_format == "csv":
        yield from _csv(tables)
        return
    rows = pa.concat_tables(tables)
    if output_format == "parquet":
        yield _parquet(rows)
        return
    columns = [_values(column) for column in rows.columns]
    listed = list(zip(*columns, strict=True))
    yield _TEXTS[output_format](rows.column_names, listed).encode()


def table_for_people(title: str, columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Return rows as a table: numbers to the right, nulls as a dash, text as it is."""
    texts = [[for_people(value).expandtabs() for value in row] for row in rows]
    return table_text(title, columns, texts, _numeric(columns, rows))


def json_text(value: object) -> str:
    """Return strict JSON, NaN and infinities as words; see `for_json` for other values."""
    plain = strict_json(for_json(value))
    return json.dumps(plain, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _json(columns: Sequence[str], rows: Sequence[Row]) -> str:
    return json_text([dict(zip(columns, row, strict=True)) for row in rows])


def _table(columns: Sequence[str], rows: Sequence[Row]) -> str:
    return table_for_people("", columns, rows)


def _markdown(columns: Sequence[str], rows: Sequence[Row]) -> str:
    rules = ["---:" if right else "---" for right in _numeric(columns, rows)]
    texts = [[for_people(value).translate(_OF_MARKDOWN) for value in row] for row in rows]
    head = [name.translate(_OF_MARKDOWN) for name in columns]
    return "".join(f"| {' | '.join(line)} |\n" for line in (head, rules, *texts))


_TEXTS: dict[str, Callable[[Sequence[str], Sequence[Row]], str]] = {
    "table": _table,
    "json": _json,
    "markdown": _markdown,
}


def _csv(tables: Iterable[pa.Table]) -> Iterator[bytes]:
    is_first = True
    for rows in tables:
        lines = io.BytesIO()
        options = pyarrow.csv.WriteOptions(include_header=is_first)
        pyarrow.csv.write_csv(_as_text(rows, _unknown_to_csv), lines, options)
        is_first = False
        yield lines.getvalue()


def _parquet(rows: pa.Table) -> bytes:
    file = io.BytesIO()
    known = _as_text(rows, _unknown_to_parquet)
    pq.write_table(known, file, write_statistics=bounded_columns(known))
    return file.getvalue()


def _numeric(columns: Sequence[str], rows: Sequence[Row]) -> list[bool]:
    return [any(_is_number(row[number]) for row in rows) for number in range(len(columns))]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


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
            texts = [None if v is None else as_text(v) for v in _values(rows.column(number))]
            rows = rows.set_column(number, field.name, pa.array(texts, pa.string()))
    return rows


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
