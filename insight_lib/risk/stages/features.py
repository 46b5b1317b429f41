"""The stage of features: what was known of each run at its landmarks, and what became of it."""

import zlib
from functools import partial

import pyarrow as pa

from insight_lib.dissection.lake_views import VIEW_INPUTS, lake_views
from insight_lib.dissection.layers.stage import LAYER_STATISTICS
from insight_lib.events.runs.stage import RUNS
from insight_lib.lake.contract import contract
from insight_lib.lake.run_stage import RunStage, Tables, run_stage
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers
from insight_lib.risk.features.catalogue import FEATURES
from insight_lib.risk.stages.feature_rows import Row, feature_rows, outcome_row
from insight_lib.series.settings_store import SeriesSettings, remembered_series
from insight_lib.series.stage import classification

# A new name has looked at no run yet, so that all runs get the features of a new catalogue, and the
# columns of a new version of the table.
_WRITTEN = [str(contract("run_features").version), *sorted(feature.name for feature in FEATURES)]
_CATALOGUE = zlib.crc32(" ".join(_WRITTEN).encode())
APPLICATION = f"risk_features_{_CATALOGUE}"
OUTPUTS = ("run_features", "run_outcomes")


def compute_features(tables: Tables, series: SeriesSettings) -> Tables:
    """Compute features and outcomes of some whole runs."""
    features: list[Row] = []
    outcomes: list[Row] = []
    for run in lake_views(tables, series):
        features += feature_rows(run)
        outcomes.append(outcome_row(run))
    rows = dict(zip(OUTPUTS, (features, outcomes), strict=True))
    return {
        name: pa.Table.from_pylist(those, schema=contract(name).schema)
        for name, those in rows.items()
    }


def features_stage(series: SeriesSettings) -> RunStage:
    """Return the stage, by what the configuration says of series."""
    return RunStage(
        f"{APPLICATION}-{series.number}",
        inputs=VIEW_INPUTS,
        outputs=OUTPUTS,
        compute=partial(compute_features, series=series),
        after=(RUNS.progress, LAYER_STATISTICS.progress, classification(series).progress),
    )


def refresh_features(lake: Lake, workers: Workers) -> list[str]:
    """Update the features and return the runs whose features were computed again.

    These are the runs with something new; all of them after the configuration of series changed.
    """
    run_ids = run_stage(lake, workers, features_stage(remembered_series(lake)))
    if lake.is_outdated("run_features"):
        lake.mark_current("run_features")
    return run_ids
