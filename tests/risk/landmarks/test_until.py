"""A run cut at a step: what was known there, and nothing that came after."""

import numpy as np

from insight_lib.dissection.run.samples import Samples
from insight_lib.risk.landmarks import until
from insight_lib.series.recognition import RECOGNISED, Known
from insight_lib.series.role import Role, SeriesRole

LOSS, EPOCH_LOSS, TEST = ("train", "loss"), ("train", "epoch_loss"), (".", "test_accuracy")
TEN = [(step, 1.0) for step in range(10)]


def test_points_after_the_step_and_series_not_begun_are_gone(run_of):
    run = run_of({LOSS: TEN, EPOCH_LOSS: [(9, 1.0)]}, layers=([0, 3, 8], [8]))
    seen = until(run, 5)
    assert seen.scalars.keys() == {LOSS}
    assert seen.scalars[LOSS].steps.tolist() == [0, 1, 2, 3, 4, 5]
    assert [(one.layer, one.steps.tolist()) for one in seen.layers.values()] == [
        ("layer_0", [0, 3])
    ]
    assert seen.last_step == 5


def test_epochs_among_batches_are_cut_by_the_clock(run_of):
    batches = [(step, 1.0) for step in range(0, 1000, 10)]
    epochs = [(epoch, 1.0) for epoch in range(10)]
    times = {LOSS: np.arange(100), EPOCH_LOSS: np.arange(10) * 10 + 9.5}
    seen = until(run_of({LOSS: batches, EPOCH_LOSS: epochs}, times=times), 300)
    assert seen.scalars[EPOCH_LOSS].steps.tolist() == [0, 1, 2]
    assert seen.scalars[LOSS].steps[-1] == 300


def test_a_result_of_the_end_that_was_written_at_step_0_is_gone(run_of):
    run = run_of({LOSS: TEN, TEST: [(0, 0.9)]}, times={LOSS: np.arange(10), TEST: [11.0]})
    assert TEST not in until(run, 5).scalars
    assert TEST in until(run, 9).scalars


def test_without_a_clock_each_series_counts_for_itself(run_of):
    run = run_of({LOSS: [(0, 1.0), (100, 1.0)], EPOCH_LOSS: [(0, 1.0), (1, 1.0)]})
    assert until(run, 50).scalars[EPOCH_LOSS].steps.size == 2


def test_a_last_epoch_is_no_other_unit_because_batches_were_traced_rarely(run_of):
    curves = {LOSS: [(0, 1.0), (90, 1.0)], EPOCH_LOSS: [(50, 1.0), (100, 1.0)]}
    run = run_of(curves, times={LOSS: [0.0, 90.0], EPOCH_LOSS: [50.0, 100.0]})
    assert until(run, 60).scalars[EPOCH_LOSS].steps.tolist() == [50]


def test_clocks_rewritten_steps_and_samples_are_cut_with_the_points(run_of):
    run = run_of(
        {LOSS: TEN},
        times={LOSS: np.arange(10)},
        superseded={LOSS: np.array([3, 4, 7])},
        wrapped={LOSS: 8},
        interleaved={LOSS: 2, EPOCH_LOSS: 2},
    )
    counts = {name: np.array([5, 5]) for name in ("rows", "counted", "named", "repeated")}
    run.samples["test"] = Samples(np.array([2, 8]), examples=(None, "a"), **counts)
    seen = until(run, 4)
    assert seen.wall_times[LOSS].tolist() == [0, 1, 2, 3, 4]
    assert seen.superseded[LOSS].tolist() == [3, 4]
    assert seen.wrapped == {}
    assert seen.interleaved == {LOSS: 2}
    assert seen.samples["test"].steps.tolist() == [2]
    assert seen.samples["test"].examples == (None,)


def test_what_a_table_says_of_the_whole_series_is_not_known_yet(run_of):
    later = Known({"logs/a": {LOSS: SeriesRole(role=Role.KL)}})
    seen = until(run_of({LOSS: TEN}, role_source=later), 5)
    assert seen.role_source is RECOGNISED
    assert seen.roles[LOSS].role is Role.TOTAL_LOSS


def test_cutting_twice_is_cutting_at_the_earlier_step(run_of):
    run = run_of({LOSS: TEN}, times={LOSS: np.arange(10)}, layers=([0, 3, 8],))
    once, twice = until(run, 4), until(until(run, 7), 4)
    assert once.scalars[LOSS].steps.tolist() == twice.scalars[LOSS].steps.tolist()
    assert once.wall_times[LOSS].tolist() == twice.wall_times[LOSS].tolist()
