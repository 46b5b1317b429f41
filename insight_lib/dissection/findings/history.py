"""The history of findings: since when each stands, when it went, and how often it came back.

A finding is known by its run, rule and layer. One that a night no longer finds stays in the table
``findings`` as resolved; one that comes back opens again. One that becomes graver is news too.
"""

from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.dissection.findings.severity import SEVERITIES

HISTORY = ("first_seen_at", "opened_at", "last_seen_at", "resolved_at", "times_opened")
"""Columns of ``findings`` that no rule states."""
_KEY = ("run_id", "rule", "layer")

Row = dict[str, Any]


def with_history(found: pa.Table, earlier: pa.Table, at: datetime) -> pa.Table:
    """Return the rows of ``findings`` of some whole runs after a night: open ones, then resolved.

    Doing it twice with the same ``at`` changes nothing.

    Args:
        found: what stands now, rows of ``findings`` whose ``HISTORY`` is null.
        earlier: all rows of the same runs before the night. One without a history, as earlier
            versions wrote it, keeps null as the beginning that nobody noted.
        at: the moment of the night.
    """
    known = {_key(row): row for row in earlier.to_pylist()}
    standing = [row | _continued(row, known.get(_key(row)), at) for row in found.to_pylist()]
    gone = known.keys() - {_key(row) for row in standing}
    resolved = [
        known[key] | {"resolved_at": known[key]["resolved_at"] or at} for key in sorted(gone)
    ]
    return pa.Table.from_pylist([*standing, *resolved], schema=found.schema)


def open_rows(findings: pa.Table) -> pa.Table:
    """Return the rows of ``findings`` that stand, as all do that an earlier version wrote."""
    return findings.filter(pc.is_null(findings["resolved_at"]))


def _continued(row: Row, earlier: Row | None, at: datetime) -> Row:
    """Return the history of a finding that stands, by what was known of it."""
    if earlier is None:
        return {"first_seen_at": at, "opened_at": at, "last_seen_at": at, "times_opened": 1}
    has_returned = earlier["resolved_at"] is not None
    is_graver = SEVERITIES.index(row["severity"]) > SEVERITIES.index(earlier["severity"])
    return {
        "first_seen_at": earlier["first_seen_at"],
        "opened_at": at if has_returned or is_graver else earlier["opened_at"],
        "last_seen_at": at,
        "times_opened": (earlier["times_opened"] or 1) + has_returned,
    }


def _key(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in _KEY)
