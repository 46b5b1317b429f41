"""``when = "verdict"``: the verdict on a run, once however many findings there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow.dataset as ds

from insight_lib.alerts.conditions.condition import Night
from insight_lib.alerts.match import Match
from insight_lib.dissection.standing import told_open
from insight_lib.dissection.verdict import Verdict

_SEVERITY = {Verdict.FAILING: "error", Verdict.ATTENTION: "warning", Verdict.NOT_JUDGED: "info"}
VERDICTS = tuple(map(str, _SEVERITY))
"""What may be asked for."""
_FINDINGS = ("run_id", "rule", "layer", "severity", "title", "advice", "caused_by", "resolved_at")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class OfVerdict:
    """Runs with one of these verdicts; those of which all is muted are left out."""

    verdicts: Sequence[str]

    def matches(self, seen: Night) -> list[Match]:
        """Return the runs."""
        where = ds.field("verdict").isin(list(self.verdicts))
        runs = seen.lake.read("runs", ["run_id", "verdict"], where=where).to_pylist()
        heads = _heads(seen)
        found = [_match(run["run_id"], Verdict(run["verdict"]), heads) for run in runs]
        return [match for match in found if match is not None]


def _match(run_id: str, verdict: Verdict, heads: Mapping[tuple[str, str], Row]) -> Match | None:
    severity = _SEVERITY[verdict]
    subject = (run_id, str(verdict))
    if verdict == Verdict.NOT_JUDGED:
        return Match(subject, run_id, severity, "The run could not be judged", "")
    head = heads.get((run_id, severity))
    if head is None:
        return None
    title = f"The run is {verdict}: {head['title']}"
    return Match(subject, run_id, severity, title, head["advice"])


def _heads(seen: Night) -> dict[tuple[str, str], Row]:
    """Return of each run and severity a finding that is told, of several one without a cause."""
    rows = told_open(seen.lake.read("findings", _FINDINGS), seen.muted).shown.to_pylist()
    rows.sort(key=lambda row: (bool(row["caused_by"]), row["rule"], row["layer"]))
    # The first of each is put in last.
    return {(row["run_id"], row["severity"]): row for row in reversed(rows)}
