"""The nightly pipeline's stages in order, each said in one line when it is done."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from insight_lib.dissection.layers.stage import LAYER_STATISTICS
from insight_lib.dissection.rule_settings_store import remember_settings
from insight_lib.dissection.stage import refresh_findings
from insight_lib.errors import InputError
from insight_lib.evaluation.by_step.checks import check_evaluations
from insight_lib.evaluation.by_step.group_stage import GROUPS
from insight_lib.evaluation.by_step.step_stage import refresh_steps
from insight_lib.evaluation.comparing.drift_stage import refresh_drift
from insight_lib.evaluation.evaluations.stage import evaluate_news
from insight_lib.events.ingest.ledger import known_roots
from insight_lib.events.ingest.stage import ingest_events
from insight_lib.events.ingest.summary import IngestSummary, remarks
from insight_lib.events.runs.refresh_runs import refresh_runs
from insight_lib.lake.batch_log import LEDGERS, pending_plan
from insight_lib.lake.maintenance import LEAST_RETENTION_HOURS, Maintained, maintain
from insight_lib.lake.run_stage import derive
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers
from insight_lib.pipeline.inputs import Inputs
from insight_lib.predictions.ingest.stage import ingest_predictions, remembered_patterns
from insight_lib.predictions.ingest.summary import PredictionSummary, row_place
from insight_lib.risk.features_stage import FEATURES
from insight_lib.risk.stage import RiskState, refresh_risk
from insight_lib.screen import print_text

if TYPE_CHECKING:
    from insight_lib.report.stage import ReportState

Done = TypeVar("Done")

RUN_BY_RUN: dict[str, Callable[[Lake, Workers], list[str]]] = {
    "runs": refresh_runs,
    "evaluation": evaluate_news,
    "groups": partial(refresh_steps, stage=GROUPS),
    "evaluation checks": check_evaluations,
    "score drift": refresh_drift,
    "layer statistics": partial(derive, stage=LAYER_STATISTICS),
    "dissection": refresh_findings,
    "risk features": partial(derive, stage=FEATURES),
}


@dataclass(frozen=True)
class Night:
    """What a nightly run did."""

    events: IngestSummary
    predictions: PredictionSummary
    risk: RiskState
    report: "ReportState"


def nightly(lake: Lake, workers: Workers, inputs: Inputs, out: Path) -> Night:
    """Run every stage on what is new; where no place is named, in those that the lake knows.

    Raises:
        InputError: No place is named and the lake knows none.
    """
    # Here, since what only brings files in needs nothing that pages are made with.
    from insight_lib.report.stage import refresh_report  # noqa: PLC0415

    if not inputs.are_named:
        inputs = replace(inputs, roots=known_roots(lake), patterns=remembered_patterns(lake))
    if not inputs.are_named:
        raise InputError(f"the lake {lake.root} knows no log root yet; name one")
    events, predictions = bring_in(lake, workers, inputs)
    for what, update in RUN_BY_RUN.items():
        _step(what, partial(update, lake, workers), _runs)
    risk = _step("risk", lambda: refresh_risk(lake), lambda state: state.text)
    report = _step("report", lambda: refresh_report(lake, out), lambda state: state.text)
    return Night(events, predictions, risk, report)


def bring_in(
    lake: Lake, workers: Workers, inputs: Inputs
) -> tuple[IngestSummary, PredictionSummary]:
    """Ingest the event and prediction files; bad input is named on stderr."""
    remember_settings(lake, inputs.rules)
    events = _step(
        "ingest events",
        lambda: ingest_events(lake, workers, inputs.roots),
        lambda summary: summary.text,
    )
    _say(remarks(lake, events))
    predictions = _step(
        "ingest predictions",
        lambda: ingest_predictions(lake, workers, inputs.roots, inputs.patterns, inputs.columns),
        lambda summary: summary.text,
    )
    _say([*remarks(lake, predictions, row_place), *predictions.passed_over])
    return events, predictions


def _say(lines: list[str]) -> None:
    for line in lines:
        print(f"  {line}", file=sys.stderr)


def tidy(
    lake: Lake, workers: Workers, retention_hours: int = LEAST_RETENTION_HOURS
) -> list[Maintained]:
    """Maintain the lake; batches that were cut off are repeated first, as a night would."""
    if any(pending_plan(lake, application) is not None for application in LEDGERS):
        bring_in(lake, workers, Inputs())
    return maintain(lake, workers, retention_hours)


def _step(what: str, work: Callable[[], Done], describe: Callable[[Done], str]) -> Done:
    started_s = time.monotonic()
    done = work()
    stage = f"{what:<20} {time.monotonic() - started_s:5.1f} s  "
    print_text(stage + describe(done), indent=len(stage))
    return done


def _runs(run_ids: list[str]) -> str:
    return f"{len(run_ids):,} runs brought up to date" if run_ids else "nothing new"
