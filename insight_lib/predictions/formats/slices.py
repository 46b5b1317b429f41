"""The slices of a prediction file's rows: column and value, as a map."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.columnar.arrays import Booleans
from insight_lib.errors import PredictionFileError
from insight_lib.predictions.formats.column_mapping import Reading
from insight_lib.predictions.formats.convert import plain, text_or_missing


def slice_maps(rows: pa.RecordBatch, count: int, reading: Reading) -> pa.MapArray:
    """Return one map a row, of every column that is a slice to its value; no null and no NaN.

    Args:
        rows: Columns of a file; none where no row has any.
        count: How many rows there are.
        reading: Says which columns are slices.

    Raises:
        PredictionFileError: A slice is of a nested type; the message goes on from the file's name.
    """
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
    column = plain(rows.column(name))
    if pa.types.is_nested(column.type):
        raise PredictionFileError(
            f"has column {name} of type {column.type}, which cannot be a slice; "
            "write a text or a number in each row"
        )
    return text_or_missing(column)


def _offsets(present: Booleans) -> pa.Array:
    entries = np.concatenate([[0], np.cumsum(present.sum(axis=1))])
    return pa.array(entries.astype(np.int32))


def _strings(values: list[str]) -> pa.Array:
    return pa.array(values, pa.string())
