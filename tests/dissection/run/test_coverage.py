"""What of a run can be judged, and the words for what cannot."""

import numpy as np
import pytest

from insight_lib.dissection.run.coverage import MIN_POINTS, MIN_STEPS, Aspect, coverage

FALLING = [1.0, 0.8, 0.6, 0.5, 0.4]
NOT_TRACED = {"layers": "not traced: use TensorTracer", "inputs": "not traced: use TensorTracer"}


def judged_by(view):
    return dict(coverage(view).judged)


@pytest.mark.parametrize("points", [MIN_POINTS - 1, MIN_POINTS])
def test_a_loss_needs_five_points(make_view, points):
    found = coverage(make_view({"scalars": {"train:loss": FALLING[:points]}}))
    if points == MIN_POINTS:
        assert found.judged == {"loss": "train/loss, 5 points"}
    else:
        assert found.not_judged["loss"] == "train/loss has 4 points only: 5 are needed"
        assert found.judged == {}


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ([1.0], "loss has 1 point only: 5 are needed"),
        ([1.0, 0.9, np.nan, np.inf, 0.8], "loss has 3 finite points only: 5 are needed"),
        ([1.0, *[np.nan] * 9], "loss has 1 finite point only: 5 are needed"),
        ([np.nan] * 9, "loss has no finite value"),
    ],
)
def test_only_finite_points_count(make_view, values, why):
    assert coverage(make_view({"scalars": {".:loss": values}})).not_judged["loss"] == why


def test_each_aspect_names_the_series_with_most_points_and_a_loss_first(make_view):
    scalars = {
        "train:loss": FALLING * 4,
        "train:epoch_loss": FALLING,
        "train:epoch_accuracy": FALLING,
        "validation:epoch_accuracy": FALLING,
        "validation:epoch_loss": FALLING,
        "train:learning_rate": FALLING,
    }
    assert judged_by(make_view({"scalars": scalars})) == {
        "loss": "train/loss, 20 points",
        "validation": "validation/epoch_loss, 5 points",
        "metric": "train/epoch_accuracy, 5 points",
    }


def test_the_losses_of_parts_are_a_loss_where_there_is_no_other(make_view):
    scalars = {".:train/box_loss": FALLING, ".:val/box_loss": FALLING}
    found = judged_by(make_view({"scalars": scalars}))
    assert found == {"loss": "train/box_loss, 5 points", "validation": "val/box_loss, 5 points"}


def test_what_is_missing_comes_with_its_remedy(make_view):
    found = coverage(make_view({"scalars": {".:lr": FALLING, ".:fps": FALLING}}))
    assert found.judged == {}
    assert found.not_judged == NOT_TRACED | {
        "loss": "no loss was found among 2 scalar series: see `insight series` and name it in "
        "[series]",
        "validation": "no validation loss or metric: log one of held-out data, or name it in "
        "[series]",
        "metric": "no metric: log an accuracy or an error, or name it in [series]",
        "evaluation": "no evaluated predictions: `insight nightly` evaluates those in predictions/",
    }


def test_a_run_without_scalars_is_told_so_once(make_view):
    case = {"samples": {"validation": [{"rows": 100}, {"rows": 100}]}}
    found = coverage(make_view(case | {"steps": [0, 1]}))
    assert found.judged == {"evaluation": "validation, 2 steps"}
    nothing_logged = "no scalar was logged: log the loss of each epoch or step"
    assert found.not_judged == NOT_TRACED | {"loss": nothing_logged}


REINFORCEMENT = {
    ".:rollout/ep_len_mean": FALLING,
    ".:train/value_loss": FALLING,
    ".:train/policy_gradient_loss": FALLING,
    ".:train/loss": FALLING,
}


def test_a_policy_is_judged_by_its_return_and_by_no_loss_that_need_not_fall(make_view):
    found = coverage(make_view({"scalars": REINFORCEMENT | {".:rollout/ep_rew_mean": FALLING}}))
    assert found.judged == {"return": "rollout/ep_rew_mean, 5 points"}
    assert found.not_judged == NOT_TRACED


def test_a_policy_without_a_return_is_asked_for_it(make_view):
    found = coverage(make_view({"scalars": REINFORCEMENT}))
    assert found.judged == {}
    missing = "no return: log the reward of each episode, or name it in [series]"
    assert found.not_judged == NOT_TRACED | {"return": missing}


@pytest.mark.parametrize("adversary", ["loss_D", "critic_loss"])
@pytest.mark.parametrize("points", [3, 5])
def test_two_adversaries_are_a_loss_where_both_have_enough_points(make_view, adversary, points):
    scalars = {".:generator_loss": FALLING, f".:{adversary}": FALLING[:points]}
    found = coverage(make_view({"scalars": scalars}))
    assert "return" not in found.not_judged
    if points == 5:
        assert found.judged == {"loss": "generator_loss, 5 points"}
    else:
        assert found.not_judged["loss"] == f"{adversary} has 3 points only: 5 are needed"


@pytest.mark.parametrize("steps", [MIN_STEPS - 1, MIN_STEPS])
def test_layers_need_three_traced_steps(make_view, steps):
    layers = [
        {"layer": name, "kind": kind, "l2": [1.0] * steps}
        for name in "ab"
        for kind in ("weight", "gradient")
    ]
    found = coverage(make_view({"layers": layers}))
    if steps == MIN_STEPS:
        assert found.judged == {"layers": "gradient, weight of 2 layers, 3 steps"}
    else:
        assert found.not_judged["layers"] == "traced at 2 steps only: 3 are needed"


def test_traced_inputs_are_judged(make_view):
    scalars = {"train:input/x/features": [4.0] * 3, "train:input/y/features": [2.0]}
    assert judged_by(make_view({"scalars": scalars})) == {"inputs": "2 inputs, 3 steps"}


def test_every_aspect_of_a_run_is_judged_or_has_a_reason_but_what_it_cannot_have(make_view):
    found = coverage(make_view({"scalars": {"train:loss": FALLING}}))
    told = {*found.judged, *found.not_judged}
    assert told == {aspect.value for aspect in Aspect} - {"return"}
    assert not set(found.judged) & set(found.not_judged)
