"""``when = "state"``: a run that stands still or broke off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow.dataset as ds

from insight_lib.alerts.conditions.condition import Night
from insight_lib.alerts.match import Match
from insight_lib.events.runs.run_state import CRASHED, FAILED, STALLED

_COLUMNS = ("run_id", "state", "last_event_at", "last_step")
_SEVERITY = {STALLED: "warning", CRASHED: "error", FAILED: "error"}
STATES = tuple(_SEVERITY)
"""What may be asked for."""


@dataclass(frozen=True)
class InState:
    """Runs in one of these states."""

    states: Sequence[str]

    def matches(self, seen: Night) -> list[Match]:
        """Return the runs."""
        where = ds.field("state").isin(list(self.states))
        runs = seen.lake.read("runs", _COLUMNS, where=where).to_pylist()
        return [
            Match(
                (run["run_id"], run["state"]),
                run["run_id"],
                _SEVERITY[run["state"]],
                _said(run),
                "",
            )
            for run in runs
        ]


def _said(run: Mapping[str, Any]) -> str:
    step = "" if run["last_step"] is None else f" at step {run['last_step']:,}"
    at = run["last_event_at"]
    last = "" if at is None else f", last event {at:%Y-%m-%d %H:%M} UTC"
    return f"The run is {run['state']}{step}{last}"
