"""Lakes as versions wrote them that gave a column bounds though it holds NaN."""

import json
import math

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake.transaction import AddAction, RemoveAction

from insight_lib.lake.contract import contract
from insight_lib.lake.parquet import SKIPPING_PROPERTY
from insight_lib.lake.scan import live_files, read_rows


def write_as_formerly(lake, name, rows_a_group=4):
    """Put files with the same rows and untrue bounds, in footer and log, in the place of all."""
    plain = [f.name for f in contract(name).schema if _is_plain(f.type)]
    # As without the property, by which readers go by the bounds of the first 32 columns.
    lake.delta(name).alter.set_table_properties({SKIPPING_PROPERTY: ",".join(plain)})
    table = lake.delta(name)
    texts = [f.name for f in contract(name).schema if pa.types.is_string(f.type)]
    actions = []
    for file in live_files(table):
        rows = read_rows(lake.table_uri(name), name, [file.path])
        path = file.path.replace(".parquet", "-former.parquet")
        target = lake.root / name / path
        pq.write_table(rows, target, row_group_size=rows_a_group, use_dictionary=texts)
        size = target.stat().st_size
        actions += [
            RemoveAction(file.path, data_change=False, deletion_timestamp=0),
            AddAction(path, size, {}, 0, False, json.dumps(_statistics(rows))),
        ]
    table.create_write_transaction(actions, "append", table.schema())


def _statistics(rows):
    least, greatest, nulls = {}, {}, {}
    for name, column in zip(rows.column_names, rows.columns, strict=True):
        if not _is_plain(column.type):
            continue
        values = [v for v in column.to_pylist() if v is not None and v == v]  # noqa: PLR0124  (NaN)
        nulls[name] = column.null_count
        if values and all(not isinstance(v, float) or math.isfinite(v) for v in values):
            least[name], greatest[name] = min(values), max(values)
    return {
        "numRecords": rows.num_rows,
        "minValues": least,
        "maxValues": greatest,
        "nullCount": nulls,
    }


def _is_plain(kind):
    return pa.types.is_string(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind)
