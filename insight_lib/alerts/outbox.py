"""Table ``alerts``: what was to be told, to whom, and whether it was.

An alert is written down before it is sent. After an interruption what is pending is sent as the
same message, so that one whose delivery was not noted any more is known by its id.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.alerts.delivery.deliver import Delivery
from insight_lib.alerts.match import Match
from insight_lib.lake.contract import contract
from insight_lib.lake.tables import Lake

APPLICATION = "alerts"
PENDING, SENT, GIVEN_UP = "pending", "sent", "given up"
_ID_LETTERS = 24

Row = dict[str, Any]
Wanted = Mapping[tuple[str, str], Sequence[Match]]
"""Of each rule and receiver what holds now."""


def write_down(lake: Lake, wanted: Wanted, now: datetime) -> list[Row]:
    """Note what is to be told and was not yet, and what no longer holds.

    Args:
        lake: the caller is its only writer.
        wanted: what holds now.
        now: the moment of the night.

    Returns:
        All rows of the table that are pending.
    """
    rows: list[Row] = lake.read("alerts").to_pylist()
    holds = {
        (rule, receiver, _subject(match))
        for (rule, receiver), matches in wanted.items()
        for match in matches
    }
    going_on = {_key(row): row for row in rows if row["ended_at"] is None}
    ended = [row | {"ended_at": now} for key, row in going_on.items() if key not in holds]
    new = list(_new_rows(wanted, going_on, now))
    _store(lake, [*ended, *new])
    left = {row["alert_id"]: row for row in [*rows, *ended, *new]}
    return [row for row in left.values() if row["status"] == PENDING]


def by_message(pending: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    """Return pending rows by receiver and message, in the order in which they were noted."""
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in sorted(pending, key=lambda row: (row["noted_at"], row["alert_id"])):
        found[row["receiver"], row["digest_id"]].append(row)
    return dict(found)


def note_delivery(lake: Lake, rows: Sequence[Row], done: Delivery, now: datetime) -> None:
    """Note how the delivery of a message went."""
    said = {"status": SENT, "sent_at": now} if done.is_sent else {}
    _store(
        lake,
        [
            row | said | {"attempts": row["attempts"] + done.attempts, "problem": done.problem}
            for row in rows
        ],
    )


def give_up(lake: Lake, rows: Sequence[Row], problem: str) -> None:
    """Note that a message is no longer tried."""
    _store(lake, [row | {"status": GIVEN_UP, "problem": problem} for row in rows])


def _new_rows(
    wanted: Wanted, going_on: Mapping[tuple[str, str, str], Row], now: datetime
) -> Iterator[Row]:
    digests = {receiver: _id(receiver, now.isoformat()) for _, receiver in wanted}
    for (rule, receiver), matches in wanted.items():
        for match in matches:
            key = (rule, receiver, _subject(match))
            if key in going_on:
                continue
            yield {
                "alert_id": _id(*key, now.isoformat()),
                "digest_id": digests[receiver],
                "rule": rule,
                "receiver": receiver,
                "subject": key[-1],
                "run_id": match.run_id,
                "severity": match.severity,
                "title": match.title,
                "advice": match.advice,
                "noted_at": now,
                "ended_at": None,
                "status": PENDING,
                "attempts": 0,
                "sent_at": None,
                "problem": None,
            }


def _store(lake: Lake, rows: Sequence[Row]) -> None:
    """Put rows in the place of those with the same id, in one commit."""
    if not rows:
        return
    ids = pa.array([row["alert_id"] for row in rows], pa.string())
    among = {"run_id": sorted({row["run_id"] for row in rows})}
    new = pa.Table.from_pylist(list(rows), schema=contract("alerts").schema)
    version = lake.committed("alerts", APPLICATION) + 1

    def doomed(kept: pa.Table) -> pa.Array:
        return pc.is_in(kept["alert_id"], ids)

    lake.replace_where("alerts", among, doomed, new, APPLICATION, version)


def _key(row: Row) -> tuple[str, str, str]:
    return row["rule"], row["receiver"], row["subject"]


def _subject(match: Match) -> str:
    return json.dumps(match.subject)


def _id(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:_ID_LETTERS]
