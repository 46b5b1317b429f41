"""The states of runs in a lake, at moments that the test chooses."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from insight_lib.lake.contract import contract
from insight_lib.lake.tables import open_lake
from insight_lib.risk.stages.run_states import refresh_states
from insight_lib.risk.stages.truth import known_truth

LAST = datetime(2026, 3, 1, tzinfo=UTC)
GAP_S = 60.0
RUN = {
    "experiment": "e",
    "log_root": "/logs",
    "state": "running",
    "hparams": [],
    "last_event_at": LAST,
    "longest_gap_s": GAP_S,
    "last_step": 400,
}
SERIES = {
    "stream": ".",
    "tag": "loss",
    "role": "total_loss",
    "sure": 1.0,
    "why": "w",
    "scale": 1.0,
    "moving": False,
    "points": 5,
    "first_step": 0,
    "last_step": 400,
}


@pytest.fixture
def lake(tmp_path):
    return open_lake(tmp_path / "lake", create=True)


def put(lake, name, *rows):
    table = pa.Table.from_pylist(list(rows), schema=contract(name).schema)
    runs = {row["run_id"] for row in rows}
    lake.replace(name, "run_id", runs, table, "test", lake.committed(name, "test") + 1)


def seen(run_id, share, step=400):
    return {"run_id": run_id, "cutoff_step": step, "features": [], "share": share}


def states(lake):
    return {row["run_id"]: row["state"] for row in lake.read("runs").to_pylist()}


def after(**silence):
    return LAST + timedelta(**silence)


def test_a_run_that_is_short_of_its_plan_stalls_and_then_has_crashed(lake):
    put(lake, "runs", RUN | {"run_id": "a"})
    put(lake, "run_features", seen("a", 0.1, step=100), seen("a", 0.4))
    assert refresh_states(lake, after(minutes=59)) == []
    assert refresh_states(lake, after(hours=1)) == ["a"]
    assert states(lake) == {"a": "stalled"}
    assert refresh_states(lake, after(hours=2)) == []
    assert refresh_states(lake, after(days=1)) == ["a"]
    assert states(lake) == {"a": "crashed"}


@pytest.mark.parametrize(
    ("share", "state"),
    [
        (1.0, "finished"),
        (0.8, "finished"),  # of 500 steps it lacks 100, as many as lie between two points
        (0.79, "stalled"),
        (0.0, "stalled"),
        (None, "ended"),
    ],
)
def test_a_silent_run_has_finished_where_the_next_point_would_lie_behind_its_plan(
    lake, share, state
):
    put(lake, "runs", RUN | {"run_id": "a"})
    put(lake, "run_features", seen("a", share))
    every_tenth = {"tag": "lr", "points": 41, "last_step": 390}
    put(lake, "series", SERIES | {"run_id": "a"}, SERIES | {"run_id": "a"} | every_tenth)
    assert refresh_states(lake, after(hours=1)) == ["a"]
    assert states(lake) == {"a": state}


def test_only_runs_that_may_go_on_are_looked_at(lake):
    kept = ("finished", "failed", "ended", "crashed", "not started", "scored")
    put(lake, "runs", *(RUN | {"run_id": state, "state": state} for state in kept))
    assert refresh_states(lake, after(days=9)) == []
    assert states(lake) == {state: state for state in kept}


def test_a_run_that_writes_again_goes_on(lake):
    put(lake, "runs", RUN | {"run_id": "a", "state": "stalled"})
    put(lake, "run_features", seen("a", 0.4))
    assert refresh_states(lake, after(minutes=5)) == ["a"]
    assert states(lake) == {"a": "running"}


def test_a_run_that_said_how_it_ended_and_wrote_on_ends_so(lake):
    put(lake, "runs", RUN | {"run_id": "a", "end_said": "failed"})
    assert refresh_states(lake, after(hours=1)) == ["a"]
    assert states(lake) == {"a": "failed"}


def test_other_columns_of_a_run_stay_as_they_are(lake):
    put(lake, "runs", RUN | {"run_id": "a", "hparams": [("lr", "0.1")], "judged": [("loss", "l")]})
    [before] = lake.read("runs").to_pylist()
    refresh_states(lake, after(days=3))
    assert lake.read("runs").to_pylist() == [before | {"state": "ended"}]


@pytest.mark.parametrize(("state", "is_known"), [("running", 0), ("stalled", 0), ("crashed", 1)])
def test_what_becomes_of_a_run_is_not_known_while_it_may_go_on(lake, state, is_known):
    put(lake, "runs", RUN | {"run_id": "a", "state": state})
    outcome = {"run_id": "a", "outcome": "healthy", "sure": 1.0, "why": "w", "last_step": 400}
    put(lake, "run_outcomes", outcome)
    assert len(known_truth(lake)) == is_known
