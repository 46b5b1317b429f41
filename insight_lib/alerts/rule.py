"""A rule of the configuration: what to look for, in which runs, and whom to tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from insight_lib.alerts.conditions.condition import Condition, Night
from insight_lib.alerts.match import Match


@dataclass(frozen=True)
class AlertRule:
    """What to look for, and whom to tell.

    Attributes:
        name: as the configuration calls it.
        condition: what to look for.
        runs: patterns of run ids.
        receivers: names of those who are told.
    """

    name: str
    condition: Condition
    runs: Sequence[str]
    receivers: Sequence[str]

    def matches(self, seen: Night) -> list[Match]:
        """Return what holds in these runs."""
        return [
            match
            for match in self.condition.matches(seen)
            if any(fnmatchcase(match.run_id, pattern) for pattern in self.runs)
        ]
