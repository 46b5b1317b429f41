"""Findings as people see them on the terminal."""

from collections.abc import Sequence
from itertools import groupby

from insight_lib.cli.output import print_table
from insight_lib.dissection.findings.finding import Finding, percent

COLUMNS = ("run", "severity", "sure", "rule", "layer", "what was found", "what to do")


def print_findings(findings: Sequence[Finding]) -> None:
    """Print one row per finding with its advice, effects below their causes."""
    rows = [
        (f.run_id, f.severity, percent(f.confidence), _rule(f), f.layer or None, f.title, f.advice)
        for f in causes_first(findings)
    ]
    print_table("", COLUMNS, rows)


def causes_first(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings with the effects of each directly below it, at any depth.

    Args:
        findings: those of a run are together; apart from the links their order is kept.
    """
    ordered: list[Finding] = []
    for _, of_run in groupby(findings, lambda finding: finding.run_id):
        waiting = list(of_run)
        ordered += _effects((None, None), waiting) + waiting
    return ordered


def _effects(cause: tuple[str | None, str | None], waiting: list[Finding]) -> list[Finding]:
    """Take from ``waiting`` what follows from the rule and layer; with None the root causes."""
    taken: list[Finding] = []
    for one in [one for one in waiting if (one.caused_by, one.caused_by_layer) == cause]:
        waiting.remove(one)
        taken += [one, *_effects((one.rule, one.layer), waiting)]
    return taken


def _rule(finding: Finding) -> str:
    if finding.caused_by is None:
        return finding.rule
    layer = f" in {finding.caused_by_layer}" if finding.caused_by_layer else ""
    return f"  {finding.rule}\n  follows: {finding.caused_by}{layer}"
