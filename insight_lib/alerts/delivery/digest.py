"""All that one receiver is told at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urljoin

from insight_lib.report.names import page_name

MOST_ALERTS = 50
"""Alerts that a message spells out; of the others it says how many there are of each rule."""
_WORST_FIRST = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to tell, a row of table ``alerts``."""

    rule: str
    run_id: str
    severity: str
    title: str
    advice: str


@dataclass(frozen=True)
class Digest:
    """A message to one receiver.

    Attributes:
        digest_id: known to the receiver, so that one that comes twice is recognised.
        noted_at: the moment of the night that made it.
        alerts: what it tells.
        link: URL of the folder in which people find the report; None where nobody said so.
    """

    digest_id: str
    noted_at: datetime
    alerts: Sequence[Alert]
    link: str | None

    @property
    def shown(self) -> list[Alert]:
        """The alerts that are spelled out, the worst first."""
        return sorted(self.alerts, key=_rank)[:MOST_ALERTS]

    @property
    def left_out(self) -> Counter[str]:
        """How many of each rule are not spelled out."""
        return Counter(alert.rule for alert in sorted(self.alerts, key=_rank)[MOST_ALERTS:])

    @property
    def counts(self) -> dict[str, int]:
        """How many alerts have which severity, the worst first, none that no alert has."""
        found = Counter(alert.severity for alert in self.alerts)
        return {severity: found[severity] for severity in _WORST_FIRST if found[severity]}

    @property
    def runs(self) -> int:
        """Of how many runs it tells."""
        return len({alert.run_id for alert in self.alerts})

    def page_of(self, alert: Alert) -> str | None:
        """Return the URL of a run's page in the report."""
        if self.link is None:
            return None
        return urljoin(self.link.rstrip("/") + "/", f"runs/{quote(page_name(alert.run_id))}")


def _rank(alert: Alert) -> tuple[int, str, str, str]:
    return _WORST_FIRST.index(alert.severity), alert.rule, alert.run_id, alert.title
