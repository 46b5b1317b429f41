"""The stage of features: what was known of each run at its cut-off."""

from functools import partial

from insight_lib.dissection.layers.stage import LAYER_STATISTICS
from insight_lib.events.current_rows import CURRENT_COLUMNS, current_rows
from insight_lib.lake.run_stage import Input, RunStage, Tables, run_stage
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers
from insight_lib.risk.cutoff import Cutoff
from insight_lib.risk.feature_rows import features_at
from insight_lib.series.recognition import Recognised
from insight_lib.series.settings_store import SeriesSettings, remembered_series
from insight_lib.series.stage import SERIES, classification, known_roles

# A new name has measured no run yet, so that an old lake's runs get features of depths and roles.
APPLICATION = "risk_features-2"


def compute_features(tables: Tables, series: SeriesSettings) -> Tables:
    """Compute the features of some whole runs."""
    features = features_at(
        current_rows(tables["scalars"]),
        tables["layer_stats"],
        Cutoff(),
        known=known_roles(tables, series),
        early=Recognised(series.overrides),
    )
    return {"run_features": features}


def features_stage(series: SeriesSettings) -> RunStage:
    """Return the stage, by what the configuration says of series."""
    return RunStage(
        f"{APPLICATION}-{series.number}",
        inputs=(Input("scalars", CURRENT_COLUMNS), Input("layer_stats"), SERIES),
        outputs=("run_features",),
        compute=partial(compute_features, series=series),
        after=(LAYER_STATISTICS.progress, classification(series).progress),
    )


def refresh_features(lake: Lake, workers: Workers) -> list[str]:
    """Update the features and return the runs whose features were computed again.

    These are the runs with something new; all of them after the configuration of series changed.
    """
    return run_stage(lake, workers, features_stage(remembered_series(lake)))
