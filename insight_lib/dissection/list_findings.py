"""Findings of a lake as a person asks for them: open, new or resolved, of some runs or rules."""

from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any, Literal

import pyarrow as pa

from insight_lib.dissection.findings.severity import SEVERITIES
from insight_lib.dissection.night import last_night
from insight_lib.dissection.standing import MUTE_COLUMNS, muted_at, told
from insight_lib.errors import InputError
from insight_lib.lake.tables import Lake

Which = Literal["open", "new", "resolved"]
Row = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """Which findings are asked for.

    Attributes:
        which: those that stand, of these those of the last night, or those that stand no longer.
        since: only those that opened (of resolved ones: were resolved) then or later.
        run: a run, or a pattern of runs such as ``logs/resnet/*``.
        rule: the name of a rule.
    """

    which: Which = "open"
    since: datetime | None = None
    run: str | None = None
    rule: str | None = None


@dataclass(frozen=True)
class Listed:
    """The findings that were asked for.

    Attributes:
        rows: of table ``findings``, the most severe first, causes before what follows from them.
        muted: how many more there are that are muted.
        night: the moment of the last night that judged a run; None where none noted it.
    """

    rows: list[Row]
    muted: int
    night: datetime | None


def list_findings(lake: Lake, wanted: Wanted, now: datetime) -> Listed:
    """Return the findings that are asked for.

    Args:
        lake: it is only read.
        wanted: which.
        now: the moment at which a mute must be in force.

    Raises:
        InputError: No run has the name, or no finding is of the rule.
    """
    findings = lake.read("findings")
    night = last_night(lake.read("verdicts", ["judged_at"]))
    _check_run(lake, wanted.run)
    _check_rule(findings, wanted.rule)
    parts = told(findings, muted_at(lake.read("mutes", MUTE_COLUMNS), now))
    shown, muted = (
        [row for row in rows.to_pylist() if _is_wanted(row, wanted, night)]
        for rows in (parts.shown, parts.muted)
    )
    return Listed(sorted(shown, key=_rank), len(muted), night)


def _is_wanted(row: Row, wanted: Wanted, night: datetime | None) -> bool:
    is_resolved = row["resolved_at"] is not None
    if is_resolved != (wanted.which == "resolved"):
        return False
    if wanted.which == "new" and (night is None or row["opened_at"] != night):
        return False
    at = row["resolved_at"] if is_resolved else row["opened_at"]
    if wanted.since is not None and (at is None or at < wanted.since):
        return False
    return _matches(row["run_id"], wanted.run) and wanted.rule in (None, row["rule"])


def _rank(row: Row) -> tuple[int, str, bool, str, str]:
    graveness = -SEVERITIES.index(row["severity"])
    return graveness, row["run_id"], row["caused_by"] is not None, row["rule"], row["layer"]


def _check_run(lake: Lake, pattern: str | None) -> None:
    if pattern is None:
        return
    run_ids = lake.read("runs", ["run_id"])["run_id"].to_pylist()
    if not any(_matches(run_id, pattern) for run_id in run_ids):
        raise InputError(
            f"no run matches --run {pattern}; `insight runs` lists the {len(run_ids)} runs of the "
            "lake, and a pattern with * stands in quotes"
        )


def _matches(run_id: str, pattern: str | None) -> bool:
    return pattern in (None, run_id) or fnmatchcase(run_id, str(pattern))


def _check_rule(findings: pa.Table, name: str | None) -> None:
    if name is not None and name not in findings["rule"].unique().to_pylist():
        # Only for a rule without findings, since the catalogue takes long to load.
        from insight_lib.dissection.known_rules import rule_named  # noqa: PLC0415

        rule_named(name)
