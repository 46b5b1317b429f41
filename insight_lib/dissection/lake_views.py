"""Views of the runs of a lake: what a stage reads for them, and how they are made of it."""

from collections.abc import Iterator
from typing import Any

from insight_lib.dissection.run.trainings import training_views
from insight_lib.dissection.run.view import RunView
from insight_lib.events.current_rows import CODED, CURRENT_COLUMNS
from insight_lib.events.parted_rows import parted_rows
from insight_lib.events.runs.logged_config import with_hparams
from insight_lib.lake.run_stage import Input, Tables
from insight_lib.series.settings_store import SeriesSettings
from insight_lib.series.stage import SERIES, known_roles

VIEW_INPUTS = (
    Input("scalars", CURRENT_COLUMNS, coded=CODED),
    Input("layer_stats"),
    Input("runs", ("run_id", "config", "logged_config", "topology", "hparams", "hparams_source")),
    SERIES,
)
"""What a stage reads that looks at whole runs; with ``sample_counts`` also at their evaluation."""


def lake_views(tables: Tables, series: SeriesSettings) -> Iterator[RunView]:
    """Yield the view of each of some whole runs that has something to look at, by rising run_id.

    Args:
        tables: rows of ``VIEW_INPUTS``, and of ``sample_counts`` where evaluations count too.
        series: what the configuration says of series.
    """
    runs = tables["runs"].to_pylist(maps_as_pydicts="lossy")
    known = {row["run_id"]: row["config"] or _told(row) for row in runs}
    yield from training_views(
        parted_rows(tables["scalars"]),
        tables["layer_stats"],
        {run_id: config for run_id, config in known.items() if config is not None},
        tables.get("sample_counts"),
        role_source=known_roles(tables, series),
        topologies={row["run_id"]: row["topology"] for row in runs if row["topology"] is not None},
    )


def _told(run: dict[str, Any]) -> str | None:
    """Return the configuration that others than TensorDealer tell of."""
    return with_hparams(run["logged_config"], run["hparams"], run["hparams_source"])
