"""Where a run is cut: by its own count of points from the start."""

import pytest

from insight_lib.dissection.run.view import run_views
from insight_lib.risk.cutoff import Cutoff
from insight_lib.risk.landmarks import until

NO_LAYERS = ()


@pytest.fixture
def view_of(scalars, layer_stats):
    def build(curves, *layers):
        (view,) = run_views(scalars(curves), layer_stats(*layers), {})
        return view

    return build


def every(step, count):
    return [(step * (i + 1), 1.0) for i in range(count)]


LOSS = ("train", "loss")
VALIDATION = ("validation", "epoch_loss")


def test_a_run_is_cut_at_its_third_validation_point(view_of):
    assert Cutoff().step_of(view_of({LOSS: every(1, 500), VALIDATION: every(100, 5)})) == 300


def test_the_number_of_validation_points_can_be_chosen(view_of):
    view = view_of({LOSS: every(1, 500), VALIDATION: every(100, 5)})
    assert Cutoff(validation_points=1).step_of(view) == 100


def test_a_run_with_fewer_validation_points_is_seen_to_its_last_step(view_of):
    view = view_of({LOSS: every(1, 250), VALIDATION: every(100, 2)}, {"step": 260})
    assert Cutoff().step_of(view) == 260


def test_validation_without_a_loss_counts_any_series_of_its_stream(view_of):
    view = view_of({LOSS: every(1, 500), ("eval", "precision"): every(50, 9)})
    assert Cutoff().step_of(view) == 150


def test_of_several_validation_losses_the_earliest_cuts(view_of):
    # Keras writes epoch_loss by epoch and evaluation_loss_vs_iterations by iteration.
    iterations = ("validation", "evaluation_loss_vs_iterations")
    view = view_of({VALIDATION: every(1, 9), iterations: every(100, 9)})
    assert Cutoff().step_of(view) == 3


def test_without_validation_the_third_epoch_cuts(view_of):
    view = view_of({LOSS: every(1, 500), ("train", "epoch_loss"): every(100, 5)})
    assert Cutoff().step_of(view) == 300


def test_without_epochs_the_thirtieth_loss_cuts(view_of):
    view = view_of({LOSS: every(10, 50), ("train", "learning_rate"): every(1, 500)})
    assert Cutoff().step_of(view) == 300


def test_without_a_loss_the_first_scalar_to_reach_thirty_points_cuts(view_of):
    view = view_of({("train", "lr"): every(2, 50), ("train", "speed"): every(5, 50)})
    assert Cutoff().step_of(view) == 60


def test_without_scalars_the_traced_steps_count(view_of):
    rows = [{"step": 10 * i} for i in range(50)]
    assert Cutoff().step_of(view_of({}, *rows)) == 290
    assert Cutoff().step_of(view_of({}, *rows[:5])) == 40


def test_what_a_cut_run_shows_ends_at_the_step_and_hides_series_not_begun(view_of):
    view = view_of(
        {LOSS: every(1, 9), VALIDATION: every(8, 1)},
        {"step": 3},
        {"step": 7},
        {"step": 8, "layer": "late"},
    )
    seen = until(view, 5)
    assert list(seen.scalars) == [LOSS]
    assert seen.scalars[LOSS].steps.tolist() == [1, 2, 3, 4, 5]
    assert [(one.layer, one.steps.tolist()) for one in seen.layers.values()] == [("dense", [3])]
    assert all(len(one["l2"]) == 1 for one in seen.layers.values())
