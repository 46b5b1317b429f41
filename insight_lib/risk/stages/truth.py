"""What became of finished runs, as far as it is known: what people say, else their own outcome."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from insight_lib.lake.tables import Lake
from insight_lib.risk.labels import failed_by_run
from insight_lib.risk.stages.run_states import GOING_ON

TABLES = ("run_outcomes", "run_labels", "runs")
"""What the truth is read from."""


@dataclass(frozen=True)
class Truth:
    """What became of a run.

    Attributes:
        failed: whether it failed.
        kind: of failure; None of a healthy run, and where nothing tells.
        end_step: the step since which it has failed, else its last: a score of a later or the same
            step foresees nothing.
        last_step: its last step.
        last_at: when its last point was written; None where no clock was kept.
        sure: how surely, 0..1; 1 of what a person says.
        said: whether a person says so.
    """

    failed: bool
    kind: str | None
    end_step: int
    last_step: int
    last_at: datetime | None
    sure: float
    said: bool


def known_truth(lake: Lake) -> dict[str, Truth]:
    """Return what became of each run of which that is known.

    A label has the last word; without one the outcome of a run that still writes is not known yet.

    Raises:
        InputError: labels contradict each other, see `failed_by_run`.
    """
    found = {}
    is_running = _running(lake)
    said = failed_by_run(lake.read("run_labels"))
    for row in lake.read("run_outcomes").to_pylist():
        truth = _of_outcome(row)
        if truth is None:
            continue
        run_id = row["run_id"]
        if run_id in said:
            found[run_id] = _as_said(truth, failed=bool(said[run_id]))
        elif row["outcome"] != "unknown" and not is_running.get(run_id, False):
            found[run_id] = truth
    return found


def programs(lake: Lake) -> dict[str, str]:
    """Return the program of each run whose recorded configuration names one."""
    runs = lake.read("runs", ["run_id", "config"])
    named = {}
    for run_id, config in zip(runs["run_id"].to_pylist(), runs["config"].to_pylist(), strict=True):
        program = json.loads(config).get("program") if config else None
        if isinstance(program, str):
            named[run_id] = program
    return named


def _running(lake: Lake) -> dict[str, bool]:
    rows = lake.read("runs", ["run_id", "state"]).to_pylist()
    return {row["run_id"]: row["state"] in GOING_ON for row in rows}


def _of_outcome(row: Mapping[str, Any]) -> Truth | None:
    """Return the outcome as truth; None of a run without a step, which nothing could foresee."""
    if row["last_step"] is None:
        return None
    failed = row["outcome"] == "failed"
    has_start = failed and row["failed_at"] is not None
    return Truth(
        failed=failed,
        kind=row["kind"],
        end_step=row["failed_at"] if has_start else row["last_step"],
        last_step=row["last_step"],
        last_at=row["last_at"],
        sure=row["sure"],
        said=False,
    )


def _as_said(truth: Truth, *, failed: bool) -> Truth:
    """Return the truth by what a person says: when and how a run failed stays where both agree."""
    if failed == truth.failed:
        return replace(truth, sure=1.0, said=True)
    return replace(truth, failed=failed, kind=None, end_step=truth.last_step, sure=1.0, said=True)
