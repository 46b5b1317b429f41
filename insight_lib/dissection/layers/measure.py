"""Summaries of layer tensors, each reduced to the numbers that its statistics are made of.

A lake holds them as messages and lists, of which a worker could not hold a whole run's; these rows
are of a few hundred bytes. Rows that are about no layer tensor are left out.
"""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.layers.compact_summary import REASONS, read_compact
from insight_lib.dissection.layers.histogram_statistics import NOT_COUNTED, bucket_numbers
from insight_lib.dissection.layers.lists import lists
from insight_lib.dissection.layers.sibling_names import may_be_sibling
from insight_lib.dissection.layers.snapshot import read_snapshot
from insight_lib.dissection.layers.spectrum import SHAPE_STATISTICS, shape_statistics
from insight_lib.dissection.layers.tag_conventions import histogram_name, scalar_name
from insight_lib.dissection.layers.tensor_statistics import tensor_numbers
from insight_lib.dissection.layers.traced_tags import traced_name
from insight_lib.dissection.summary_source import COMPACT, HISTOGRAM, SCALAR, SNAPSHOT
from insight_lib.events.current_rows import AS_WRITTEN, SERIES
from insight_lib.tracer.stats_format import SNAPSHOT_PLUGIN, STATS_FIELDS, STATS_PLUGIN

WRITTEN = (*SERIES, "step", *AS_WRITTEN)
"""Columns that say where a summary was written; of each table of values."""
NUMBERS = (*STATS_FIELDS, *SHAPE_STATISTICS)

MEASURED = pa.schema(
    [
        *((name, pa.string()) for name in SERIES),
        ("step", pa.int64()),
        *zip(AS_WRITTEN, (pa.string(), pa.int64(), pa.int32()), strict=True),
        ("source", pa.string()),
        ("content", pa.binary()),
        ("shape", pa.list_(pa.int64())),
        ("numbers", pa.list_(pa.float64())),
        ("reason", pa.string()),
    ]
)
"""Where a summary was written, its source, its metadata, the shape of a whole tensor, ``NUMBERS``
(NaN where the source does not tell) and why it cannot be taken (null where it can)."""


def measure_artifacts(rows: pa.Table) -> pa.Table:
    """Return the compact summaries and snapshots among rows of ``artifacts``, measured."""
    compact, snapshots = (
        rows.filter(pc.equal(rows["plugin"], plugin)).combine_chunks()
        for plugin in (STATS_PLUGIN, SNAPSHOT_PLUGIN)
    )
    return pa.concat_tables([_compact(compact), *map(_snapshot, snapshots.to_batches(1))])


def measure_histograms(rows: pa.Table) -> pa.Table:
    """Return the histograms whose tag names a layer's tensor, among rows of ``histograms``.

    Those whose tag does so only next to another one are among them; see ``sibling_names``.
    """
    rows = _named(rows, lambda tag: histogram_name(tag) or may_be_sibling(tag))
    buckets = [_whole(rows[name]) for name in ("left_edges", "right_edges", "counts")]
    ends = np.concatenate([[0], np.cumsum(pc.list_value_length(buckets[0]).to_numpy())])
    lefts, rights, counts = (np.asarray(each.flatten(), np.float64) for each in buckets)
    numbers, good = bucket_numbers(lefts, rights, counts, ends.astype(np.int64))
    reasons = pc.if_else(pa.array(good), pa.scalar(None, pa.string()), NOT_COUNTED)
    return _table(rows, HISTOGRAM, numbers, reason=reasons)


def measure_scalars(rows: pa.Table) -> pa.Table:
    """Return the norms whose tag names a layer's tensor, among rows of ``scalars``.

    A norm that is NaN or negative says nothing; an infinite one is kept.
    """
    rows = _named(rows, scalar_name)
    values = rows["value"].to_numpy()
    numbers = np.full((rows.num_rows, len(STATS_FIELDS)), np.nan)
    numbers[:, STATS_FIELDS.index("l2")] = np.where(values >= 0, values, np.nan)
    return _table(rows, SCALAR, numbers)


def _named(rows: pa.Table, name: Callable[[str], object]) -> pa.Table:
    tags = pc.unique(rows["tag"])
    wanted = [tag for tag in tags.to_pylist() if name(tag)]
    return rows.filter(pc.is_in(rows["tag"], pa.array(wanted, tags.type)))


def _compact(rows: pa.Table) -> pa.Table:
    compact = read_compact(rows["payload"])
    reasons = pa.array([REASONS.get(state) for state in range(len(REASONS) + 1)], pa.string())
    return _table(
        rows,
        COMPACT,
        compact.values,
        content=compact.contents(),
        reason=reasons.take(pa.array(compact.state)),
    )


def _snapshot(row: pa.RecordBatch) -> pa.Table:
    """Measure one snapshot: it may be large."""
    snapshot = read_snapshot(row["payload"][0].as_buffer().to_pybytes())
    numbers = np.full(len(NUMBERS), np.nan)
    name = traced_name(row["tag"][0].as_py())
    shape = None
    if snapshot.tensor is not None and name is not None:
        numbers[: len(STATS_FIELDS)] = tensor_numbers(snapshot.tensor, name.kind)
        shape = list(snapshot.tensor.shape)
        if name.kind == "activation":
            shape = shape[1:]  # without the examples
        else:
            numbers[len(STATS_FIELDS) :] = shape_statistics(snapshot.tensor)
    return _table(
        pa.Table.from_batches([row]),
        SNAPSHOT,
        numbers[np.newaxis],
        content=pa.array([snapshot.content], pa.binary()),
        shape=pa.array([shape], pa.list_(pa.int64())),
        reason=pa.array([snapshot.reason], pa.string()),
    )


def _table(rows: pa.Table, source: str, numbers: Floats, **known: pa.Array) -> pa.Table:
    """Build a table with the columns of ``MEASURED``; unknown columns are null."""
    unknown = len(NUMBERS) - numbers.shape[1]
    numbers = np.pad(numbers, ((0, 0), (0, unknown)), constant_values=np.nan)
    columns = {name: rows[name] for name in WRITTEN}
    columns["source"] = pa.repeat(source, rows.num_rows)
    columns |= {
        name: pa.nulls(rows.num_rows, MEASURED.field(name).type)
        for name in ("content", "shape", "reason")
    }
    columns["numbers"] = lists(numbers)
    return pa.table(columns | known).select(MEASURED.names).cast(MEASURED)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    return pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole
