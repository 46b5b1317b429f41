"""The dissection stage: the catalogue of rules on every run, to findings."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from insight_lib.dissection.dissect import dissect, findings_table
from insight_lib.dissection.layers.stage import LAYER_STATISTICS
from insight_lib.dissection.rule_settings_store import Settings, remembered_settings
from insight_lib.dissection.rules.rule import Rule
from insight_lib.dissection.run.view import run_views
from insight_lib.evaluation.by_step.checks import SAMPLES
from insight_lib.events.current_rows import CURRENT_COLUMNS, parted_rows
from insight_lib.events.runs.stage import RUNS
from insight_lib.lake.run_stage import Input, RunStage, Tables, run_stage
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers


def compute_findings(tables: Tables, rules: Sequence[Rule[Any]]) -> Tables:
    """Apply the rules to some whole runs."""
    runs = tables["runs"]
    pairs = zip(runs["run_id"].to_pylist(), runs["config"].to_pylist(), strict=True)
    configs = {run_id: config for run_id, config in pairs if config is not None}
    scalars, superseded = parted_rows(tables["scalars"])
    views = run_views(scalars, tables["layer_stats"], configs, tables["sample_counts"], superseded)
    return {"findings": findings_table(dissect(views, rules))}


# A new name has worked on no run yet, so that the rules of a new catalogue judge all of them again.
DISSECT = "dissect-3"


def dissection(settings: Settings) -> RunStage:
    """Return the stage that makes the findings by some settings of the rules."""
    return RunStage(
        f"{DISSECT}-{settings.number}",
        inputs=(
            Input("scalars", CURRENT_COLUMNS),
            Input("layer_stats"),
            Input("runs", ("run_id", "config")),
            Input("sample_counts"),
        ),
        outputs=("findings",),
        compute=partial(compute_findings, rules=settings.rules),
        after=(RUNS.progress, LAYER_STATISTICS.progress, SAMPLES.progress),
    )


def refresh_findings(lake: Lake, workers: Workers) -> list[str]:
    """Update the findings and return the runs that were judged again.

    These are the runs with something new; all of them after the rules' settings changed.
    """
    return run_stage(lake, workers, dissection(remembered_settings(lake)))
