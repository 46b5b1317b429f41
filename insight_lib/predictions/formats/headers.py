"""The names of the columns of a file, read from its beginning or footer alone."""

import csv
import io
import json

import pyarrow.parquet as pq

from insight_lib.errors import InsightError
from insight_lib.predictions.formats.file_names import CSV, JSON_LINES, PARQUET, format_of
from insight_lib.predictions.formats.read_file import DAMAGED, unpacked

LONGEST_HEAD = 64 << 10


def column_names(path: str) -> list[str]:
    """Return the names of a file's columns; none where it cannot be read or has none."""
    try:
        with unpacked(path) as source:
            kind = format_of(path)
            if kind == PARQUET:
                return list(pq.read_schema(source).names)
            head = source.read(LONGEST_HEAD).decode("utf-8-sig", "replace")
    except (*DAMAGED, InsightError):
        return []
    if kind == CSV:
        return _csv_names(head)
    return _json_names(head) if kind == JSON_LINES else []


def _csv_names(head: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(head, newline="")), [])
    except csv.Error:
        return []


def _json_names(head: str) -> list[str]:
    try:
        row = json.loads(head.splitlines()[0] if head else "null")
    except ValueError:
        return []
    return list(row) if isinstance(row, dict) else []
