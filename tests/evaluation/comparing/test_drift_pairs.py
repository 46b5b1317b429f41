"""Which score distributions are compared."""

import itertools
from datetime import UTC, datetime

import pyarrow as pa

from insight_lib.evaluation.comparing.drift_pairs import Comparison, Scored, comparisons


def _runs(**begun):
    """Runs of one experiment by the minute of their first event."""
    names = pa.array([f"exp/{name}" for name in begun], pa.string())
    instants = [m and datetime(2026, 1, 1, 0, m, tzinfo=UTC) for m in begun.values()]
    times = pa.array(instants, pa.timestamp("us", tz="UTC"))
    same = pa.array(["exp"] * len(names), pa.string())
    return pa.table({"run_id": names, "experiment": same, "first_event_at": times})


def _evaluations(*places, part=""):
    rows = [
        {"run_id": f"exp/{run}", "step": step, "split": split, "slice": part, "rows": 9}
        for run, step, split in places
    ]
    return pa.Table.from_pylist(rows)


def _pair(against, *places):
    after, before = (Scored(f"exp/{run}", step, split) for run, step, split in places)
    return Comparison(after, against, before)


def test_runs_follow_one_another_by_their_first_event_and_then_by_name():
    runs = _runs(a=30, b=10, c=None, d=20, e=None)
    evaluations = _evaluations(*[(name, 1, "test") for name in "abcde"])
    found = comparisons(evaluations, runs)
    order = "bdace"
    assert found == [
        _pair("previous_run", (after, 1, "test"), (before, 1, "test"))
        for before, after in itertools.pairwise(order)
    ]


def test_splits_are_never_compared_with_one_another():
    evaluations = _evaluations(
        ("a", 1, "test"), ("a", 2, "validation"), ("b", 7, "test"), ("c", 3, "validation")
    )
    assert comparisons(evaluations, _runs(a=1, b=2, c=3)) == [
        _pair("previous_run", ("b", 7, "test"), ("a", 1, "test")),
        _pair("previous_run", ("c", 3, "validation"), ("a", 2, "validation")),
    ]


def test_there_are_no_more_comparisons_than_steps_and_runs():
    places = [(name, step, "test") for name in "abcd" for step in range(0, 500, 100)]
    assert len(comparisons(_evaluations(*places), _runs(a=1, b=2, c=3, d=4))) == 4 * 4 + 3


def test_experiments_and_slices_are_kept_separate():
    evaluations = pa.concat_tables(
        [_evaluations(("a", 1, "test")), _evaluations(("a", 2, "test"), part="country=de")]
    )
    assert comparisons(evaluations, _runs(a=1)) == []
    runs = pa.concat_tables([_runs(a=1), _runs(b=2)])
    runs = runs.set_column(1, "experiment", pa.array(["one", "two"]))
    assert comparisons(_evaluations(("a", 1, "test"), ("b", 1, "test")), runs) == []
