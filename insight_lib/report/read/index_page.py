"""The lake's tables -> the records of the index page."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from insight_lib.dissection.standing import told_open
from insight_lib.dissection.verdict import Verdict
from insight_lib.report.names import page_name
from insight_lib.report.read import evaluations as read_evaluations
from insight_lib.report.read import findings as read_findings
from insight_lib.report.read import movers as read_movers
from insight_lib.report.read import quality as read_quality
from insight_lib.report.read import risk as read_risk
from insight_lib.report.read.kinds import kind_of
from insight_lib.report.read.needs import grouped
from insight_lib.report.read.summary import Judged, read_judged, read_summary
from insight_lib.report.records.cost import Cost
from insight_lib.report.records.movers import Movers
from insight_lib.report.records.night import Auc, Finding, Night, RunRow
from insight_lib.report.records.risk import Risk, RiskModel
from insight_lib.report.records.summary import IN_NEED, STANDINGS, Summary
from insight_lib.report.tables import Tables

RUN_COLUMNS = (
    *("run_id", "experiment", "last_event_at", "last_step", "state", "verdict"),
    *("not_judged", "hparams"),
)
MAX_REASONS = 5
"""Why runs were not judged, the most frequent."""

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of runs, by run."""

    risks: Mapping[str, Risk]
    findings: Mapping[str, tuple[Finding, ...]]
    aucs: Mapping[str, Auc]
    labels: Mapping[str, str]
    judged: Judged


def read_night(tables: Tables, generated_at: datetime, cost: Cost | None = None) -> Night:
    """Return everything on the index page, from the small tables alone."""
    model = read_risk.scoring_model(tables.read("risk_models", read_risk.MODEL_COLUMNS))
    known = _read_known(tables, read_judged(tables, generated_at), model)
    summary = read_summary(tables, generated_at, known.judged)
    rows = tables.read("runs", RUN_COLUMNS).to_pylist()
    spans = tables.read("quarantine", read_quality.SPAN_COLUMNS)
    files = tables.read("event_files", read_quality.FILE_COLUMNS)
    return Night(
        generated_at=generated_at,
        summary=summary,
        needs=grouped(summary.needs_you),
        runs=_ordered((_run_row(row, known) for row in rows), summary),
        not_judged=_not_judged(rows),
        movers=_movers(tables),
        quality=read_quality.quality(spans, files),
        model=model,
        turnouts=read_risk.turnouts(tables.read("risk_backtest", read_risk.TURNOUT_COLUMNS)),
        cost=cost or Cost(),
    )


def _read_known(tables: Tables, judged: Judged, model: RiskModel | None) -> _Known:
    told = told_open(tables.read("findings", read_findings.COLUMNS), judged.muted)
    evaluations = tables.read("evaluations", read_evaluations.EVALUATION_COLUMNS)
    scores = tables.read("risk_scores", read_risk.SCORE_COLUMNS)
    labels = tables.read("run_labels", ("run_id", "label", "labelled_at")).to_pylist()
    return _Known(
        risks=read_risk.risk_by_run(scores, model),
        findings=read_findings.findings_by_run(told.shown),
        aucs=read_evaluations.last_auc(evaluations),
        labels={
            row["run_id"]: row["label"] for row in sorted(labels, key=lambda r: r["labelled_at"])
        },
        judged=judged,
    )


def _movers(tables: Tables) -> Movers:
    evaluations = tables.read("evaluations", read_movers.AUC_COLUMNS)
    drift = tables.read("score_drift", read_movers.REFERENCE_COLUMNS)
    return read_movers.movers(evaluations, drift)


def _not_judged(rows: Iterable[Row]) -> tuple[tuple[str, int], ...]:
    """Return why runs have no judgement, each by its first reason, the most frequent first."""
    counts: Counter[str] = Counter()
    for row in rows:
        if row["verdict"] == Verdict.NOT_JUDGED:
            said = row["not_judged"]
            aspect, reason = said[0] if isinstance(said, list) and said else ("", "")
            counts[f"{aspect}: {kind_of(reason)}" if aspect else "no reason was kept"] += 1
    return tuple(counts.most_common(MAX_REASONS))


def _run_row(run: Row, known: _Known) -> RunRow:
    run_id = str(run["run_id"])
    found = known.findings.get(run_id, ())
    flat = read_findings.flat(found)
    last_step, last_event_at, hparams = run["last_step"], run["last_event_at"], run["hparams"]
    return RunRow(
        run_id=run_id,
        page=page_name(run_id),
        experiment=str(run["experiment"]),
        state=str(run["state"]),
        verdict=str(run["verdict"]) if run["verdict"] is not None else None,
        standing=known.judged.of_runs[run_id].standing,
        last_step=last_step if isinstance(last_step, int) else None,
        last_event_at=last_event_at if isinstance(last_event_at, datetime) else None,
        label=known.labels.get(run_id),
        risk=known.risks.get(run_id),
        findings=len(flat),
        worst=read_findings.worst(found),
        auc=known.aucs.get(run_id),
        rules=tuple(dict.fromkeys(finding.rule for finding in flat)),
        titles=tuple(finding.title for finding in flat),
        hparams=tuple(hparams) if isinstance(hparams, list) else (),
    )


def _ordered(runs: Iterable[RunRow], summary: Summary) -> tuple[RunRow, ...]:
    """Return the runs in need as the summary has them, then the others by standing and name."""
    ranks = {run.run_id: at for at, run in enumerate(summary.needs_you)}
    last = len(ranks)

    def place(run: RunRow) -> tuple[int, int, str]:
        standing = 0 if run.standing in IN_NEED else STANDINGS.index(run.standing)
        return ranks.get(run.run_id, last), standing, run.run_id

    return tuple(sorted(runs, key=place))
