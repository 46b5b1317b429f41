"""Findings that cannot both be right: no run's steps are too large and too small at once."""

from collections.abc import Sequence

from insight_lib.dissection.findings.finding import Finding
from insight_lib.dissection.findings.severity import SEVERITIES

_TOO_LARGE = frozenset({"learning_rate_too_high", "large_updates"})
_TOO_SMALL = frozenset({"learning_rate_too_low", "small_updates"})


def without_contradictions(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings of one run without the weaker of two sides that contradict each other.

    The graver side stays; of sides that are as grave it is the one on steps that were too large,
    since a single one of these spoils what small ones achieve.
    """
    large, small = (_gravest(findings, side) for side in (_TOO_LARGE, _TOO_SMALL))
    if large < 0 or small < 0:
        return list(findings)
    weaker = _TOO_SMALL if large >= small else _TOO_LARGE
    return [finding for finding in findings if finding.rule not in weaker]


def _gravest(findings: Sequence[Finding], side: frozenset[str]) -> int:
    """Return a side's highest severity, as a place in ``SEVERITIES``; -1 where it is silent."""
    found = (SEVERITIES.index(finding.severity) for finding in findings if finding.rule in side)
    return max(found, default=-1)
