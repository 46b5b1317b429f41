"""Which columns of a Parquet file may state a least and a greatest value.

Parquet's writers leave NaN out of both, while most readers count NaN as greater than any number:
they would skip what holds NaN by a bound that is not true of it. A column that holds NaN goes
without. Zero and the infinities need no care here, since Parquet's own bounds include them.
"""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc


def bounded_columns(rows: pa.Table) -> list[str]:
    """Return the leaf columns without NaN, by their paths, as ``write_statistics`` takes them."""
    return [path for path, holds_nan in _leaf_columns(rows).items() if not holds_nan]


def columns_with_nan(rows: pa.Table) -> list[str]:
    """Return the leaf columns that hold NaN, by their paths."""
    return [path for path, holds_nan in _leaf_columns(rows).items() if holds_nan]


def _leaf_columns(rows: pa.Table) -> dict[str, bool]:
    """Return whether each leaf column holds NaN."""
    holds_nan: dict[str, bool] = {}
    for field, column in zip(rows.schema, rows.columns, strict=True):
        for chunk in column.chunks or [pa.array([], field.type)]:
            for path, values in _leaves(field.name, chunk):
                holds_nan[path] = holds_nan.get(path, False) or _holds_nan(values)
    return holds_nan


def _leaves(path: str, values: pa.Array) -> Iterator[tuple[str, pa.Array]]:
    """Yield the leaf columns of an array, by the paths that Parquet gives them."""
    kind = values.type
    if isinstance(values, pa.ExtensionArray):
        yield from _leaves(path, values.storage)
    elif pa.types.is_map(kind):
        yield from _leaves(f"{path}.key_value.key", values.keys)
        yield from _leaves(f"{path}.key_value.value", values.items)
    elif pa.types.is_struct(kind):
        for number in range(kind.num_fields):
            yield from _leaves(f"{path}.{kind.field(number).name}", values.field(number))
    elif pa.types.is_nested(kind):
        yield from _leaves(f"{path}.list.element", values.flatten())
    elif pa.types.is_dictionary(kind):
        yield path, values.dictionary
    else:
        yield path, values


def _holds_nan(values: pa.Array) -> bool:
    return pa.types.is_floating(values.type) and bool(pc.any(pc.is_nan(values)).as_py())
