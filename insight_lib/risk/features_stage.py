"""The stage of features: what was known of each run at its cut-off."""

from insight_lib.dissection.layers.stage import LAYER_STATISTICS
from insight_lib.events.current_rows import CURRENT_COLUMNS, current_rows
from insight_lib.lake.run_stage import Input, RunStage, Tables
from insight_lib.risk.cutoff import Cutoff
from insight_lib.risk.features import features_at


def compute_features(tables: Tables) -> Tables:
    """Compute the features of some whole runs."""
    scalars = current_rows(tables["scalars"])
    return {"run_features": features_at(scalars, tables["layer_stats"], Cutoff())}


FEATURES = RunStage(
    # A new name has measured no run yet, so that an old lake's runs get features of depths.
    "risk_features-2",
    inputs=(Input("scalars", CURRENT_COLUMNS), Input("layer_stats")),
    outputs=("run_features",),
    compute=compute_features,
    after=(LAYER_STATISTICS.progress,),
)
