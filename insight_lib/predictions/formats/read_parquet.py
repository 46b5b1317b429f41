"""Parquet, row group by row group; only the columns that are looked for are read."""

from collections.abc import Iterator

import numpy as np
import pyarrow.parquet as pq

from insight_lib.predictions.formats.chunk import Chunk, Source, numbered
from insight_lib.predictions.formats.column_mapping import Reading
from insight_lib.predictions.formats.columns import check_columns
from insight_lib.predictions.formats.convert import is_text

ROWS_A_CHUNK = 1 << 17


def read_parquet(source: Source, reading: Reading) -> Iterator[Chunk]:
    """Yield the rows of a Parquet file.

    Raises:
        PredictionFileError: A column is missing or occurs twice.
        pyarrow.ArrowException, OSError: The file is damaged.
    """
    # ParquetFile rather than read_table, which makes columns of directory names like `a=1`.
    with pq.ParquetFile(source) as file:
        schema = file.schema_arrow
        check_columns(schema.names, reading)
        wanted = {*reading.names.values(), *(reading.columns.slices or ())}
        columns = [
            field.name
            for field in schema
            if field.name in wanted or (is_text(field.type) and reading.is_slice(field.name))
        ]
        start = 0
        for rows in file.iter_batches(ROWS_A_CHUNK, columns=columns):
            yield numbered(rows.select(columns), np.arange(start, start + rows.num_rows))
            start += rows.num_rows
