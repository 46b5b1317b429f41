"""The moment of a night: all that it opens, resolves and judges bears the same one."""

from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.lake.tables import Lake

_JUST_AFTER = timedelta(microseconds=1)


def last_night(verdicts: pa.Table) -> datetime | None:
    """Return the moment of the last night that judged a run; None where none noted it.

    Args:
        verdicts: the whole table, at least its column ``judged_at``.
    """
    return _latest(verdicts, "judged_at")


def this_night(lake: Lake, now: datetime) -> datetime:
    """Return the moment of a night that begins, or goes on after an interruption.

    It is ``now``, or just after the last night where the clock was set back. Findings are committed
    before verdicts: where they are of a later night than these, that night was interrupted in
    between, and what it has told counts as told by this one.
    """
    judged = last_night(lake.read("verdicts", ["judged_at"]))
    findings = lake.read("findings", ["last_seen_at", "resolved_at"])
    told = [_latest(findings, name) for name in findings.column_names]
    told_at = max((at for at in told if at is not None), default=None)
    if told_at is not None and (judged is None or told_at > judged):
        return told_at
    return now if judged is None else max(now, judged + _JUST_AFTER)


def _latest(rows: pa.Table, name: str) -> datetime | None:
    found: datetime | None = pc.max(rows[name]).as_py()
    return found
