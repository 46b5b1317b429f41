"""The ``layer_stats`` table from the compact statistics that TensorTracer writes.

Input are rows of the ``artifacts`` table; those of plugin ``deepinsight`` become rows. What claims
to be a compact summary and is none is returned with its reason.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.dissection.compact import REASONS, Compact, read_compact
from insight_lib.dissection.grouping import IntArray, group_spans
from insight_lib.dissection.layer_rows import layer_rows
from insight_lib.tracer.stats_format import (
    STATS_PLUGIN,
    LayerMeta,
    TensorTag,
    parse_meta,
    parse_tag,
)

NOT_A_LAYER_TAG = "its tag is not <layer>/<tensor>/<kind>/stats"
NO_METADATA = "its series has no metadata that describes the layer"
UNKNOWN_VERSION = "its metadata is not version 1 of the format"
_KEY = ("run_id", "layer", "tensor", "kind")


@dataclass(frozen=True)
class LayerStatistics:
    """The statistics, and what could not be taken.

    Attributes:
        rows: the ``layer_stats`` table, sorted by its key.
        rejected: columns run_id, stream, tag, step and reason, one row a summary that was not
            taken.
    """

    rows: pa.Table
    rejected: pa.Table


def layer_statistics(artifacts: pa.Table) -> LayerStatistics:
    """Compute the statistics of every compact summary.

    The update ratio is l2(update) / l2(weight) of the same run, layer, tensor and step, null where
    that weight was not traced or is zero. Depth, type and activation come from the first metadata
    of the series, because writers need to send it only once.

    Args:
        artifacts: run_id, stream, tag, step, plugin and payload of whole series, in the order of
            writing; of two summaries of one key and step the later is taken.
    """
    claimed = artifacts.filter(pc.equal(artifacts["plugin"], STATS_PLUGIN)).combine_chunks()
    compact = read_compact(claimed["payload"])
    tags, tag_of = _parsed_tags(claimed["tag"])
    about, series_of = _described(claimed, compact)
    reasons = _reasons(compact, tags, tag_of, about, series_of)
    kept = np.flatnonzero(pc.is_null(reasons).to_numpy(zero_copy_only=False))
    named = _named(claimed, tags, tag_of)
    kept = kept[_latest(named.take(pa.array(kept)))]
    described = _meta_columns(about, series_of[kept])
    rows = layer_rows(named.take(pa.array(kept)), compact.values[kept], described)
    return LayerStatistics(rows, _rejected(claimed, reasons))


def _parsed_tags(column: pa.ChunkedArray) -> tuple[list[TensorTag | None], IntArray]:
    """Take apart each distinct tag (None: no compact summary's), and number those of the rows."""
    distinct = pc.unique(column)
    tag_of = pc.index_in(column, value_set=distinct).to_numpy().astype(np.int64)
    parsed = [parse_tag(tag) for tag in distinct.to_pylist()]
    return [tag if tag is not None and tag.is_stats else None for tag in parsed], tag_of


def _described(claimed: pa.Table, compact: Compact) -> tuple[list[LayerMeta | str], IntArray]:
    """What each series says of its layer, or why it cannot be taken; and each row's series."""
    order, spans = group_spans(claimed, ("run_id", "stream", "tag"))
    series_of = np.empty(order.size, np.int64)
    has_content = (compact.content[:, 1] > compact.content[:, 0])[order]
    about: list[LayerMeta | str] = []
    for series, span in enumerate(spans):
        series_of[order[span]] = series
        first = order[span][np.argmax(has_content[span])]
        about.append(_meta(compact.content_of(int(first))))
    return about, series_of


@cache
def _meta(content: bytes) -> LayerMeta | str:
    return parse_meta(content) or (UNKNOWN_VERSION if content else NO_METADATA)


def _reasons(
    compact: Compact,
    tags: list[TensorTag | None],
    tag_of: IntArray,
    about: list[LayerMeta | str],
    series_of: IntArray,
) -> pa.Array:
    """Why each row is not taken; null where it is."""
    broken = pa.array([REASONS.get(state) for state in range(len(REASONS) + 1)], pa.string())
    unnamed = pa.array([None if tag else NOT_A_LAYER_TAG for tag in tags], pa.string())
    unknown = pa.array([one if isinstance(one, str) else None for one in about], pa.string())
    return pc.coalesce(
        unnamed.take(pa.array(tag_of)),
        unknown.take(pa.array(series_of)),
        broken.take(pa.array(compact.state)),
    )


def _rejected(claimed: pa.Table, reasons: pa.Array) -> pa.Table:
    whose = claimed.select(["run_id", "stream", "tag", "step"])
    return whose.append_column("reason", reasons).filter(pc.is_valid(reasons))


def _named(claimed: pa.Table, tags: list[TensorTag | None], tag_of: IntArray) -> pa.Table:
    known = [tag or TensorTag("", "", "", is_stats=True) for tag in tags]
    place = pa.array(tag_of)
    return pa.table(
        {
            "run_id": claimed["run_id"],
            "layer": pa.array([tag.layer for tag in known], pa.string()).take(place),
            "tensor": pa.array([tag.tensor for tag in known], pa.string()).take(place),
            "kind": pa.array([tag.kind for tag in known], pa.string()).take(place),
            "step": claimed["step"],
        }
    )


def _latest(named: pa.Table) -> IntArray:
    """Row numbers of the last row of each key and step, sorted by key and step."""
    order, spans = group_spans(named, _KEY, "step")
    steps = named["step"].to_numpy()[order]
    is_last = np.append(np.diff(steps) != 0, True)[: order.size]
    is_last[[span.stop - 1 for span in spans]] = True
    latest: IntArray = order[is_last]
    return latest


def _meta_columns(about: list[LayerMeta | str], series_of: IntArray) -> dict[str, pa.Array]:
    known = [one if isinstance(one, LayerMeta) else LayerMeta(0, "", None) for one in about]
    place = pa.array(series_of)
    return {
        "depth": pa.array([one.depth for one in known], pa.int32()).take(place),
        "layer_type": pa.array([one.layer_type for one in known], pa.string()).take(place),
        "activation": pa.array([one.activation for one in known], pa.string()).take(place),
        "shape": pa.array([one.shape for one in known], pa.list_(pa.int64())).take(place),
        "trainable": pa.array([one.trainable for one in known], pa.bool_()).take(place),
    }
