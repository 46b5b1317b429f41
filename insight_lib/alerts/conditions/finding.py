"""``when = "finding"``: a finding that stands, from which others may follow."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from insight_lib.alerts.conditions.condition import Night
from insight_lib.alerts.match import Match
from insight_lib.dissection.findings.severity import SEVERITIES, Severity
from insight_lib.dissection.standing import told_open

_COLUMNS = (
    *("run_id", "rule", "layer", "severity", "title", "advice"),
    *("caused_by", "caused_by_layer", "resolved_at"),
)


@dataclass(frozen=True)
class Finding:
    """Findings at least so severe, of some rules; none that follows from one that is told too.

    Attributes:
        severity: the least.
        rules: patterns of their names.
    """

    severity: Severity
    rules: Sequence[str]

    def matches(self, seen: Night) -> list[Match]:
        """Return the findings that stand; one that became graver is another one."""
        rows = told_open(seen.lake.read("findings", _COLUMNS), seen.muted).shown.to_pylist()
        asked = [row for row in rows if self._asks_for(row)]
        return list(_roots(asked))

    def _asks_for(self, row: Mapping[str, Any]) -> bool:
        is_severe = SEVERITIES.index(row["severity"]) >= SEVERITIES.index(self.severity)
        return is_severe and any(fnmatchcase(row["rule"], pattern) for pattern in self.rules)


def _roots(rows: Sequence[Mapping[str, Any]]) -> Iterator[Match]:
    known = {(row["run_id"], row["rule"], row["layer"]) for row in rows}
    for row in rows:
        if (row["run_id"], row["caused_by"], row["caused_by_layer"]) in known:
            continue
        yield Match(
            (row["run_id"], row["rule"], row["layer"], row["severity"]),
            row["run_id"],
            row["severity"],
            row["title"],
            row["advice"],
        )
