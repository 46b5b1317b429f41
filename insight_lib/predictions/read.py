"""One Parquet file of predictions to rows of table ``predictions``, and the rows it cannot take."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from insight_lib.errors import PredictionFileError
from insight_lib.events.storage import Root, opened
from insight_lib.lake.contract import contract
from insight_lib.predictions.columns import (
    DEFAULT_SPLIT,
    column_as,
    example_ids,
    slice_maps,
    text_column,
)
from insight_lib.predictions.sift import REJECTED, sift


@dataclass(frozen=True)
class PredictionRows:
    """What one prediction file holds.

    Attributes:
        rows: The rows that can be taken, with the columns of ``schemas/predictions.toml``.
        quarantine: One row for each that cannot: run_id, file_id, offset (its row number in the
            file, from 0), length (1), reason. The batch is the caller's to add.
    """

    rows: pa.Table
    quarantine: pa.Table


def read_predictions(path: Root, run_id: str, file_id: str) -> PredictionRows:
    """Read a Parquet file of predictions.

    Columns ``label`` (0 or 1, any number or boolean) and ``score`` (a finite number: a probability
    or a logit) must be there. ``step`` (0 where the file has no such column), ``split``
    (``validation``), ``weight`` (1), ``example_id`` (the row number) and ``group_id`` (null) may
    be. Every other column of type string becomes a slice; a null in it puts the row in no slice of
    that column; columns of other types are left out.

    A row goes to quarantine if its score is null, NaN or infinite, its label is not 0 or 1, its
    weight is null, negative, NaN or infinite, or its step or split is null. The others are kept.

    Args:
        path: The file, or its URI.
        run_id: The run that wrote it.
        file_id: Its name in the ledger.

    Raises:
        PredictionFileError: The file cannot be read, is no Parquet, lacks label or score, names a
            column twice, or has a column of a type that cannot be used.
    """
    table = _read_parquet(path)
    typed = _typed_columns(table, path)
    kept, rejected = sift(typed)
    rows = kept.append_column("run_id", _constant(run_id, kept.num_rows))
    rows = rows.append_column("file_id", _constant(file_id, kept.num_rows))
    quarantine = rejected.append_column("run_id", _constant(run_id, rejected.num_rows))
    quarantine = quarantine.append_column("file_id", _constant(file_id, rejected.num_rows))
    return PredictionRows(
        contract("predictions").conform(rows), quarantine.select(["run_id", "file_id", *REJECTED])
    )


def _read_parquet(path: Root) -> pa.Table:
    try:
        # ParquetFile rather than read_table, which makes columns of directory names like `a=1`.
        with opened(path) as source, pq.ParquetFile(source) as file:
            table = file.read()
    except (pa.ArrowException, OSError) as error:
        raise PredictionFileError(
            f"{path} cannot be read as Parquet ({error}); write it again as a Parquet file with "
            "columns label and score"
        ) from error
    names = table.schema.names
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise PredictionFileError(
            f"{path} has column {repeated[0]} more than once; give each column its own name"
        )
    missing = [name for name in ("label", "score") if name not in names]
    if missing:
        raise PredictionFileError(
            f"{path} has no column {' and no column '.join(missing)}, only {', '.join(names)}; "
            "name the columns of the true class and of the prediction label and score"
        )
    return table


def _typed_columns(table: pa.Table, path: Root) -> pa.Table:
    """The columns of the contract except run_id and file_id, nulls and bad values still inside."""
    return pa.table(
        {
            "step": column_as(table, "step", pa.int64(), 0, path),
            "split": column_as(table, "split", pa.string(), DEFAULT_SPLIT, path),
            "example_id": example_ids(table, path),
            "label": column_as(table, "label", pa.float64(), None, path),
            "score": column_as(table, "score", pa.float64(), None, path),
            "weight": column_as(table, "weight", pa.float64(), 1.0, path),
            "group_id": text_column(table, "group_id", path),
            "slices": slice_maps(table),
        }
    )


def _constant(value: str, rows: int) -> pa.Array:
    return pc.cast(pa.repeat(value, rows), pa.string())
