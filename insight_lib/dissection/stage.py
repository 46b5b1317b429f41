"""The dissection stages: compact summaries to layer statistics, then the catalogue to findings."""

import pyarrow.dataset as ds

from insight_lib.dissection.dissect import dissect, findings_table
from insight_lib.dissection.layer_statistics import layer_statistics
from insight_lib.dissection.view import run_views
from insight_lib.evaluation.check import SAMPLES
from insight_lib.events.current_rows import CURRENT_COLUMNS, current_rows
from insight_lib.events.runs import RUNS
from insight_lib.lake.derive import Input, Stage, Tables
from insight_lib.tracer.stats_format import STATS_PLUGIN


def compute_statistics(tables: Tables) -> Tables:
    """Compute the layer statistics of some whole runs; other artifacts were never read."""
    return {"layer_stats": layer_statistics(current_rows(tables["artifacts"])).rows}


def compute_findings(tables: Tables) -> Tables:
    """Apply the catalogue to some whole runs."""
    runs = tables["runs"]
    pairs = zip(runs["run_id"].to_pylist(), runs["config"].to_pylist(), strict=True)
    configs = {run_id: config for run_id, config in pairs if config is not None}
    views = run_views(
        current_rows(tables["scalars"]), tables["layer_stats"], configs, tables["sample_counts"]
    )
    return {"findings": findings_table(dissect(views))}


LAYER_STATISTICS = Stage(
    "layer_statistics",
    inputs=(Input("artifacts", where=ds.field("plugin") == STATS_PLUGIN),),
    outputs=("layer_stats",),
    compute=compute_statistics,
)

DISSECT = Stage(
    "dissect",
    inputs=(
        Input("scalars", CURRENT_COLUMNS),
        Input("layer_stats"),
        Input("runs", ("run_id", "config")),
        Input("sample_counts"),
    ),
    outputs=("findings",),
    compute=compute_findings,
    after=(RUNS.progress, LAYER_STATISTICS.progress, SAMPLES.progress),
)
