"""The stage that tells people: what rules ask for and was not told yet goes out, once."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from insight_lib.alerts import outbox
from insight_lib.alerts.conditions.condition import look_at
from insight_lib.alerts.delivery.deliver import deliver
from insight_lib.alerts.delivery.digest import Alert, Digest
from insight_lib.alerts.settings.section import AlertSettings
from insight_lib.alerts.settings.store import remembered_alerts
from insight_lib.lake.tables import Lake

READS = ("runs", "findings", "mutes", "risk_models", "risk_scores", "quarantine")
GIVEN_UP_AFTER = timedelta(days=7)
"""So long a message is tried again every night: a receiver that is down is missed within a week."""


@dataclass(frozen=True)
class Told:
    """What the stage did.

    Attributes:
        text: in a line.
        remarks: a line for each message that was not delivered whole.
    """

    text: str
    remarks: tuple[str, ...] = ()


def refresh_alerts(lake: Lake, now: datetime, sleep: Callable[[float], None] = time.sleep) -> Told:
    """Note what is new to tell, and send all that is pending, a message a receiver and night.

    Args:
        lake: the caller is its only writer.
        now: the moment of the night.
        sleep: waits between one attempt and the next.

    Raises:
        ConfigError: What the lake remembers of alerts no longer fits.
    """
    settings = remembered_alerts(lake)
    if not settings.rules and not lake.files("alerts"):
        return Told("no rule is set: see section [alerts]")
    pending = outbox.write_down(lake, _wanted(lake, settings, now), now)
    if not pending:
        return Told("nothing new")
    sent, remarks = 0, []
    for (receiver, digest_id), rows in outbox.by_message(pending).items():
        digest = _digest(digest_id, rows, settings.link)
        if receiver not in settings.receivers:
            outbox.give_up(lake, rows, "the configuration has no such receiver any more")
            continue
        done = deliver(settings.receivers[receiver], digest, sleep)
        outbox.note_delivery(lake, rows, done, now)
        sent += len(rows) if done.is_sent else 0
        if done.problem is not None:
            remarks.append(f"{receiver}: {done.problem}{_then(lake, rows, done.is_sent, now)}")
    return Told(f"{sent:,} of {len(pending):,} alerts sent", tuple(remarks))


def _wanted(lake: Lake, settings: AlertSettings, now: datetime) -> outbox.Wanted:
    seen = look_at(lake, now)
    return {
        (rule.name, receiver): matches
        for rule in settings.rules
        for matches in [rule.matches(seen)]
        for receiver in rule.receivers
    }


def _digest(digest_id: str, rows: list[outbox.Row], link: str | None) -> Digest:
    alerts = [
        Alert(row["rule"], row["run_id"], row["severity"], row["title"], row["advice"])
        for row in rows
    ]
    return Digest(digest_id, rows[0]["noted_at"], alerts, link)


def _then(lake: Lake, rows: list[outbox.Row], is_sent: bool, now: datetime) -> str:
    """Say what becomes of a message; one that is tried for too long is given up."""
    if is_sent:
        return ""
    if now - rows[0]["noted_at"] < GIVEN_UP_AFTER:
        return "; the next night tries again"
    outbox.give_up(lake, rows, "it could not be delivered for a week")
    return f"; given up after {GIVEN_UP_AFTER.days} days, {len(rows):,} alerts were not told"
