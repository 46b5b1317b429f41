"""The lake's tables -> the records of the run pages, a few runs at a time."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from insight_lib.columnar.table_groups import by_run
from insight_lib.dissection.standing import Muted, told_open
from insight_lib.report.read import evaluations as read_evaluations
from insight_lib.report.read import findings as read_findings
from insight_lib.report.read import layers as read_layers
from insight_lib.report.read import scalars as read_scalars
from insight_lib.report.read import volatility as read_steadiness
from insight_lib.report.read.configuration import configuration
from insight_lib.report.read.quality import SPAN_COLUMNS, quarantine
from insight_lib.report.records.night import RunRow
from insight_lib.report.records.run_page import Artifact, RunPage
from insight_lib.report.tables import Tables
from insight_lib.report.text import stream_name

RUNS_AT_A_TIME = 32
"""Runs whose bulk rows are in memory together."""
MAX_EVALUATIONS = 60
MAX_ARTIFACTS = 200

COLUMNS: Mapping[str, Sequence[str]] = {
    "runs": (
        "run_id",
        "log_root",
        "first_event_at",
        "hparams",
        "config",
        "topology",
        "config_problems",
        "writer",
        "judged",
        "not_judged",
    ),
    "run_labels": ("run_id", "reason", "labelled_at"),
    "findings": read_findings.COLUMNS,
    "scalars": read_scalars.COLUMNS,
    "series": read_scalars.ROLE_COLUMNS,
    "layer_stats": read_layers.COLUMNS,
    "rejected_summaries": read_layers.REJECTED_COLUMNS,
    "evaluations": read_evaluations.EVALUATION_COLUMNS,
    "group_aucs": read_evaluations.GROUP_COLUMNS,
    "curves": read_evaluations.CURVE_COLUMNS,
    "volatility": read_steadiness.VOLATILITY_COLUMNS,
    "score_drift": read_steadiness.DRIFT_COLUMNS,
    "artifacts": ("run_id", "plugin", "stream", "tag"),
    "quarantine": SPAN_COLUMNS,
}


@dataclass(frozen=True, slots=True)
class _Chunk:
    """The rows of some runs, by table and run."""

    rows: Mapping[str, Mapping[str, pa.Table]]
    empty: Mapping[str, pa.Table]

    def of(self, table: str, run_id: str) -> pa.Table:
        return self.rows[table].get(run_id, self.empty[table])


def read_pages(
    tables: Tables, rows: Sequence[RunRow], muted: Muted = frozenset()
) -> Iterator[RunPage]:
    """Yield the page of each run, in the order given; memory is bounded by runs read together.

    Args:
        tables: the lake.
        rows: the runs.
        muted: runs and rules whose findings are only counted.
    """
    for start in range(0, len(rows), RUNS_AT_A_TIME):
        taken = rows[start : start + RUNS_AT_A_TIME]
        chunk = _read_chunk(tables, [row.run_id for row in taken])
        for row in taken:
            yield _page(row, chunk, muted)


def _read_chunk(tables: Tables, run_ids: Sequence[str]) -> _Chunk:
    read = {name: tables.read(name, columns, run_ids) for name, columns in COLUMNS.items()}
    return _Chunk(
        rows={name: by_run(table) for name, table in read.items()},
        empty={name: table.slice(0, 0) for name, table in read.items()},
    )


def _page(row: RunRow, chunk: _Chunk, muted: Muted) -> RunPage:
    run_id = row.run_id
    run = chunk.of("runs", run_id).to_pylist()[0]
    charts, charts_left_out = read_scalars.charts(
        chunk.of("scalars", run_id), chunk.of("series", run_id)
    )
    evaluations = chunk.of("evaluations", run_id).to_pylist()
    groups = chunk.of("group_aucs", run_id).to_pylist()
    metrics = read_evaluations.final_evaluations(evaluations, groups)
    artifacts = _artifacts(chunk.of("artifacts", run_id))
    told = told_open(chunk.of("findings", run_id), muted)
    findings = read_findings.findings_by_run(told.shown)
    return RunPage(
        row=row,
        writer=run["writer"],
        first_event_at=run["first_event_at"],
        log_root=run["log_root"],
        label_reason=_label_reason(chunk.of("run_labels", run_id)),
        judged=tuple(run["judged"] or ()),
        not_judged=tuple(run["not_judged"] or ()),
        findings=findings.get(run_id, ()),
        muted=told.muted.num_rows,
        charts=charts,
        charts_left_out=charts_left_out,
        grids=read_layers.layer_grids(chunk.of("layer_stats", run_id)),
        rejected=read_layers.rejected(chunk.of("rejected_summaries", run_id)),
        auc=read_evaluations.auc_over_steps(evaluations),
        evaluations=metrics[:MAX_EVALUATIONS],
        evaluations_left_out=max(len(metrics) - MAX_EVALUATIONS, 0),
        curves=read_evaluations.final_curves(chunk.of("curves", run_id)),
        steadiness=read_steadiness.steadiness(chunk.of("volatility", run_id).to_pylist()),
        drift=read_steadiness.last_drift(chunk.of("score_drift", run_id).to_pylist()),
        configuration=configuration(
            run["hparams"] or (), run["config"], run["topology"], run["config_problems"]
        ),
        artifacts=artifacts[:MAX_ARTIFACTS],
        artifacts_left_out=max(len(artifacts) - MAX_ARTIFACTS, 0),
        quarantine=quarantine(chunk.of("quarantine", run_id)),
    )


def _label_reason(table: pa.Table) -> str | None:
    latest = max(table.to_pylist(), key=lambda row: row["labelled_at"], default=None)
    return None if latest is None else latest["reason"]


def _artifacts(table: pa.Table) -> tuple[Artifact, ...]:
    plugins, streams, tags = (table[name].to_pylist() for name in ("plugin", "stream", "tag"))
    counts = Counter(zip(plugins, streams, tags, strict=True))
    return tuple(
        Artifact(plugin, stream_name(stream), tag, count)
        for (plugin, stream, tag), count in sorted(counts.items())
    )
