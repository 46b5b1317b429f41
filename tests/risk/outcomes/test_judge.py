"""What becomes of runs, by their curves."""

import numpy as np
import pytest

from insight_lib.dissection.run.view import RunView
from insight_lib.risk.outcomes.judge import has_failed_by, outcome_of
from insight_lib.risk.outcomes.outcome import Outcome

LN10 = np.log(10)


@pytest.fixture(scope="module")
def failing(curve):
    """Kind to curves of a run that fails so."""
    learnt = curve(2.3, 0.6, 0.4, 0.3)
    return {
        "non_finite": {"train:epoch_loss": [*learnt[:30], *[np.nan] * 10]},
        "diverged": {"train:epoch_loss": curve(2.0, 3.0, 20.0, 40.0, 40.0)},
        "critic_diverged": {
            ".:train/value_loss": np.geomspace(10, 1e7, 40),
            ".:rollout/ep_rew_mean": curve(10, 10, noise=0.5),
        },
        "collapsed": {"train:epoch_loss": curve(2.3, 0.4, 0.4, 2.2, 2.2)},
        "entropy_collapse": {
            ".:train/entropy": [1.1] * 10 + [0.001] * 30,
            ".:rollout/ep_rew_mean": curve(10, 10, noise=0.5),
        },
        "mode_collapse": {
            ".:generator_loss": curve(0.7, 0.8),
            ".:discriminator_loss": curve(1.3, 1.2),
            ".:diversity": curve(0.5, 0.5, 0.02, 0.02),
        },
        "one_sided": {
            ".:generator_loss": curve(0.7, 5.0, 9.0),
            ".:discriminator_loss": curve(1.3, 0.01, 0.01, 0.01, 0.01, noise=0.0),
        },
        "at_chance": {
            "train:epoch_loss": curve(LN10, LN10),
            "train:epoch_accuracy": curve(0.1, 0.1),
        },
        "never_learned": {".:rollout/ep_rew_mean": curve(-10, -10, noise=0.5)},
        "overfit": {
            "train:epoch_loss": curve(2.3, 0.8, 0.3, 0.1),
            "validation:epoch_loss": curve(2.3, 1.5, 2.0, 2.8),
        },
    }


