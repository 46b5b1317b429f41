"""The measure by which runs of one program are compared."""

import numpy as np
import pytest

from insight_lib.risk.outcomes.final_score import final_score
from insight_lib.series.role import Direction, Role


def test_an_accuracy_of_validation_comes_before_everything(run_of, curve):
    found = final_score(
        run_of(
            {
                "train:epoch_loss": curve(2.3, 0.3),
                "train:epoch_accuracy": curve(0.1, 0.9),
                "validation:epoch_loss": curve(2.3, 0.5),
                "validation:epoch_accuracy": np.linspace(0.1, 0.8, 41),
            }
        )
    )
    assert (found.metric, found.direction) == (Role.ACCURACY, Direction.HIGHER)
    assert found.series == "validation/epoch_accuracy"
    assert found.value == pytest.approx(0.7738, abs=1e-3)


def test_without_validation_training_is_taken(run_of, curve):
    found = final_score(run_of({"train:epoch_loss": curve(1.0, 0.3)}))
    assert (found.metric, found.series) == (Role.TOTAL_LOSS, "train/epoch_loss")
    assert found.value == pytest.approx(0.31, abs=0.03)
    assert found.start == pytest.approx(1.0, abs=0.05)


def test_the_error_of_quantities_comes_before_the_loss(run_of, curve):
    found = final_score(
        run_of(
            {
                "validation:epoch_loss": curve(1.0, 0.3),
                "validation:epoch_mean_absolute_error": curve(0.8, 0.4),
            }
        )
    )
    assert (found.metric, found.direction) == (Role.REGRESSION_ERROR, Direction.LOWER)


def test_of_a_return_the_best_sustained_level_counts(run_of, curve):
    found = final_score(run_of({".:rollout/ep_rew_mean": curve(0, 200, 200, 100, noise=0.0)}))
    assert found.metric is Role.RETURN
    assert found.value == pytest.approx(200, rel=0.02)
    assert found.start == pytest.approx(0, abs=1e-9)


def test_the_classes_that_loss_and_accuracy_tell_of_give_chance(run_of, curve):
    found = final_score(
        run_of(
            {
                "train:epoch_loss": curve(np.log(10), 0.3),
                "train:epoch_accuracy": curve(0.1, 0.9),
                "validation:epoch_accuracy": curve(0.1, 0.8),
            }
        )
    )
    assert found.chance == pytest.approx(0.1)


@pytest.mark.parametrize(("tag", "worst"), [("epoch_loss", np.inf), ("epoch_accuracy", -np.inf)])
def test_a_run_that_ends_not_finite_is_the_worst(run_of, tag, worst):
    found = final_score(run_of({f"validation:{tag}": [0.5] * 10 + [np.nan] * 3}))
    assert found.value == worst


def test_a_run_without_a_measure_has_none(run_of):
    assert final_score(run_of({".:lr": [0.1, 0.01]})) is None


def test_a_measure_can_be_asked_for(run_of, curve):
    run = run_of(
        {"validation:epoch_accuracy": curve(0.1, 0.8), "validation:epoch_loss": curve(2.3, 0.5)}
    )
    assert final_score(run, Role.TOTAL_LOSS).series == "validation/epoch_loss"
    assert final_score(run, Role.RETURN) is None
