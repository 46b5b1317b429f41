"""Where a run is looked at: shares of what was planned, else points seen; never by its future."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight_lib.risk.landmarks import (
    Landmark,
    landmarks,
    planned_last_step,
    share_landmarks,
    until,
)

LOSS, EPOCH_LOSS, SPEED = ("train", "loss"), ("train", "epoch_loss"), ("train", "samples_per_sec")


def every(step, count, first=0):
    return [(first + step * k, 1.0) for k in range(count)]


def test_a_run_of_recorded_epochs_is_planned_to_their_last_step(run_of):
    run = run_of({EPOCH_LOSS: every(40, 3, first=40)}, hparams={"epochs": 8})
    assert planned_last_step(run) == 320


def test_numbered_epochs_are_planned_to_the_last_number(run_of):
    run = run_of({EPOCH_LOSS: every(1, 3)}, hparams={"num_epochs": "50"})
    assert planned_last_step(run) == 49


def test_in_the_first_epoch_its_length_is_rows_over_batches(run_of):
    hparams, data = {"epochs": 8, "batch_size": 32}, {"rows": 1257}
    assert planned_last_step(run_of({LOSS: every(1, 9)}, hparams=hparams, data=data)) == 320


@pytest.mark.parametrize(
    "hparams",
    [{"max_steps": 500}, {"total_timesteps": "500"}, {"trainer/max-steps": 500.0}],
)
def test_recorded_steps_are_the_plan(run_of, hparams):
    assert planned_last_step(run_of({LOSS: every(1, 9)}, hparams=hparams)) == 500


@pytest.mark.parametrize(
    "hparams",
    [
        {},
        {"max_steps": -1},
        {"max_steps": 5},
        {"epochs": 8},
        {"max_steps": 500, "total_timesteps": 600},
        {"max_steps": None},
        {"max_steps": "many"},
    ],
)
def test_what_is_not_told_or_cannot_be_is_not_known(run_of, hparams):
    assert planned_last_step(run_of({LOSS: every(1, 9)}, hparams=hparams)) is None


def test_no_recorded_hparams_are_no_plan(run_of):
    run = run_of({LOSS: every(1, 9)})
    run.config["hparams"] = None
    assert planned_last_step(run) is None


def test_a_run_passes_the_shares_of_its_plan_and_is_looked_at_now(run_of):
    run = run_of({LOSS: every(1, 41)}, hparams={"max_steps": 100})
    assert landmarks(run) == (Landmark(0.10, 10), Landmark(0.25, 25), Landmark(None, 40))


def test_now_is_left_out_where_it_is_a_share(run_of):
    run = run_of({LOSS: every(1, 26)}, hparams={"max_steps": 100})
    assert landmarks(run) == (Landmark(0.10, 10), Landmark(0.25, 25))


def test_without_a_plan_landmarks_lie_at_ten_times_the_points(run_of):
    steps = [one.step for one in landmarks(run_of({LOSS: every(5, 350)}))]
    assert steps == [45, 495, 1745]


def test_points_of_results_are_counted_before_those_of_the_work(run_of):
    run = run_of({LOSS: every(10, 12), SPEED: every(1, 120)})
    assert [one.step for one in landmarks(run)] == [90, 119]


def test_without_scalars_traced_steps_are_counted(run_of):
    assert [one.step for one in landmarks(run_of({}, layers=(range(12),)))] == [9, 11]


def test_a_run_without_a_point_has_no_landmark(run_of):
    assert landmarks(run_of({})) == share_landmarks(run_of({}), 100) == ()


def test_shares_of_a_known_length_are_those_of_its_steps(run_of):
    run = run_of({EPOCH_LOSS: every(40, 8, first=40)})
    assert share_landmarks(run, 320) == (Landmark(0.25, 80), Landmark(0.50, 160))


def test_a_run_that_continues_another_is_shared_from_its_first_step(run_of):
    assert share_landmarks(run_of({LOSS: every(10, 100, first=5000)}), 6000)[0].step == 5100


@given(
    st.lists(st.integers(0, 400), min_size=1, max_size=60, unique=True).map(sorted),
    st.lists(st.integers(0, 400), min_size=1, max_size=60, unique=True).map(sorted),
    st.sampled_from([{}, {"max_steps": 500}]),
)
def test_a_run_that_got_less_far_has_the_same_landmarks_up_to_there(run_of, loss, epochs, hparams):
    curves = {LOSS: [(s, 1.0) for s in loss], EPOCH_LOSS: [(s, 1.0) for s in epochs]}
    run = run_of(curves, hparams=hparams)
    every_step = sorted({*loss, *epochs})
    whole = {one.step for one in landmarks(run)} - {every_step[-1]}
    for step in every_step:
        found = {one.step for one in landmarks(until(run, step))}
        assert found - {step} == {one for one in whole if one < step}
