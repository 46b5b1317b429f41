"""What became of runs: their losses and metrics, evaluations, findings, risk and label."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from insight_lib.dealer.fields import Path
from insight_lib.dissection.findings.history import open_rows
from insight_lib.lake.contract import contract
from insight_lib.lake.sql import query
from insight_lib.lake.tables import Lake
from insight_lib.report.records.night import WORST_FIRST
from insight_lib.report.text import OWN_STREAM
from insight_lib.risk.registry.standing import COLUMNS, standing_model
from insight_lib.series.importance import RESULTS, importance
from insight_lib.series.names.naming import role_of_name
from insight_lib.series.role import Direction, Role

Row = Mapping[str, Any]
Outcomes = Iterator[tuple[str, Path, object]]
"""A run, a field of it, and its value."""

_MOST_SERIES = 40
"""Series of a run that are named, the most important first."""

_BEST = {Direction.LOWER: "lowest", Direction.HIGHER: "highest"}

_SERIES = """
SELECT * FROM (
    SELECT run_id, stream, tag,
        last(value ORDER BY step, file_id, record_offset, value_index) AS final,
        min(value) FILTER (isfinite(value)) AS lowest,
        max(value) FILTER (isfinite(value)) AS highest
    FROM current_scalars WHERE run_id IN ({runs}) GROUP BY ALL
)
LEFT JOIN (SELECT run_id, stream, tag, role, direction FROM series) USING (run_id, stream, tag)
"""


@dataclass(frozen=True)
class Interval:
    """A metric and its 95 % confidence interval, of which a bound is None where it is unknown."""

    value: float
    lower: float | None
    upper: float | None

    def __str__(self) -> str:
        if self.lower is None or self.upper is None:
            return f"{self.value:.6g}"
        return f"{self.value:.6g} ({self.lower:.6g} to {self.upper:.6g})"


def outcomes(lake: Lake, run_ids: Sequence[str]) -> dict[str, dict[Path, object]]:
    """Return what became of each run, by field: ``("train/epoch_loss", "final")``.

    Series are those that are known to be losses or metrics: ``final`` is the value at the last
    step, ``best`` the lowest or highest finite one where it is known which is better.
    Evaluations are those over all examples at the last step of each split. What a run has not is
    absent; only findings are counted to zero.
    """
    found: dict[str, dict[Path, object]] = {run_id: {} for run_id in run_ids}
    for told in (_series, _evaluations, _findings, _risks, _labels):
        for run_id, path, value in told(lake, run_ids):
            found[run_id][path] = value
    return found


def _series(lake: Lake, run_ids: Sequence[str]) -> Outcomes:
    quoted = ", ".join("'" + run_id.replace("'", "''") + "'" for run_id in run_ids)
    rows = [_named(row) for row in query(lake, _SERIES.format(runs=quoted)).to_pylist()]
    for run_id in run_ids:
        ranked = [(_rank(row), row) for row in rows if row["run_id"] == run_id]
        known = [(rank, row) for rank, row in ranked if rank is not None]
        for _, row in sorted(known, key=lambda each: each[0])[:_MOST_SERIES]:
            yield from _ends(run_id, row)


def _named(row: Row) -> Row:
    """Return a series that no night has looked at yet with what its name says."""
    if row["role"] is not None:
        return row
    about = role_of_name(row["stream"], row["tag"])
    return {**row, "role": about.role, "direction": about.direction}


def _ends(run_id: str, row: Row) -> Outcomes:
    stream, tag = row["stream"], row["tag"]
    name = tag if stream == OWN_STREAM else f"{stream}/{tag}"
    yield run_id, (name, "final"), row["final"]
    best = _BEST.get(row["direction"])
    if best is not None and row[best] is not None:
        yield run_id, (name, "best"), row[best]


def _rank(row: Row) -> tuple[int, str, str] | None:
    """Return where a series stands among a run's; None where it is no loss and no metric."""
    is_metric = row["role"] == Role.OTHER and row["direction"] is not None
    if not is_metric and row["role"] not in RESULTS:
        return None
    return importance(row["role"]), row["stream"], row["tag"]


def _evaluations(lake: Lake, run_ids: Sequence[str]) -> Outcomes:
    last: dict[tuple[str, str], Row] = {}
    for row in lake.read("evaluations", None, run_ids).to_pylist():
        place = row["run_id"], row["split"]
        if row["slice"] == "" and (place not in last or last[place]["step"] < row["step"]):
            last[place] = row
    for (run_id, split), row in last.items():
        yield run_id, (split, "examples"), row["rows"]
        if row["auc"] is not None:
            auc = Interval(row["auc"], row["auc_ci_lower"], row["auc_ci_upper"])
            yield run_id, (split, "auc"), auc
        for column in contract("evaluations").columns:
            if column.compared and row[column.name] is not None:
                yield run_id, (split, column.name), row[column.name]


def _findings(lake: Lake, run_ids: Sequence[str]) -> Outcomes:
    columns = ["run_id", "severity", "resolved_at"]
    rows = open_rows(lake.read("findings", columns, run_ids)).to_pylist()
    counts = Counter((row["run_id"], row["severity"]) for row in rows)
    for run_id in run_ids:
        for severity in WORST_FIRST:
            yield run_id, ("findings", severity), counts[run_id, severity]


def _risks(lake: Lake, run_ids: Sequence[str]) -> Outcomes:
    standing = standing_model(lake.read("risk_models", COLUMNS).to_pylist())
    if standing is None:
        return
    columns = ["run_id", "model_version", "cutoff_step", "probability"]
    scores = lake.read("risk_scores", columns, run_ids).to_pylist()
    for row in sorted(scores, key=lambda row: row["cutoff_step"]):
        if row["model_version"] == standing["model_version"]:
            yield row["run_id"], ("risk",), row["probability"]


def _labels(lake: Lake, run_ids: Sequence[str]) -> Outcomes:
    rows = lake.read("run_labels", ["run_id", "label", "labelled_at"], run_ids).to_pylist()
    for row in sorted(rows, key=lambda row: row["labelled_at"]):
        yield row["run_id"], ("label",), row["label"]
