"""What people do not want to be told of for some time, kept in ``mutes``: a rule on a run."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.dissection.standing import MUTE_COLUMNS, muted_at
from insight_lib.errors import InputError
from insight_lib.lake.contract import contract
from insight_lib.lake.known_runs import check_known
from insight_lib.lake.tables import Lake

APPLICATION = "mute"


def mute(
    lake: Lake, run_id: str, rule: str, last_day: date, reason: str, now: datetime
) -> datetime:
    """Mute the findings of a rule on a run, in the place of any earlier mute of them.

    Args:
        lake: its only writer is the caller.
        run_id: the run.
        rule: the rule's name.
        last_day: through whose end in UTC they are muted.
        reason: why, free text.
        now: when it is said.

    Returns:
        The moment from which on they are shown again.

    Raises:
        InputError: The lake knows no such run, the day is over, or no reason is given.
    """
    check_known(lake, [run_id])
    until = datetime.combine(last_day + timedelta(days=1), time(), UTC)
    if until <= now:
        raise InputError(f"{last_day} is over; name today or a later day")
    if not reason.strip():
        raise InputError("the reason is empty; say in a few words why")
    row = {"run_id": run_id, "rule": rule, "muted_until": until, "reason": reason, "muted_at": now}
    _replace(lake, run_id, rule, [row])
    return until


def unmute(lake: Lake, run_id: str, rule: str, now: datetime) -> None:
    """Show the findings of a rule on a run again.

    Raises:
        InputError: They are not muted; the message names what is.
    """
    muted = muted_at(lake.read("mutes", MUTE_COLUMNS), now)
    if (run_id, rule) not in muted:
        others = sorted(other for run, other in muted if run == run_id)
        known = f"on this run are {', '.join(others)}" if others else "on this run is nothing"
        raise InputError(f"{rule} is not muted on {run_id}; muted {known}")
    _replace(lake, run_id, rule, [])


def _replace(lake: Lake, run_id: str, rule: str, rows: Sequence[dict[str, Any]]) -> None:
    def doomed(kept: pa.Table) -> pa.Array:
        return pc.and_(pc.equal(kept["run_id"], run_id), pc.equal(kept["rule"], rule))

    new = pa.Table.from_pylist(list(rows), schema=contract("mutes").schema)
    version = lake.committed("mutes", APPLICATION) + 1
    lake.replace_where("mutes", {"run_id": [run_id]}, doomed, new, APPLICATION, version)
