"""The stage that makes layer statistics from artifacts, histograms and scalars."""

import pyarrow.compute as pc
import pyarrow.dataset as ds

from insight_lib.dissection.layers.layer_statistics import layer_statistics
from insight_lib.dissection.layers.measure import (
    WRITTEN,
    measure_artifacts,
    measure_histograms,
    measure_scalars,
)
from insight_lib.dissection.layers.sibling_names import SIBLING_TAGS
from insight_lib.dissection.layers.tag_conventions import HISTOGRAM_TAGS, SCALAR_TAGS
from insight_lib.dissection.layers.traced_tags import STATS
from insight_lib.lake.run_stage import Input, RunStage, Tables
from insight_lib.tracer.stats_format import SNAPSHOT_PLUGIN, STATS_PLUGIN


def compute_statistics(tables: Tables) -> Tables:
    """Compute the layer statistics of some whole runs, from what was measured of each table."""
    found = layer_statistics([tables[name] for name in ("artifacts", "histograms", "scalars")])
    return {"layer_stats": found.rows, "rejected_summaries": found.rejected}


def _repeats_compact(earlier: Tables) -> ds.Expression:
    """Select the histograms that only repeat what a compact summary says."""
    found = earlier["artifacts"]
    compact = found.filter(pc.ends_with(found["tag"], STATS))
    with_compact = pc.utf8_slice_codeunits(compact["tag"], 0, -len(STATS))
    taken = pc.unique(pc.binary_join_element_wise(compact["run_id"], with_compact, _BETWEEN))
    return pc.binary_join_element_wise(ds.field("run_id"), ds.field("tag"), _BETWEEN).isin(taken)


# Of a run and a tag: no path and hardly a name holds it.
_BETWEEN = "\0"

LAYER_STATISTICS = RunStage(
    # A new name has measured no run yet, so that an old lake's layers get their depths.
    "layer_statistics-2",
    inputs=(
        Input(
            "artifacts",
            (*WRITTEN, "plugin", "payload"),
            where=ds.field("plugin").isin([STATS_PLUGIN, SNAPSHOT_PLUGIN]),
            reduce=measure_artifacts,
        ),
        Input(
            "histograms",
            (*WRITTEN, "left_edges", "right_edges", "counts"),
            where=pc.match_substring_regex(ds.field("tag"), f"{HISTOGRAM_TAGS}|{SIBLING_TAGS}"),
            unless=_repeats_compact,
            reduce=measure_histograms,
        ),
        Input(
            "scalars",
            (*WRITTEN, "value"),
            where=pc.match_substring(ds.field("tag"), SCALAR_TAGS),
            reduce=measure_scalars,
        ),
    ),
    outputs=("layer_stats", "rejected_summaries"),
    compute=compute_statistics,
)
