"""Findings of one run -> whether it needs a person, and since when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from insight_lib.dissection.standing import Muted
from insight_lib.dissection.verdict import Verdict
from insight_lib.report.records.night import WORST_FIRST
from insight_lib.report.records.summary import Standing

ALARMS = ("error", "warning")
"""Severities for which a person looks; the worst first."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RunFindings:
    """What a run has, rows of table ``findings``.

    Attributes:
        standing: what is to be thought of it.
        shown: its rows that stand and are not muted.
        alarms: of these the warnings and errors.
        new_alarms: of these those that opened in the night.
        since: the night since which it is as bad as it is; None where that was not kept yet, and
            without an alarm.
    """

    standing: Standing
    shown: tuple[Row, ...]
    alarms: tuple[Row, ...]
    new_alarms: tuple[Row, ...]
    since: datetime | None


def own_findings(
    rows: Sequence[Row], verdict: str | None, muted: Muted, night: datetime | None
) -> RunFindings:
    """Return what a run has.

    Args:
        rows: all of its rows of ``findings``.
        verdict: on it; None where it is still to be judged.
        muted: as of ``muted_at``.
        night: the moment of the last night that judged a run.
    """
    standing = [row for row in rows if row["resolved_at"] is None]
    shown = tuple(row for row in standing if (row["run_id"], row["rule"]) not in muted)
    alarms = tuple(row for row in shown if row["severity"] in ALARMS)
    gone = [row for row in rows if night is not None and row["resolved_at"] == night]
    since = _as_bad_since(alarms, gone)
    return RunFindings(
        standing=_standing(standing, alarms, gone, verdict, is_new=_is_at(since, night)),
        shown=shown,
        alarms=alarms,
        new_alarms=tuple(row for row in alarms if _is_at(row["opened_at"], night)),
        since=since,
    )


def _standing(
    standing: Sequence[Row],
    alarms: Sequence[Row],
    gone: Sequence[Row],
    verdict: str | None,
    *,
    is_new: bool,
) -> Standing:
    if alarms:
        return "new" if is_new else "still"
    if any(row["severity"] in ALARMS for row in standing):
        return "muted"
    if verdict != Verdict.HEALTHY:
        return "not_judged"
    return "recovered" if any(row["severity"] in ALARMS for row in gone) else "healthy"


def _as_bad_since(alarms: Sequence[Row], gone: Sequence[Row]) -> datetime | None:
    """Return since when a run has had alarms as severe as its worst, through the last night.

    Args:
        alarms: what it has now.
        gone: what the last night resolved.
    """
    if not alarms:
        return None
    worst = min(_rank(row) for row in alarms)
    opened = [row["opened_at"] for row in (*alarms, *gone) if _rank(row) <= worst]
    known = [at for at in opened if at is not None]
    return min(known) if len(known) == len(opened) else None


def _rank(row: Row) -> int:
    severity = row["severity"]
    return WORST_FIRST.index(severity) if severity in WORST_FIRST else len(WORST_FIRST)


def _is_at(moment: datetime | None, night: datetime | None) -> bool:
    return moment is not None and moment == night
