"""The lake's tables -> what a night says in short, from columns that are small."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from insight_lib.dissection.night import last_night
from insight_lib.dissection.standing import MUTE_COLUMNS, Muted, muted_at
from insight_lib.dissection.verdict import Verdict
from insight_lib.events.runs.notes import NOTE_COLUMNS, Note, notes_of_runs
from insight_lib.events.runs.run_state import CRASHED, STALLED
from insight_lib.report.names import page_name
from insight_lib.report.read.findings import root_of, row_rank
from insight_lib.report.read.standing import ALARMS, RunFindings, own_findings
from insight_lib.report.records.summary import (
    IN_NEED,
    STANDINGS,
    TO_BE_JUDGED,
    FindingCounts,
    RunInNeed,
    Summary,
)
from insight_lib.report.tables import Tables
from insight_lib.risk.registry.standing import COLUMNS as MODEL_COLUMNS
from insight_lib.risk.registry.standing import standing_model

_RUNS = ("run_id", "experiment", "state", "verdict")
_FINDINGS = (
    *("run_id", "rule", "layer", "severity", "title", "advice", "first_step"),
    *("caused_by", "caused_by_layer", "opened_at", "resolved_at"),
)
_SCORES = ("run_id", "model_version", "cutoff_step", "probability", "abstained")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """All runs and what each has, as of the last night."""

    night: datetime | None
    muted: Muted
    runs: Sequence[Row]
    findings: Sequence[Row]
    of_runs: Mapping[str, RunFindings]


def read_judged(tables: Tables, now: datetime) -> Judged:
    """Return all runs and what each has.

    Args:
        tables: the lake.
        now: the moment at which a mute must be in force.
    """
    runs = sorted(tables.read("runs", _RUNS).to_pylist(), key=lambda run: str(run["run_id"]))
    night = last_night(tables.read("verdicts", ("judged_at",)))
    findings = tables.read("findings", _FINDINGS).to_pylist()
    muted = muted_at(tables.read("mutes", MUTE_COLUMNS), now)
    return Judged(night, muted, runs, findings, _by_run(runs, findings, muted, night))


def read_summary(tables: Tables, now: datetime, judged: Judged | None = None) -> Summary:
    """Return what the last night says in short.

    Args:
        tables: the lake.
        now: the moment at which a mute must be in force.
        judged: what ``read_judged`` returns, None to read it.
    """
    known = judged or read_judged(tables, now)
    runs, night, muted, of_runs = known.runs, known.night, known.muted, known.of_runs
    names = [(run["run_id"], run["experiment"]) for run in runs]
    notes = notes_of_runs(tables.read("notes", NOTE_COLUMNS), names)
    risks = _risks(tables)
    in_need = [
        _in_need(run, of_runs[run["run_id"]], risks.get(run["run_id"]), notes.get(run["run_id"]))
        for run in runs
        if of_runs[run["run_id"]].standing in IN_NEED
    ]
    standings = Counter(found.standing for found in of_runs.values())
    verdicts = Counter(run["verdict"] or TO_BE_JUDGED for run in runs)
    return Summary(
        night=night,
        generated_at=now,
        runs=len(runs),
        standings={name: standings[name] for name in STANDINGS},
        verdicts={name: verdicts[name] for name in (*Verdict, TO_BE_JUDGED)},
        states=dict(sorted(Counter(run["state"] for run in runs).items())),
        findings=_counts(known.findings, muted, night),
        needs_you=tuple(sorted(in_need, key=_worst_first)),
        stalled=_in_state(runs, STALLED),
        crashed=_in_state(runs, CRASHED),
    )


def _by_run(
    runs: Sequence[Row], findings: Sequence[Row], muted: Muted, night: datetime | None
) -> dict[str, RunFindings]:
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in findings:
        rows[row["run_id"]].append(row)
    return {
        run["run_id"]: own_findings(rows[run["run_id"]], run["verdict"], muted, night)
        for run in runs
    }


def _in_need(run: Row, found: RunFindings, risk: float | None, noted: Note | None) -> RunInNeed:
    heads = {(row["rule"], row["layer"]): row for row in found.shown}
    worst = min(found.alarms, key=row_rank)
    root = root_of(worst, heads)
    noted = noted or Note()
    return RunInNeed(
        run_id=run["run_id"],
        experiment=run["experiment"],
        page=f"runs/{page_name(run['run_id'])}",
        standing=found.standing,
        severity=worst["severity"],
        since=found.since,
        findings=len(found.alarms),
        new_findings=len(found.new_alarms),
        rule=root["rule"],
        layer=root["layer"],
        title=root["title"],
        advice=root["advice"],
        first_step=root["first_step"],
        risk=risk,
        state=run["state"],
        owner=noted.owner,
        note=noted.note,
    )


def _worst_first(run: RunInNeed) -> tuple[int, bool, float, int, str]:
    known_risk = -1.0 if run.risk is None else run.risk
    return ALARMS.index(run.severity), run.standing != "new", -known_risk, -run.findings, run.run_id


def _counts(findings: Sequence[Row], muted: Muted, night: datetime | None) -> FindingCounts:
    standing = [row for row in findings if row["resolved_at"] is None]
    shown = [row for row in standing if (row["run_id"], row["rule"]) not in muted]
    return FindingCounts(
        open=len(shown),
        new=sum(night is not None and row["opened_at"] == night for row in shown),
        resolved=sum(night is not None and row["resolved_at"] == night for row in findings),
        muted=len(standing) - len(shown),
    )


def _risks(tables: Tables) -> dict[str, float]:
    """Return the latest probability of failure of each run on which the model does not abstain."""
    model = standing_model(tables.read("risk_models", MODEL_COLUMNS).to_pylist())
    if model is None:
        return {}
    rows = [
        row
        for row in tables.read("risk_scores", _SCORES).sort_by("cutoff_step").to_pylist()
        if row["model_version"] == model["model_version"]
    ]
    latest = {row["run_id"]: row for row in rows}
    return {
        run_id: row["probability"]
        for run_id, row in latest.items()
        if not row["abstained"] and not math.isnan(row["probability"])
    }


def _in_state(runs: Sequence[Row], state: str) -> tuple[str, ...]:
    return tuple(run["run_id"] for run in runs if run["state"] == state)
