"""Rows of ``run_features``: what was known of each run at its cut-off."""

from dataclasses import replace

import numpy as np
import pyarrow as pa

from insight_lib.dissection.run.view import RunView, run_views
from insight_lib.lake.contract import contract
from insight_lib.risk.catalogue import FEATURES
from insight_lib.risk.cutoff import Cutoff, until
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
        rows.append({"run_id": run.run_id, "cutoff_step": step, "features": _known(seen)})
    return pa.Table.from_pylist(rows, schema=contract("run_features").schema)


def _known(seen: RunView) -> list[tuple[str, float]]:
    values = ((feature.name, feature.compute(seen)) for feature in FEATURES)
    return [(name, value) for name, value in values if np.isfinite(value)]
