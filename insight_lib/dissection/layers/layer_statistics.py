"""The ``layer_stats`` table from measured summaries of layer tensors, whatever wrote them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.columnar.grouping import group_spans
from insight_lib.dissection.layers.depth import Written, depths
from insight_lib.dissection.layers.layer_rows import layer_rows
from insight_lib.dissection.layers.lists import matrix
from insight_lib.dissection.layers.measure import NUMBERS
from insight_lib.dissection.layers.source_series import SummarySeries, chosen, find_series
from insight_lib.dissection.layers.spectrum import SHAPE_STATISTICS
from insight_lib.dissection.layers.tag_conventions import TensorName
from insight_lib.dissection.summary_source import COMPACT, SNAPSHOT
from insight_lib.events.current_rows import AS_WRITTEN, current_rows, places
from insight_lib.lake.contract import contract

_KEY = ("run_id", "layer", "tensor", "kind")
_TRACED = (COMPACT, SNAPSHOT)
_STATED = {
    "layer_type": pa.string(),
    "activation": pa.string(),
    "shape": pa.list_(pa.int64()),
    "trainable": pa.bool_(),
}
"""What the metadata of a series says of its layer."""


@dataclass(frozen=True)
class LayerStatistics:
    """The statistics, and what could not be taken.

    Attributes:
        rows: the ``layer_stats`` table, sorted by its key.
        rejected: the ``rejected_summaries`` table, one row a summary that was not taken.
    """

    rows: pa.Table
    rejected: pa.Table


def layer_statistics(measured: Sequence[pa.Table]) -> LayerStatistics:
    """Compute the statistics of every tensor of every layer of some whole runs.

    Summaries that a restart superseded do not count; where the writer never passed a step, rows
    have the place in the order of writing instead. Of a compact summary and a snapshot of one key
    and step the compact summary is taken, with the snapshot's singular values; which one of several
    other series is taken, see ``series.chosen``.

    Args:
        measured: one table or more of ``measured.MEASURED``, all summaries of each series; what a
            tag holds in one table supersedes nothing in another.
    """
    numbers = matrix(pa.concat_tables(measured)["numbers"], len(NUMBERS))
    whole = pa.concat_tables(places(current_rows(each)) for each in _placed(measured))
    series, series_of = find_series(whole)
    reasons = _reasons(whole, series, series_of)
    is_chosen = chosen(series)
    taken = np.array(is_chosen, bool)[series_of] if series else np.empty(0, bool)
    kept = np.flatnonzero(taken & pc.is_null(reasons).to_numpy(zero_copy_only=False))
    named = _named(whole, series, series_of).take(pa.array(kept))
    order, numbers = _merged(named, numbers[whole["place"].to_numpy()[kept]])
    kept, named = kept[order], named.take(pa.array(order))
    described = _described(whole["shape"], series, series_of, kept)
    found = pa.array(depths(series, is_chosen, _first_written(whole, series_of)), pa.int32())
    described["depth"] = found.take(pa.array(series_of[kept]))
    return LayerStatistics(layer_rows(named, numbers, described), _rejected(whole, reasons))


def _placed(measured: Sequence[pa.Table]) -> Iterator[pa.Table]:
    """Yield the tables with each row's place among all rows; the numbers are joined to it later."""
    ends = np.cumsum([table.num_rows for table in measured])
    for table, end in zip(measured, ends, strict=True):
        place = np.arange(end - table.num_rows, end)
        yield table.drop(["numbers"]).append_column("place", pa.array(place))


def _reasons(whole: pa.Table, series: list[SummarySeries], series_of: Integers) -> pa.Array:
    """Return why each row is not taken; null where it is."""
    of_series = pa.array([one.reason for one in series], pa.string())
    found = pc.coalesce(of_series.take(pa.array(series_of)), whole["reason"].combine_chunks())
    # What had no sibling is about no layer.
    is_of_none = pa.array([one.name is None and one.reason is None for one in series], pa.bool_())
    return pc.if_else(is_of_none.take(pa.array(series_of)), pa.scalar(None, pa.string()), found)


def _rejected(whole: pa.Table, reasons: pa.Array) -> pa.Table:
    rows = whole.select(["run_id", "stream", "tag", "step"]).append_column("reason", reasons)
    return contract("rejected_summaries").conform(rows.filter(pc.is_valid(reasons)))


def _named(whole: pa.Table, series: list[SummarySeries], series_of: Integers) -> pa.Table:
    names = [one.name or TensorName("", "", "") for one in series]
    place = pa.array(series_of)
    return pa.table(
        {
            "run_id": whole["run_id"],
            "layer": pa.array([name.layer for name in names], pa.string()).take(place),
            "tensor": pa.array([name.tensor for name in names], pa.string()).take(place),
            "kind": pa.array([name.kind for name in names], pa.string()).take(place),
            "step": whole["step"],
            "source": whole["source"],
        }
    )


def _merged(named: pa.Table, numbers: Floats) -> tuple[Integers, Floats]:
    """Return the row number of one row for each key and step, in that order, and their contents.

    Of two sources the first is kept. It takes over what only the other one knows: the statistics of
    the whole tensor.
    """
    ranks = pc.index_in(named["source"], pa.array(_TRACED)).fill_null(0).to_numpy()
    steps = named["step"].to_numpy()
    order, spans = group_spans(named, _KEY)
    is_first = np.zeros(order.size, bool)
    is_first[[span.start for span in spans]] = True
    order = order[np.lexsort([ranks[order], steps[order], np.cumsum(is_first)])]
    is_first[1:] |= np.diff(steps[order]) != 0
    numbers = numbers[order]
    again = np.flatnonzero(~is_first)
    numbers[again - 1, -len(SHAPE_STATISTICS) :] = numbers[again, -len(SHAPE_STATISTICS) :]
    return order[is_first], numbers[is_first]


def _first_written(whole: pa.Table, series_of: Integers) -> list[Written]:
    """Return where the first summary of each series was written."""
    # Current rows are in the order of writing.
    _, first = np.unique(series_of, return_index=True)
    rows = whole.select(AS_WRITTEN).take(pa.array(first)).to_pylist()
    return [tuple(row.values()) for row in rows]


def _described(
    shapes: pa.ChunkedArray, series: list[SummarySeries], series_of: Integers, kept: Integers
) -> dict[str, pa.Array]:
    """Return what is known of the layer of each kept row."""
    place = pa.array(series_of[kept])
    stated = {
        name: pa.array([getattr(one.meta, name, None) for one in series], kind).take(place)
        for name, kind in _STATED.items()
    }
    found = shapes.take(pa.array(kept)).combine_chunks()
    return stated | {"shape": pc.coalesce(stated["shape"], found)}
