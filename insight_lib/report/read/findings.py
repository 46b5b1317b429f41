"""The table ``findings`` -> findings by run, causes first, consequences beneath their cause."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from insight_lib.columnar.table_groups import by_run
from insight_lib.report.records.night import WORST_FIRST, Finding
from insight_lib.report.records.sparkline import sparkline
from insight_lib.report.text import parse_json, value_text

COLUMNS = (
    "run_id",
    "rule",
    "layer",
    "severity",
    "title",
    "first_step",
    "last_step",
    "evidence",
    "advice",
    "confidence",
    "caused_by",
    "caused_by_layer",
    "resolved_at",
)

# Of the evidence; of these a picture is made.
DRAWN = ("series_name", "series_steps", "series_values")

Row = Mapping[str, Any]


def findings_by_run(table: pa.Table) -> dict[str, tuple[Finding, ...]]:
    """Return the findings of every run, each under its cause, the worst first."""
    return {run_id: _arranged(rows.to_pylist()) for run_id, rows in by_run(table).items()}


def flat(findings: Sequence[Finding]) -> list[Finding]:
    """Return every finding, a cause before its consequences."""
    return [each for finding in findings for each in (finding, *finding.consequences)]


def worst(findings: Sequence[Finding]) -> str | None:
    """Return the highest severity among findings and their consequences; None without any."""
    found = [finding.severity for finding in flat(findings)]
    return min(found, key=_severity_rank, default=None)


def _arranged(rows: Sequence[Row]) -> tuple[Finding, ...]:
    """Return the root findings, each with all that follows from it in one level beneath."""
    ordered = sorted(rows, key=row_rank)
    heads = {(row["rule"], row["layer"]): row for row in ordered}
    beneath: dict[str, list[Finding]] = {}
    roots: list[Row] = []
    for row in ordered:
        root = root_of(row, heads)
        if root is row:
            roots.append(row)
        else:
            beneath.setdefault(_key(root), []).append(_finding(row))
    families = [
        replace(_finding(row), consequences=tuple(beneath.get(_key(row), ()))) for row in roots
    ]
    return tuple(sorted(families, key=lambda each: _severity_rank(worst([each]) or "")))


def root_of(row: Row, heads: Mapping[tuple[object, object], Row]) -> Row:
    """Return the finding at the end of the chain of causes; for a circle, the foremost.

    A cause that is not there ends the chain.

    Args:
        row: of table ``findings``.
        heads: the rows of its run, by rule and layer.
    """
    passed = [row]
    while True:
        cause = heads.get((passed[-1]["caused_by"], passed[-1]["caused_by_layer"]))
        if cause is None:
            return passed[-1]
        if any(cause is other for other in passed):
            circle = passed[next(i for i, other in enumerate(passed) if other is cause) :]
            return min(circle, key=row_rank)
        passed.append(cause)


def _finding(row: Row) -> Finding:
    first, last = row["first_step"], row["last_step"]
    value = parse_json(str(row["evidence"]))
    return Finding(
        rule=str(row["rule"]),
        layer=str(row["layer"]),
        severity=str(row["severity"]),
        title=str(row["title"]),
        first_step=first if isinstance(first, int) else None,
        last_step=last if isinstance(last, int) else None,
        evidence=_evidence(value),
        advice=str(row["advice"]),
        confidence=float(str(row["confidence"])),
        picture=sparkline(value) if isinstance(value, dict) else None,
    )


def _evidence(value: object) -> tuple[tuple[str, str], ...]:
    """Return the numbers behind it but the series, which is drawn."""
    if isinstance(value, dict):
        named = ((str(name), each) for name, each in value.items())
        return tuple((n, value_text(each)) for n, each in named if n not in DRAWN)
    return (("evidence", value_text(value)),) if value is not None else ()


def row_rank(row: Row) -> tuple[int, float, str, str]:
    """Return the sort key of a row: the most severe first, then the earliest in its run."""
    first = row["first_step"]
    began = first if isinstance(first, int) else float("inf")
    return (_severity_rank(str(row["severity"])), began, str(row["rule"]), str(row["layer"]))


def _severity_rank(severity: str) -> int:
    return WORST_FIRST.index(severity) if severity in WORST_FIRST else len(WORST_FIRST)


def _key(row: Row) -> str:
    return f"{row['rule']}\0{row['layer']}"
