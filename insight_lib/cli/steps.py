"""The nightly pipeline's stages in order, each said in one line when it is done."""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from insight_lib.dissection.stage import DISSECT, LAYER_STATISTICS
from insight_lib.errors import InputError
from insight_lib.evaluation.check import CHECK
from insight_lib.evaluation.drift_stage import refresh_drift
from insight_lib.evaluation.group_stage import GROUPS
from insight_lib.evaluation.stage import EVALUATE
from insight_lib.events.ingest import ingest_events
from insight_lib.events.ledger import known_roots
from insight_lib.events.runs import RUNS
from insight_lib.events.storage import Root
from insight_lib.events.summary import IngestSummary, remarks
from insight_lib.lake.derive import Stage, derive
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers
from insight_lib.predictions.ingest import PredictionSummary, ingest_predictions
from insight_lib.report.stage import ReportState, refresh_report
from insight_lib.risk.stage import FEATURES, RiskState, refresh_risk

Done = TypeVar("Done")

RUN_BY_RUN: dict[str, Stage] = {
    "runs": RUNS,
    "evaluation": EVALUATE,
    "groups": GROUPS,
    "evaluation checks": CHECK,
    "layer statistics": LAYER_STATISTICS,
    "dissection": DISSECT,
    "risk features": FEATURES,
}


@dataclass(frozen=True)
class Night:
    """What a nightly run did."""

    events: IngestSummary
    predictions: PredictionSummary
    risk: RiskState
    report: ReportState


def nightly(lake: Lake, workers: Workers, roots: Sequence[Root], out: Path) -> Night:
    """Run every stage on what is new; without roots, on the roots that the lake knows.

    Raises:
        InputError: No roots are given and the lake knows none.
    """
    roots = roots or known_roots(lake)
    if not roots:
        raise InputError(f"the lake {lake.root} knows no log root yet; name one")
    events, predictions = bring_in(lake, workers, roots)
    for what, stage in RUN_BY_RUN.items():
        _step(what, partial(derive, lake, workers, stage), _runs)
    _step("score drift", partial(refresh_drift, lake, workers), _runs)
    risk = _step("risk", lambda: refresh_risk(lake), lambda state: state.text)
    report = _step("report", lambda: refresh_report(lake, out), lambda state: state.text)
    return Night(events, predictions, risk, report)


def bring_in(
    lake: Lake, workers: Workers, roots: Sequence[Root]
) -> tuple[IngestSummary, PredictionSummary]:
    """Ingest the event and prediction files below the roots; bad input is named on stderr."""
    events = _step(
        "ingest events", lambda: ingest_events(lake, workers, roots), lambda summary: summary.text
    )
    for remark in remarks(lake, events):
        print(f"  {remark}", file=sys.stderr)
    predictions = _step(
        "ingest predictions",
        lambda: ingest_predictions(lake, workers, roots),
        lambda summary: summary.text,
    )
    return events, predictions


def _step(what: str, work: Callable[[], Done], describe: Callable[[Done], str]) -> Done:
    started_s = time.monotonic()
    done = work()
    print(f"{what:<20} {time.monotonic() - started_s:5.1f} s  {describe(done)}", flush=True)
    return done


def _runs(run_ids: list[str]) -> str:
    return f"{len(run_ids):,} runs brought up to date" if run_ids else "nothing new"
