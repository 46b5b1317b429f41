"""Findings as people see them on the terminal."""

from collections.abc import Sequence

from insight_lib.cli.output import print_table
from insight_lib.dissection.finding import Finding


def print_findings(findings: Sequence[Finding]) -> None:
    """Print one row a finding, and its advice."""
    rows = [(f.run_id, f.severity, f.rule, f.title, f.advice) for f in findings]
    print_table("", ("run", "severity", "rule", "what was found", "what to do"), rows)
