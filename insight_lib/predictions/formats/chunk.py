"""Some rows of a prediction file as its format gives them, and what is no row at all."""

from dataclasses import dataclass
from typing import IO, TypeAlias

import numpy as np
import pyarrow as pa

from insight_lib.columnar.arrays import Integers

Source: TypeAlias = IO[bytes] | pa.NativeFile
"""A file that is open for reading, at its start."""

SPANS = pa.schema([("offset", pa.int64()), ("length", pa.int64()), ("reason", pa.string())])


@dataclass(frozen=True)
class Chunk:
    """Rows of a file.

    Attributes:
        rows: Columns as the file calls and types them; those that are looked for and there.
        number: int64, the number of each row in the file, from 0, with those that are damaged.
        offset: int64, where each row is: its number, or its first byte.
        length: int64, 1, or its bytes.
        damaged: What cannot be read as rows, with the columns of `SPANS`.
    """

    rows: pa.RecordBatch
    number: Integers
    offset: Integers
    length: Integers
    damaged: pa.Table


def numbered(rows: pa.RecordBatch, number: Integers, damaged: pa.Table | None = None) -> Chunk:
    """Return rows of a format in which a row's number says where it is."""
    nothing = SPANS.empty_table()
    ones = np.ones(len(number), np.int64)
    return Chunk(rows, number, number, ones, nothing if damaged is None else damaged)


def spans(offset: Integers, length: Integers, reason: list[str]) -> pa.Table:
    """Return what cannot be read as rows."""
    return pa.table([pa.array(offset), pa.array(length), pa.array(reason)], schema=SPANS)
