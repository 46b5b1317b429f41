"""The leaf columns of a table by Parquet's paths, and which of them hold NaN."""

import io
from math import inf, nan

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from insight_lib.columnar.parquet_bounds import bounded_columns, columns_with_nan

DOUBLES = pa.list_(pa.float64())
COLUMNS = {
    "double": lambda x: pa.array([1.0, x, None]),
    "float": lambda x: pa.array([1.0, x], pa.float32()),
    "half": lambda x: pa.array([1.0, x], pa.float16()),
    "named.with.dots": lambda x: pa.array([x, 2.0]),
    "list": lambda x: pa.array([[1.0, x], [], None], DOUBLES),
    "lists": lambda x: pa.array([[[1.0], [x, None]], None], pa.list_(DOUBLES)),
    "large": lambda x: pa.array([[x]], pa.large_list(pa.float32())),
    "pairs": lambda x: pa.array([[1.0, x], None], pa.list_(pa.float64(), 2)),
    "map": lambda x: pa.array([[("a", x)]], pa.map_(pa.string(), pa.float64())),
    "struct": lambda x: pa.array([{"a": 1.0, "b": [x]}], pa.struct({"a": "f8", "b": DOUBLES})),
    "codes": lambda x: pa.array([1.0, x, x]).dictionary_encode(),
    "tensor": lambda x: pa.FixedShapeTensorArray.from_numpy_ndarray(np.array([[1.0, x]])),
}
WITH_NAN = {"list": "list.list.element", "lists": "lists.list.element.list.element"}
WITH_NAN |= {"large": "large.list.element", "pairs": "pairs.list.element"}
WITH_NAN |= {"map": "map.key_value.value", "struct": "struct.b.list.element"}
WITH_NAN |= {"tensor": "tensor.list.element"}


def stored_paths(rows):
    encoded = io.BytesIO()
    pq.write_table(rows, encoded)
    schema = pq.read_metadata(encoded).schema
    return [schema.column(n).path for n in range(len(schema.names))]


@pytest.mark.parametrize("name", COLUMNS)
def test_only_the_leaf_that_holds_nan_goes_without_bounds(name):
    rows = pa.table({name: COLUMNS[name](nan)})
    assert columns_with_nan(rows) == [WITH_NAN.get(name, name)]
    assert sorted(bounded_columns(rows) + columns_with_nan(rows)) == sorted(stored_paths(rows))


@pytest.mark.parametrize("number", [0.5, -0.0, inf, -inf])
@pytest.mark.parametrize("name", COLUMNS)
def test_what_holds_no_nan_keeps_its_bounds(name, number):
    rows = pa.table({name: COLUMNS[name](number)})
    assert bounded_columns(rows) == stored_paths(rows)
    assert columns_with_nan(rows) == []


def test_every_chunk_counts_and_none_is_needed():
    chunks = pa.chunked_array([[1.0], [nan], [2.0]])
    assert columns_with_nan(pa.table({"a": chunks})) == ["a"]
    nothing = pa.schema({"a": pa.float64(), "b": DOUBLES, "c": pa.string()}).empty_table()
    assert bounded_columns(nothing) == ["a", "b.list.element", "c"]


def test_rows_outside_a_slice_do_not_count():
    rows = pa.table({"a": [1.0, nan], "b": pa.array([[1.0], [nan]], DOUBLES)})
    assert columns_with_nan(rows.slice(0, 1)) == []
    assert columns_with_nan(rows.slice(1)) == ["a", "b.list.element"]
