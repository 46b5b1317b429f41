"""JSON lines: an object a line, each value of the kind that it is written as."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from insight_lib.errors import PredictionFileError
from insight_lib.predictions.formats.chunk import Chunk, Source, numbered, spans
from insight_lib.predictions.formats.column_mapping import Reading
from insight_lib.predictions.formats.columns import check_columns

LINES_A_CHUNK = 1 << 16
LONGEST_LINE = 16 << 20
"""In bytes; a longer line is no row, but a file of another kind."""
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LONGEST_NAMED = 80
"""Characters of a key in a message."""
NO_OBJECT = "the line is not a JSON object"

Row = dict[str, Any]


def read_json_lines(source: Source, reading: Reading) -> Iterator[Chunk]:
    """Yield the rows of a file of JSON lines; a row's number is that of its line, from 0.

    A row that lacks step, split or weight has their default. A key that is no column is a slice in
    the rows in which its value is a string. Empty lines are passed over.

    Raises:
        PredictionFileError: A line is too long, or a column is in none of the first rows.
        OSError, ValueError: The file is damaged.
    """
    checked = False
    for start, lines in _lines(source):
        objects: list[Row] = []
        numbers: list[int] = []
        damaged: list[int] = []
        reasons: list[str] = []
        for number, line in enumerate(lines, start):
            row = _object(line)
            if not isinstance(row, str):
                objects.append(row)
                numbers.append(number)
            elif line.strip():
                damaged.append(number)
                reasons.append(row)
        if objects and not checked:
            check_columns(list({name: None for row in objects for name in row}), reading)
            checked = True
        places = np.array(damaged, np.int64)
        held = spans(places, np.ones(len(places), np.int64), reasons)
        yield numbered(_table(objects, reading), np.array(numbers, np.int64), held)


def _lines(source: Source) -> Iterator[tuple[int, list[bytes]]]:
    """Yield chunks of lines, each with the number of its first one."""
    start = 0
    while True:
        lines: list[bytes] = []
        while len(lines) < LINES_A_CHUNK and (line := source.readline(LONGEST_LINE)):
            if len(line) == LONGEST_LINE:
                raise PredictionFileError(
                    f"has a line of more than {LONGEST_LINE >> 20} MiB, number "
                    f"{start + len(lines)}; write one JSON object a line"
                )
            lines.append(line)
        if not lines:
            return
        if start == 0:
            lines[0] = lines[0].removeprefix(BYTE_ORDER_MARK)
        yield start, lines
        start += len(lines)


def _object(line: bytes) -> Row | str:
    """Return the line's object, or why it has none that can be read in only one way."""
    try:
        row = json.loads(line.decode(), object_pairs_hook=_unambiguous)
    except _KeyTwiceError as error:
        return f"the line has the key {error} twice"
    except (ValueError, RecursionError):
        return NO_OBJECT
    return row if isinstance(row, dict) else NO_OBJECT


class _KeyTwiceError(ValueError):
    """A key is written twice, so that parsers differ in what the line says."""


def _unambiguous(pairs: list[tuple[str, Any]]) -> Row:
    row = dict(pairs)
    if len(row) == len(pairs):
        return row
    (twice, _), *_ = Counter(key for key, _ in pairs).most_common(1)
    raise _KeyTwiceError(json.dumps(twice[:LONGEST_NAMED]))


def _table(objects: Sequence[Row], reading: Reading) -> pa.RecordBatch:
    present = dict.fromkeys(name for row in objects for name in row)
    columns: dict[str, pa.Array] = {}
    for role, name in reading.names.items():
        if name in present:
            default = reading.defaults.get(role)
            columns[name] = as_array([row.get(name, default) for row in objects])
    for name in present:
        if name not in columns and reading.is_slice(name):
            values = [row.get(name) for row in objects]
            if reading.columns.slices is None:
                values = [value if isinstance(value, str) else None for value in values]
            texts = pa.array(map(_text, values), pa.string())
            if texts.null_count < len(texts):
                columns[name] = texts
    return pa.record_batch(columns)


def as_array(values: Sequence[object]) -> pa.Array:
    """Return values of one simple kind as an array of it, of several kinds as their text."""
    try:
        found = pa.array(values)
    except (pa.ArrowException, OverflowError):
        found = pa.nulls(0, pa.list_(pa.null()))
    return pa.array(map(_text, values), pa.string()) if pa.types.is_nested(found.type) else found


def _text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)
