"""Columns in which one text stands in many rows, as dictionaries: these cost next to nothing."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from insight_lib.columnar.arrays import Integers


def repeated(texts: Sequence[str], counts: Sequence[int] | Integers) -> pa.DictionaryArray:
    """Return each text so many times, one after the other."""
    distinct = pa.array(texts, pa.string()).dictionary_encode()
    codes = np.repeat(distinct.indices.to_numpy(), counts)
    return pa.DictionaryArray.from_arrays(pa.array(codes), distinct.dictionary)


def with_constants(rows: pa.Table, constants: Mapping[str, str]) -> pa.Table:
    """Return rows with columns that hold one text each."""
    for column, text in constants.items():
        rows = rows.append_column(column, repeated([text], [rows.num_rows]))
    return rows
