"""Columns of a prediction file, brought to the types of table ``predictions``."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.errors import PredictionFileError
from insight_lib.events.storage import Root

DEFAULT_SPLIT = "validation"
RESERVED = ("label", "score", "example_id", "step", "split", "weight", "group_id")
"""Columns with a meaning of their own; every other column of type string is a slice."""


def column_as(
    table: pa.Table, name: str, kind: pa.DataType, default: object, path: Root
) -> pa.ChunkedArray | pa.Array:
    """Return a column as the wanted type, or the default for every row where there is none.

    Raises:
        PredictionFileError: The column's type does not convert, or a value of it.
    """
    if name not in table.schema.names:
        return pa.repeat(pa.scalar(default, kind), table.num_rows)
    column = _decoded(table[name])
    if _is_text(column.type) != pa.types.is_string(kind):
        raise _unusable(path, name, column.type, kind, "it is of another kind")
    try:
        # Safe only for integers: a label or score may lose digits of an int64 or a decimal.
        return pc.cast(column, kind, safe=pa.types.is_integer(kind))
    except pa.ArrowException as error:
        raise _unusable(path, name, column.type, kind, str(error)) from error


def text_column(table: pa.Table, name: str, path: Root) -> pa.ChunkedArray | pa.Array:
    """Return a column of any simple type as strings; null for every row where there is none.

    Raises:
        PredictionFileError: The column is nested.
    """
    if name not in table.schema.names:
        return pa.nulls(table.num_rows, pa.string())
    column = _decoded(table[name])
    try:
        return pc.cast(column, pa.string())
    except pa.ArrowException as error:
        raise _unusable(path, name, column.type, pa.string(), str(error)) from error


def example_ids(table: pa.Table, path: Root) -> pa.ChunkedArray | pa.Array:
    """Return the examples' names; the row number in the file, from 0, where a row names none.

    Raises:
        PredictionFileError: The column is nested.
    """
    numbers = pc.cast(pa.array(np.arange(table.num_rows)), pa.string())
    return pc.coalesce(text_column(table, "example_id", path), numbers)


def slice_maps(table: pa.Table) -> pa.MapArray:
    """Return one map a row, of every column that is a slice to the row's value; nulls left out."""
    names = [
        field.name
        for field in table.schema
        if field.name not in RESERVED and _is_text(_value_type(field.type))
    ]
    rows = table.num_rows
    if not names:
        return pa.MapArray.from_arrays(
            pa.array(np.zeros(rows + 1, np.int32)), _strings([]), _strings([])
        )
    # Values in order of row, then of column: column by column, transposed by taking.
    columns = [_decoded(table[name]).combine_chunks().cast(pa.string()) for name in names]
    interleave = np.arange(rows * len(names)).reshape(len(names), rows).T.ravel()
    values = pa.concat_arrays(columns).take(pa.array(interleave))
    keys = _strings(names).take(pa.array(np.tile(np.arange(len(names)), rows)))
    present = pc.is_valid(values)
    offsets = _offsets(present.to_numpy(zero_copy_only=False).reshape(rows, len(names)))
    return pa.MapArray.from_arrays(offsets, keys.filter(present), values.filter(present))


def _offsets(present: npt.NDArray[np.bool_]) -> pa.Array:
    entries = np.concatenate([[0], np.cumsum(present.sum(axis=1))])
    return pa.array(entries.astype(np.int32))


def _strings(values: list[str]) -> pa.Array:
    return pa.array(values, pa.string())


def _decoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.cast(column, _value_type(column.type))


def _value_type(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _is_text(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def _unusable(
    path: Root, name: str, found: pa.DataType, wanted: pa.DataType, why: str
) -> PredictionFileError:
    return PredictionFileError(
        f"{path}: column {name} is of type {found} and cannot be taken as {wanted} ({why}); "
        f"write it as {wanted}"
    )
