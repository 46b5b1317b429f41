"""The findings that people are told of: those that stand, less those that are muted."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.dissection.findings.history import open_rows

MUTE_COLUMNS = ("run_id", "rule", "muted_until")
"""What is read of table ``mutes``."""

Muted = Set[tuple[str, str]]
"""Runs and rules whose findings are not shown."""


@dataclass(frozen=True)
class Told:
    """Some rows of ``findings``: those to show, and those that are only counted."""

    shown: pa.Table
    muted: pa.Table


def muted_at(mutes: pa.Table, now: datetime) -> Muted:
    """Return what is muted at a moment.

    Args:
        mutes: the table, at least its ``MUTE_COLUMNS``.
        now: the moment.
    """
    in_force = mutes.filter(
        pc.greater(mutes["muted_until"], pa.scalar(now, pa.timestamp("us", "UTC")))
    )
    return frozenset(zip(in_force["run_id"].to_pylist(), in_force["rule"].to_pylist(), strict=True))


def told(findings: pa.Table, muted: Muted) -> Told:
    """Part rows by whether they are muted.

    Args:
        findings: rows with ``run_id`` and ``rule``.
        muted: as of ``muted_at``.
    """
    keys = zip(findings["run_id"].to_pylist(), findings["rule"].to_pylist(), strict=True)
    is_muted = pa.array([key in muted for key in keys], pa.bool_())
    return Told(findings.filter(pc.invert(is_muted)), findings.filter(is_muted))


def told_open(findings: pa.Table, muted: Muted) -> Told:
    """Part the rows that stand by whether they are muted.

    Args:
        findings: rows with ``run_id``, ``rule`` and ``resolved_at``.
        muted: as of ``muted_at``.
    """
    return told(open_rows(findings), muted)
