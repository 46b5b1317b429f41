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
from insight_lib.evaluation.stage import EVALUATE
from insight_lib.events.find import find_event_files
from insight_lib.events.ingest import IngestSummary, ingest_events
from insight_lib.events.ledger import known_roots
from insight_lib.events.plan import check_roots
from insight_lib.events.runs import RUNS
from insight_lib.lake.derive import Stage, derive
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers
from insight_lib.predictions.discover import find_prediction_files
from insight_lib.predictions.ingest import PredictionSummary, ingest_predictions
from insight_lib.report.stage import ReportState, refresh_report
from insight_lib.risk.stage import FEATURES, RiskState, refresh_risk

Done = TypeVar("Done")

RUN_BY_RUN: dict[str, Stage] = {
    "runs": RUNS,
    "evaluation": EVALUATE,
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


def nightly(lake: Lake, workers: Workers, roots: Sequence[Path], out: Path) -> Night:
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
    risk = _step("risk", lambda: refresh_risk(lake), lambda state: state.text)
    report = _step("report", lambda: refresh_report(lake, out), lambda state: state.text)
    return Night(events, predictions, risk, report)


def usable_roots(given: Sequence[Path]) -> tuple[Path, ...]:
    """Check the log roots before a lake is made or touched; an empty one is said and kept.

    Raises:
        InputError: A root does not exist, two share a name, or none holds anything to ingest.
    """
    roots = check_roots(given)
    empty = [root for root in roots if not _holds_runs(root)]
    if empty and len(empty) == len(roots):
        raise InputError(
            f"nothing to ingest below {', '.join(map(str, empty))}: no file there has tfevents in "
            "its name and no run has a predictions/*.parquet; name a folder that holds runs"
        )
    for root in empty:
        print(f"  nothing to ingest below {root}", file=sys.stderr)
    return roots


def _holds_runs(root: Path) -> bool:
    return bool(find_event_files(root)) or next(find_prediction_files(root), None) is not None


def bring_in(
    lake: Lake, workers: Workers, roots: Sequence[Path]
) -> tuple[IngestSummary, PredictionSummary]:
    """Ingest the event and prediction files below the roots."""
    events = _step(
        "ingest events", lambda: ingest_events(lake, workers, roots), lambda summary: summary.text
    )
    for problem in events.unreadable:
        print(f"  cannot be read, left for the next night: {problem}", file=sys.stderr)
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
