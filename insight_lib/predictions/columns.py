"""Columns of a prediction file, brought to the types of table ``predictions``."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.errors import PredictionFileError
from insight_lib.predictions.chunk import Chunk
from insight_lib.predictions.mapping import Reading
from insight_lib.predictions.values import One, as_text, converted, integer, number, truth

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
    """

    rows: pa.Table
    given: dict[str, pa.Array]


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
    if missing:
        raise PredictionFileError(
            f"has no column {' and no column '.join(missing)}, only {', '.join(names)}; "
            "name its columns so, or say in [predictions.columns] of --config what they are called"
        )


def typed(chunk: Chunk, reading: Reading) -> Typed:
    """Bring the rows of a file to the types of the table.

    Raises:
        PredictionFileError: A column is of a type that cannot be used; the message goes on from
            the file's name.
    """
    names = reading.names
    given = {role: _given(chunk, names.get(role), role, reading) for role in CONVERSIONS}
    split = _given(chunk, names.get("split"), "split", reading)
    numbers = pc.cast(pa.array(chunk.number), pa.string())
    ids = _text(chunk, names["example_id"])
    groups = _text(chunk, names["group_id"])
    columns = {
        **{r: converted(given[r], kind, one) for r, (kind, one) in CONVERSIONS.items()},
        "split": pc.dictionary_encode(as_text(split)),
        "example_id": numbers if ids is None else pc.coalesce(ids, numbers),
        "group_id": pa.nulls(len(numbers), pa.string()) if groups is None else groups,
        "slices": _slice_maps(chunk.rows, len(numbers), reading),
    }
    return Typed(pa.table(columns), given | {"split": split})


def is_text(kind: pa.DataType) -> bool:
    """Tell whether a column of a type, or a dictionary of it, holds texts."""
    kind = _value_type(kind)
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def _given(chunk: Chunk, name: str | None, role: str, reading: Reading) -> pa.Array:
    if name not in chunk.rows.schema.names:
        return pa.repeat(_default(role, reading.defaults.get(role)), len(chunk.number))
    column = _plain(chunk.rows.column(name))
    if not _is_simple(column.type):
        raise PredictionFileError(
            f"has column {name} of type {column.type}, which cannot be taken as {role}; "
            "write a number or a text in each row"
        )
    return column


@functools.cache
def _default(role: str, value: object) -> pa.Scalar:
    return pa.scalar(value, CONVERSIONS[role][0] if role in CONVERSIONS else pa.string())


def _text(chunk: Chunk, name: str) -> pa.Array | None:
    """A column as texts, None where there is none."""
    if name not in chunk.rows.schema.names:
        return None
    column = _plain(chunk.rows.column(name))
    try:
        return as_text(column)
    except pa.ArrowException as error:
        raise PredictionFileError(
            f"has column {name} of type {column.type}, which cannot be taken as text; "
            "write a text or a number in each row"
        ) from error


def _slice_maps(rows: pa.RecordBatch, count: int, reading: Reading) -> pa.MapArray:
    """One map a row, of every column that is a slice to the row's value; nulls left out."""
    names = [name for name in rows.schema.names if reading.is_slice(name)]
    if not names:
        return pa.MapArray.from_arrays(
            pa.array(np.zeros(count + 1, np.int32)), _strings([]), _strings([])
        )
    # Values in order of row, then of column: column by column, transposed by taking.
    columns = [_slice_values(rows, name) for name in names]
    interleave = np.arange(count * len(names)).reshape(len(names), count).T.ravel()
    values = pa.concat_arrays(columns).take(pa.array(interleave))
    keys = _strings(names).take(pa.array(np.tile(np.arange(len(names)), count)))
    present = pc.is_valid(values)
    offsets = _offsets(present.to_numpy(zero_copy_only=False).reshape(count, len(names)))
    return pa.MapArray.from_arrays(offsets, keys.filter(present), values.filter(present))


def _slice_values(rows: pa.RecordBatch, name: str) -> pa.Array:
    column = _plain(rows.column(name))
    if pa.types.is_nested(column.type):
        raise PredictionFileError(
            f"has column {name} of type {column.type}, which cannot be a slice; "
            "write a text or a number in each row"
        )
    return as_text(column)


def _offsets(present: npt.NDArray[np.bool_]) -> pa.Array:
    entries = np.concatenate([[0], np.cumsum(present.sum(axis=1))])
    return pa.array(entries.astype(np.int32))


def _strings(values: list[str]) -> pa.Array:
    return pa.array(values, pa.string())


def _plain(column: pa.Array) -> pa.Array:
    """A column without its dictionary, texts as strings and not as bytes."""
    column = pc.cast(column, _value_type(column.type))
    is_bytes = pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type)
    return as_text(column) if is_bytes or is_text(column.type) else column


def _value_type(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


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
