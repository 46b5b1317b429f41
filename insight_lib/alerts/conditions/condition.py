"""What every condition of an alert rule can say."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from insight_lib.alerts.match import Match
from insight_lib.dissection.standing import MUTE_COLUMNS, Muted, muted_at
from insight_lib.lake.tables import Lake


@dataclass(frozen=True)
class Night:
    """What a condition is given: the lake, and what is not to be told of."""

    lake: Lake
    muted: Muted


class Condition(Protocol):
    """Something to look for in the lake."""

    def matches(self, seen: Night) -> list[Match]:
        """Return what holds now, each with a subject of its own."""


def look_at(lake: Lake, now: datetime) -> Night:
    """Return what the conditions of a night are given.

    Args:
        lake: it is only read.
        now: the moment at which a mute must be in force.
    """
    return Night(lake, muted_at(lake.read("mutes", MUTE_COLUMNS), now))
