"""The lake's tables -> the records of the index page."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from insight_lib.dissection.standing import MUTE_COLUMNS, muted_at, told_open
from insight_lib.dissection.verdict import Verdict
from insight_lib.report.names import page_name
from insight_lib.report.read import evaluations as read_evaluations
from insight_lib.report.read import findings as read_findings
from insight_lib.report.read import risk as read_risk
from insight_lib.report.records.night import (
    WORST_FIRST,
    Auc,
    Finding,
    Headline,
    Night,
    Quarantine,
    QuarantineGroup,
    Risk,
    RunFindings,
    RunRow,
)
from insight_lib.report.tables import Tables

VERDICTS = tuple(verdict.value for verdict in Verdict)
MAX_GROUPS = 50
MAX_RUNS_WITH_FINDINGS = 300

RUN_COLUMNS = ("run_id", "experiment", "last_event_at", "last_step", "state", "verdict")
SPAN_COLUMNS = ("run_id", "file_id", "offset", "length", "reason")

Row = Mapping[str, object]


def read_night(tables: Tables, generated_at: datetime) -> Night:
    """Return everything on the index page, from the small tables alone."""
    model = read_risk.scoring_model(tables.read("risk_models", read_risk.MODEL_COLUMNS))
    risks = read_risk.risk_by_run(tables.read("risk_scores", read_risk.SCORE_COLUMNS), model)
    muted = muted_at(tables.read("mutes", MUTE_COLUMNS), generated_at)
    told = told_open(tables.read("findings", read_findings.COLUMNS), muted)
    findings = read_findings.findings_by_run(told.shown)
    evaluations = tables.read("evaluations", read_evaluations.EVALUATION_COLUMNS)
    aucs = read_evaluations.last_auc(evaluations)
    labels = _labels(tables.read("run_labels", ("run_id", "label", "labelled_at")))
    rows = [
        _run_row(run, risks, findings, aucs, labels)
        for run in tables.read("runs", RUN_COLUMNS).to_pylist()
    ]
    runs = tuple(sorted(rows, key=_by_risk))
    spans = quarantine(tables.read("quarantine", SPAN_COLUMNS))
    found = [
        RunFindings(run.run_id, run.page, findings[run.run_id])
        for run in sorted(runs, key=_by_severity)
        if run.run_id in findings
    ]
    return Night(
        generated_at=generated_at,
        headline=_headline(runs, findings, spans.total, told.muted.num_rows),
        runs=runs,
        model=model,
        turnouts=read_risk.turnouts(tables.read("risk_backtest", read_risk.TURNOUT_COLUMNS)),
        findings=tuple(found[:MAX_RUNS_WITH_FINDINGS]),
        findings_left_out=max(len(found) - MAX_RUNS_WITH_FINDINGS, 0),
        quarantine=spans,
    )


def quarantine(table: pa.Table) -> Quarantine:
    """Return spans and rows by run, file and reason: the first groups, and their counts."""
    keys = ["run_id", "file_id", "reason"]
    found = table.group_by(keys).aggregate(
        [("offset", "count"), ("offset", "min"), ("length", "sum")]
    )
    order = [("file_id", "ascending"), ("offset_min", "ascending"), ("reason", "ascending")]
    groups = [_quarantine_group(row) for row in found.sort_by(order).to_pylist()]
    rows = [group for group in groups if group.of_predictions and group.length]
    return Quarantine(
        total=table.num_rows,
        groups=len(groups),
        shown=tuple(groups[:MAX_GROUPS]),
        prediction_rows=sum(group.count for group in rows),
        prediction_files=len({group.file_id for group in rows}),
        unopened=len({each.file_id for each in groups if each.of_predictions and not each.length}),
    )


def _quarantine_group(row: Mapping[str, Any]) -> QuarantineGroup:
    return QuarantineGroup(
        run_id=row["run_id"],
        file_id=row["file_id"],
        reason=row["reason"],
        count=row["offset_count"],
        first_offset=row["offset_min"],
        length=row["length_sum"],
    )


def _labels(table: pa.Table) -> dict[str, str]:
    """Return the latest label of each run."""
    rows = sorted(table.to_pylist(), key=lambda row: row["labelled_at"])
    return {row["run_id"]: row["label"] for row in rows}


def _run_row(
    run: Mapping[str, object],
    risks: Mapping[str, Risk],
    findings: Mapping[str, tuple[Finding, ...]],
    aucs: Mapping[str, Auc],
    labels: Mapping[str, str],
) -> RunRow:
    run_id = str(run["run_id"])
    found = findings.get(run_id, ())
    last_step, last_event_at = run["last_step"], run["last_event_at"]
    return RunRow(
        run_id=run_id,
        page=page_name(run_id),
        experiment=str(run["experiment"]),
        state=str(run["state"]),
        verdict=str(run["verdict"]) if run["verdict"] is not None else None,
        last_step=last_step if isinstance(last_step, int) else None,
        last_event_at=last_event_at if isinstance(last_event_at, datetime) else None,
        label=labels.get(run_id),
        risk=risks.get(run_id),
        findings=len(read_findings.flat(found)),
        worst=read_findings.worst(found),
        auc=aucs.get(run_id),
    )


def _headline(
    runs: Sequence[RunRow], findings: Mapping[str, tuple[Finding, ...]], spans: int, muted: int
) -> Headline:
    scored = [run.risk for run in runs if run.risk is not None]
    counts = Counter(
        finding.severity for found in findings.values() for finding in read_findings.flat(found)
    )
    verdicts = Counter(run.verdict for run in runs)
    failing = sum(risk.is_flagged for risk in scored)
    return Headline(
        runs=len(runs),
        scored=len(scored),
        failures_predicted=failing if scored else None,
        verdicts=tuple((verdict.value, verdicts[verdict]) for verdict in Verdict),
        findings=tuple((severity, counts[severity]) for severity in WORST_FIRST),
        quarantined=spans,
        muted=muted,
    )


def _severity_place(run: RunRow) -> int:
    return WORST_FIRST.index(run.worst) if run.worst in WORST_FIRST else len(WORST_FIRST)


def _by_risk(run: RunRow) -> tuple[float, int, int, str]:
    """Return the sort key of a run: by falling risk, then runs without one, by their verdict."""
    return -_known_risk(run), _verdict_place(run), _severity_place(run), run.run_id


def _verdict_place(run: RunRow) -> int:
    return VERDICTS.index(run.verdict) if run.verdict in VERDICTS else len(VERDICTS)


def _by_severity(run: RunRow) -> tuple[int, float, str]:
    return _severity_place(run), -_known_risk(run), run.run_id


def _known_risk(run: RunRow) -> float:
    """Return the risk that a run is ranked by; -1 where it has none that can be relied on."""
    return -1.0 if run.risk is None or run.risk.is_unknown else run.risk.probability