KINDS = [
    *("non_finite", "diverged", "critic_diverged", "collapsed", "entropy_collapse"),
    *("mode_collapse", "one_sided", "at_chance", "never_learned", "overfit"),
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_that_fails_is_failed_and_its_kind_is_named(run_of, failing, kind):
    found = outcome_of(run_of(failing[kind]))
    assert (found.label, found.kind) == ("failed", kind), found


@pytest.mark.parametrize(
    ("kind", "earliest", "latest"),
    [
        ("non_finite", 775, 775),
        ("collapsed", 550, 750),
        ("entropy_collapse", 275, 275),
        ("at_chance", 250, 250),
        ("never_learned", 250, 250),
        ("overfit", 500, 900),
    ],
)
def test_it_has_failed_since_the_step_from_which_the_failure_holds(
    run_of, failing, kind, earliest, latest
):
    found = outcome_of(run_of(failing[kind]))
    assert found.failed_at is not None
    assert earliest <= found.failed_at <= latest


@pytest.fixture(scope="module")
def learning(curve):
    """Framework or task to curves of a run that learns."""
    return {
        "keras": {
            "train:epoch_loss": curve(2.3, 0.6, 0.4, 0.3),
            "train:epoch_accuracy": curve(0.1, 0.7, 0.8, 0.9),
            "validation:epoch_loss": curve(2.2, 0.8, 0.6, 0.5),
            "validation:epoch_accuracy": curve(0.1, 0.6, 0.75, 0.8),
        },
        "lightning": {
            ".:train_loss": curve(2.3, 0.6, 0.4, 0.3, points=200),
            ".:val_loss": curve(2.2, 0.8, 0.6, 0.5, points=20),
        },
        "yolo": {
            ".:train/box_loss": curve(3, 1.2, 1.0),
            ".:train/cls_loss": curve(5, 1.2, 0.8),
            ".:metrics/mAP_0.5": curve(0.0, 0.5, 0.6),
        },
        "reinforcement": {
            ".:rollout/ep_rew_mean": curve(20, 120, 190, 195),
            ".:train/value_loss": curve(10, 100, 60),
        },
        "language": {".:train/loss": curve(10.8, 5.0, 4.0, 3.5, points=200)},
        "gan": {
            ".:generator_loss": curve(0.7, 0.8),
            ".:discriminator_loss": curve(1.3, 1.2),
            ".:diversity": curve(0.4, 0.5),
        },
    }


@pytest.mark.parametrize("task", ["keras", "lightning", "yolo", "reinforcement", "language", "gan"])
def test_a_run_that_learns_is_healthy(run_of, learning, task):
    found = outcome_of(run_of(learning[task]))
    assert found.label == "healthy", found
    assert found.failed_at is None
    assert found.sure > 0.4


def test_late_overtraining_is_no_failure(run_of, curve):
    found = outcome_of(
        run_of(
            {
                "train:epoch_loss": curve(2.3, 0.8, 0.3, 0.2),
                "validation:epoch_loss": curve(2.3, 0.8, 0.7, 0.85),
            }
        )
    )
    assert found.label == "healthy", found


def test_a_loss_that_rises_on_validation_whose_accuracy_is_kept_is_no_failure(run_of, curve):
    found = outcome_of(
        run_of(
            {
                "train:epoch_loss": curve(2.3, 0.8, 0.3, 0.1),
                "validation:epoch_loss": curve(2.3, 1.0, 1.6, 2.4),
                "validation:epoch_accuracy": curve(0.1, 0.7, 0.74, 0.75),
            }
        )
    )
    assert found.label == "healthy", found


def test_a_spike_that_a_run_recovers_from_is_no_failure(run_of, curve):
    loss = curve(2.3, 0.6, 0.4, 0.3)
    loss[20] = 50.0
    assert outcome_of(run_of({"train:epoch_loss": loss})).label == "healthy"


def test_a_nan_that_a_run_recovers_from_is_no_failure(run_of, curve):
    loss = curve(2.3, 0.6, 0.4, 0.3)
    loss[20] = np.nan
    assert outcome_of(run_of({"train:epoch_loss": loss})).label == "healthy"


def test_an_answer_that_never_changes_is_at_chance_though_its_loss_falls_without_end(run_of):
    found = outcome_of(
        run_of(
            {
                "train:epoch_loss": -np.linspace(0.1, 200, 25),
                "train:epoch_accuracy": [0.629] * 25,
            }
        )
    )
    assert (found.label, found.kind) == ("failed", "at_chance")


def test_to_fall_from_a_wild_start_to_near_guessing_is_no_sign_of_learning(run_of, curve):
    found = outcome_of(
        run_of(
            {
                "train:epoch_loss": [8.0, 3.0, *curve(2.22, 2.15, points=20)],
                "train:epoch_accuracy": [0.1, 0.1, *curve(0.1, 0.16, points=20)],
                "validation:epoch_loss": [2.3, 2.3, *curve(2.3, 2.15, points=20)],
                "validation:epoch_accuracy": [0.1, 0.1, *curve(0.1, 0.16, points=20)],
            }
        )
    )
    assert found.label != "healthy", found


@pytest.mark.parametrize("points", [1, 2])
def test_of_a_point_or_two_nothing_is_known(run_of, points):
    found = outcome_of(run_of({"train:epoch_loss": [2.3, 1.0][:points]}))
    assert (found.label, found.kind, found.sure) == ("unknown", None, 0.0)


def test_a_run_that_wrote_nothing_is_unknown():
    assert outcome_of(RunView.of_nothing("logs/run")).label == "unknown"


def test_a_loss_in_another_unit_does_not_change_the_outcome(run_of, curve):
    loss = curve(2.3, 0.4, 0.4, 2.2, 2.2)
    plain, large = (outcome_of(run_of({".:train_loss": k * loss})) for k in (1.0, 10.0))
    assert (plain.kind, plain.failed_at) == (large.kind, large.failed_at) == ("collapsed", 650)


def test_a_healthy_run_has_not_failed_at_any_step(run_of, learning):
    run = run_of(learning["keras"])
    assert not has_failed_by(run, outcome_of(run), 10**9)


def test_a_run_has_failed_from_its_step_on(run_of, failing):
    run = run_of(failing["non_finite"])
    found = outcome_of(run)
    assert [has_failed_by(run, found, step) for step in (774, 775, 1000)] == [False, True, True]


def test_a_failure_without_a_step_is_there_when_the_run_ends(run_of, learning):
    run = run_of(learning["keras"])
    found = Outcome("failed", None, None, 1.0, "below its peers")
    assert [has_failed_by(run, found, step) for step in (999, 1000)] == [False, True]
