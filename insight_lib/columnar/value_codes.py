"""Columns as numbers, which sort and compare far faster than texts."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.columnar.arrays import Integers


def value_codes(column: pa.ChunkedArray) -> Integers:
    """Return a number from 0 on for each distinct value of a column without nulls, shape (n,)."""
    encoded = pc.dictionary_encode(column).combine_chunks()
    codes: Integers = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return codes
