"""The stage that says of each run that wrote last whether it goes on, stands still or broke off.

It depends on the time of looking, so that it looks again at every such run, every night.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow.dataset as ds

from insight_lib.events.runs.change_runs import change_runs
from insight_lib.events.runs.run_state import RUNNING, STALLED, state_of_silence
from insight_lib.lake.tables import Lake

APPLICATION = "run states"
GOING_ON = (RUNNING, STALLED)
"""States of a run that may still come to another one without a new event."""
_COLUMNS = ("run_id", "state", "end_said", "last_event_at", "longest_gap_s")

Row = Mapping[str, Any]


def refresh_states(lake: Lake, now: datetime) -> list[str]:
    """Update ``state`` in table ``runs`` and return the runs whose state changed."""
    runs = lake.read("runs", _COLUMNS, where=ds.field("state").isin(GOING_ON)).to_pylist()
    is_short = _short_of_their_plan(lake, [run["run_id"] for run in runs]) if runs else {}
    states = {run["run_id"]: _state(run, is_short.get(run["run_id"]), now) for run in runs}
    changes = {
        run["run_id"]: {"state": states[run["run_id"]]}
        for run in runs
        if states[run["run_id"]] != run["state"]
    }
    change_runs(lake, changes, APPLICATION)
    return sorted(changes)


def _state(run: Row, is_short: bool | None, now: datetime) -> str:
    last = run["last_event_at"]
    last_s = None if last is None else last.timestamp()
    return state_of_silence(
        run["end_said"], is_short, last_s, run["longest_gap_s"], now.timestamp()
    )


def _short_of_their_plan(lake: Lake, run_ids: Sequence[str]) -> dict[str, bool]:
    """Return whether runs are short of their planned length, of those where that is known.

    One that lacks no more than what lies between two of its points has come to its end: a last
    point is written where the interval of logging divides the length.
    """
    shares = _shares_seen(lake, run_ids)
    interval_steps = _intervals(lake, [*shares])
    found = {}
    for run_id, (step, share) in shares.items():
        left_steps = step / share - step if share > 0 else float("inf")
        found[run_id] = left_steps > interval_steps.get(run_id, 0.0)
    return found


def _shares_seen(lake: Lake, run_ids: Sequence[str]) -> dict[str, tuple[int, float]]:
    """Return how far runs have come: the last step, and which share of the plan it is."""
    columns = ["run_id", "cutoff_step", "share"]
    rows = lake.read("run_features", columns, run_ids).sort_by("cutoff_step").to_pylist()
    latest = {row["run_id"]: (row["cutoff_step"], row["share"]) for row in rows}
    return {run_id: seen for run_id, seen in latest.items() if seen[1] is not None}


def _intervals(lake: Lake, run_ids: Sequence[str]) -> dict[str, float]:
    """Return the steps between two points of the series that goes farthest, of each run."""
    columns = ["run_id", "points", "first_step", "last_step"]
    order = [("last_step", "ascending"), ("points", "ascending")]
    rows = lake.read("series", columns, run_ids).sort_by(order).to_pylist()
    farthest = {row["run_id"]: row for row in rows}
    return {
        run_id: (row["last_step"] - row["first_step"]) / (row["points"] - 1)
        for run_id, row in farthest.items()
        if row["points"] > 1
    }
