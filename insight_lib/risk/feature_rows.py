"""Rows of ``run_features``: what was known of each run at its cut-off."""

from dataclasses import replace

import pyarrow as pa

from insight_lib.dissection.run.view import run_views
from insight_lib.lake.contract import contract
from insight_lib.risk.cutoff import Cutoff
from insight_lib.risk.features.catalogue import features_of
from insight_lib.risk.features.feature import Seen
from insight_lib.risk.landmarks import until
from insight_lib.series.recognition import RECOGNISED, RoleSource


def features_at(
    scalars: pa.Table,
    layer_stats: pa.Table,
    cutoff: Cutoff,
    known: RoleSource = RECOGNISED,
    early: RoleSource = RECOGNISED,
) -> pa.Table:
    """Return one row for each run that is in either table, by rising run_id.

    Nothing after a run's cut-off step has any influence on its row, but that what its series are
    decides where the cut-off is.

    Args:
        scalars: current points only, in any order: run_id, stream, tag, step, value (others are
            ignored).
        layer_stats: rows of the table of that name, in any order.
        cutoff: up to where each run may be seen.
        known: says what the scalar series are, from whole runs.
        early: says it from what is seen; so a finished run is looked at as a running one is.

    Returns:
        Rows of ``run_features``; a feature that is not known or not finite is absent.
    """
    rows = []
    for run in run_views(scalars, layer_stats, {}, role_source=known):
        step = cutoff.step_of(run)
        seen = replace(until(run, step), role_source=early)
        values = list(features_of(Seen(seen)).items())
        rows.append({"run_id": run.run_id, "cutoff_step": step, "features": values})
    return pa.Table.from_pylist(rows, schema=contract("run_features").schema)
