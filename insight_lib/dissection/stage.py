"""The dissection stage: the catalogue of rules on every run, to findings and a verdict."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from insight_lib.dissection.dissect import dissect_and_judge, findings_table, verdicts_table
from insight_lib.dissection.findings.history import with_history
from insight_lib.dissection.lake_views import VIEW_INPUTS, lake_views
from insight_lib.dissection.layers.stage import LAYER_STATISTICS
from insight_lib.dissection.night import this_night
from insight_lib.dissection.rule_settings_store import Settings, remembered_settings
from insight_lib.dissection.rules.rule import Rule
from insight_lib.evaluation.by_step.checks import SAMPLES
from insight_lib.events.runs.stage import RUNS
from insight_lib.events.runs.verdicts import copy_verdicts
from insight_lib.lake.run_stage import Input, RunStage, Tables, run_stage
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers
from insight_lib.series.settings_store import SeriesSettings, remembered_series
from insight_lib.series.stage import classification


def compute_findings(
    tables: Tables, rules: Sequence[Rule[Any]], series: SeriesSettings, night: datetime
) -> Tables:
    """Apply the rules to some whole runs, judge each of them and go on with their history."""
    run_ids = tables["runs"]["run_id"].to_pylist()
    found, verdicts = dissect_and_judge(lake_views(tables, series), run_ids, rules)
    findings = with_history(findings_table(found), tables["findings"], night)
    return {"findings": findings, "verdicts": verdicts_table(verdicts, night)}


# A new name has worked on no run yet, so that the rules of a new catalogue judge all of them again.
DISSECT = "dissect-5"


def dissection(settings: Settings, series: SeriesSettings, night: datetime) -> RunStage:
    """Return the stage that makes the findings of a night.

    Args:
        settings: of the rules.
        series: what the configuration says of series.
        night: its moment.
    """
    return RunStage(
        # Both numbers only grow, so their sum is new whenever one of them is.
        f"{DISSECT}-{settings.number + series.number}",
        inputs=(*VIEW_INPUTS, Input("sample_counts"), Input("findings")),
        # Findings first: `this_night` knows by that an interrupted night.
        outputs=("findings", "verdicts"),
        compute=partial(compute_findings, rules=settings.rules, series=series, night=night),
        after=(
            RUNS.progress,
            LAYER_STATISTICS.progress,
            SAMPLES.progress,
            classification(series).progress,
        ),
    )


def refresh_findings(lake: Lake, workers: Workers, now: datetime) -> list[str]:
    """Update findings and verdicts and return the runs that were judged again.

    These are the runs with something new; all of them after settings of rules or series changed.
    """
    night = this_night(lake, now)
    stage = dissection(remembered_settings(lake), remembered_series(lake), night)
    run_ids = run_stage(lake, workers, stage)
    copy_verdicts(lake, stage.progress)
    for name in stage.outputs:
        if lake.is_outdated(name):
            lake.mark_current(name)
    return run_ids
