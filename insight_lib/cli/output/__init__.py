"""Print tables and JSON, and name files, as people read them on a terminal."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from insight_lib.cli.output.formats import FORMATS, encoded, json_text, table_for_people

__all__ = ["FORMATS", "print_json", "print_rows", "print_table", "shown"]


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows for people; numbers to the right, nulls as a dash, text as it is."""
    print(table_for_people(title, columns, rows), end="")


def print_rows(rows: pa.Table, output_format: str) -> None:
    """Print an Arrow table in one of `FORMATS`; column names must differ."""
    sys.stdout.flush()
    for part in encoded([rows], output_format):
        sys.stdout.buffer.write(part)


def shown(path: Path) -> str:
    """Return a path as a person would type it: relative where it lies below the working folder."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def print_json(value: object) -> None:
    """Print strict JSON: NaN and infinities as words, times in ISO format, bytes in base64.

    A decimal becomes a number where none of its digits is lost, else text. A length of time becomes
    its seconds as text, a calendar interval an ISO 8601 duration, anything else its ``str``.
    """
    print(json_text(value), end="")
