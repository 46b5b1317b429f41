"""Columns of a prediction file, brought to the types of table ``predictions``."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.errors import PredictionFileError
from insight_lib.predictions.formats.binary import Binary
from insight_lib.predictions.formats.chunk import Chunk
from insight_lib.predictions.formats.column_mapping import Reading
from insight_lib.predictions.formats.convert import (
    One,
    converted,
    integer,
    is_text,
    number,
    plain,
    text_or_missing,
    truth,
)
from insight_lib.predictions.formats.slices import slice_maps

CONVERSIONS: dict[str, tuple[pa.DataType, One]] = {
    "label": (pa.float64(), truth),
    "score": (pa.float64(), number),
    "weight": (pa.float64(), number),
    "step": (pa.int64(), integer),
}


@dataclass(frozen=True)
class Typed:
    """Rows with the columns of the contract except run_id and file_id.

    Attributes:
        rows: One for each of the file, in its order; null where a value is, or does not fit.
        given: Of the columns that are checked, the values as the file has them.
        binary: How labels became 0 and 1; None where they are these.
    """

    rows: pa.Table
    given: dict[str, pa.Array]
    binary: Binary | None = None


def check_columns(names: Sequence[str], reading: Reading) -> None:
    """Refuse a file that lacks a column, or names twice one that is looked for.

    Raises:
        PredictionFileError: The message goes on from the file's name.
    """
    wanted = [*reading.names.values(), *(n for n in names if reading.is_slice(n))]
    repeated = sorted({name for name in wanted if names.count(name) > 1})
    if repeated:
        raise PredictionFileError(
            f"has column {repeated[0]} more than once; give each column its own name"
        )
    missing = [name for name in reading.required if name not in names]
    if missing and len(names) == 1 and any(mark in names[0] for mark in ";\t"):
        raise PredictionFileError(f"has only one column, {names[0]!r}; separate columns by commas")
    if missing:
        raise PredictionFileError(
            f"has no column {' and no column '.join(missing)}, only {', '.join(names)}; "
            "rename its columns, or map them in section [predictions.columns] of --config"
        )


def typed(chunk: Chunk, reading: Reading, binary: Binary | None = None) -> Typed:
    """Convert the rows of a file to the types of the table.

    Args:
        chunk: Some rows of the file.
        reading: What it calls its columns.
        binary: How its labels become 0 and 1; None where they are these.

    Raises:
        PredictionFileError: A column is of a type that cannot be used; the message goes on from
            the file's name.
    """
    names = reading.names
    chunk = with_keys(chunk, reading)
    given = {role: _given(chunk, names.get(role), role, reading) for role in CONVERSIONS}
    split = _given(chunk, names.get("split"), "split", reading)
    numbers = pc.cast(pa.array(chunk.number), pa.string())
    ids = _text(chunk, names["example_id"])
    groups = _text(chunk, names["group_id"])
    columns = {
        **{r: converted(given[r], kind, one) for r, (kind, one) in CONVERSIONS.items()},
        "split": pc.dictionary_encode(text_or_missing(split)),
        "example_id": numbers if ids is None else pc.coalesce(ids, numbers),
        "group_id": pa.nulls(len(numbers), pa.string()) if groups is None else groups,
        "slices": slice_maps(chunk.rows, len(numbers), reading),
    }
    if binary is None:
        return Typed(pa.table(columns), given | {"split": split})
    columns["label"] = binary.convert(given["label"])
    return Typed(pa.table(columns), given | {"split": split}, binary)


def with_keys(chunk: Chunk, reading: Reading) -> Chunk:
    """Return rows with a column for each key of the file's path, in the place of the file's own."""
    if not reading.keys:
        return chunk
    columns = dict(zip(chunk.rows.schema.names, chunk.rows.columns, strict=True))
    for name, value in reading.keys:
        columns[name] = pa.repeat(pa.scalar(value, pa.string()), len(chunk.number))
    return replace(chunk, rows=pa.record_batch(columns))


def label_column(chunk: Chunk, reading: Reading) -> pa.Array:
    """Return the labels of some rows as the file has them.

    Raises:
        PredictionFileError: They are of a type that cannot be used.
    """
    return _given(with_keys(chunk, reading), reading.names["label"], "label", reading)


def _given(chunk: Chunk, name: str | None, role: str, reading: Reading) -> pa.Array:
    if name not in chunk.rows.schema.names:
        return pa.repeat(_default(role, reading.defaults.get(role)), len(chunk.number))
    column = plain(chunk.rows.column(name))
    if not _is_simple(column.type):
        raise PredictionFileError(
            f"has column {name} of type {column.type}, which cannot be used as {role}; "
            "write a number or a text in each row"
        )
    return column


@functools.cache
def _default(role: str, value: object) -> pa.Scalar:
    return pa.scalar(value, CONVERSIONS[role][0] if role in CONVERSIONS else pa.string())


def _text(chunk: Chunk, name: str) -> pa.Array | None:
    """Return a column as texts, None where there is none."""
    if name not in chunk.rows.schema.names:
        return None
    column = plain(chunk.rows.column(name))
    try:
        return text_or_missing(column)
    except pa.ArrowException as error:
        raise PredictionFileError(
            f"has column {name} of type {column.type}, which cannot be used as text; "
            "write a text or a number in each row"
        ) from error


def _is_simple(kind: pa.DataType) -> bool:
    tests = (
        is_text,
        pa.types.is_integer,
        pa.types.is_floating,
        pa.types.is_decimal,
        pa.types.is_boolean,
        pa.types.is_null,
    )
    return any(test(kind) for test in tests)
