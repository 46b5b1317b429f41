"""Names by which losses are recognised, as real writers give them."""

import pytest

from insight_lib.dissection.run.scalar_roles import Role, has_moving_target, role


@pytest.mark.parametrize(
    ("stream", "tag"),
    [
        ("train", "epoch_loss"),
        (".", "loss"),
        (".", "loss_1"),
        (".", "Loss/train"),
        (".", "train/loss"),
        (".", "train_loss_step"),
        (".", "total_loss"),
        (".", "cross_entropy_1"),
        ("train", "batch_loss"),
        ("Loss_Train", "Loss"),
        (".", "trainLoss"),
    ],
)
def test_training_losses_of_many_writers_are_recognised(stream, tag):
    assert role(stream, tag) is Role.TRAINING_LOSS


@pytest.mark.parametrize(
    ("stream", "tag"),
    [
        ("validation", "epoch_loss"),
        (".", "val_loss"),
        (".", "eval/loss"),
        (".", "Loss/valid"),
        ("eval", "loss"),
        ("Loss_Test", "Loss"),
        ("train", "val_loss"),
        ("validation", "evaluation_loss_vs_iterations"),
    ],
)
def test_validation_losses_of_many_writers_are_recognised(stream, tag):
    assert role(stream, tag) is Role.VALIDATION_LOSS


@pytest.mark.parametrize(
    "tag",
    [
        "dense_1_loss",
        "train/value_loss",
        "train/policy_gradient_loss",
        "train/entropy_loss",
        "regularization/loss",
        "ray/tune/info/learner/default_policy/learner_stats/total_loss",
    ],
)
def test_the_loss_of_a_part_need_not_fall(tag):
    assert role(".", tag) is Role.PARTIAL_LOSS


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("epoch_accuracy", Role.TRAINING_ACCURACY),
        ("eval/accuracy", Role.VALIDATION_ACCURACY),
        ("train/grad_norm", Role.GRADIENT_NORM),
        ("epoch_learning_rate", None),
        ("learning_rate", None),
        ("glossary", None),
        ("потери", None),
        ("", None),
    ],
)
def test_other_names_are_what_they_say_or_nothing(tag, expected):
    assert role(".", tag) is expected


@pytest.mark.parametrize(
    "tag", ["rollout/ep_rew_mean", "ray/tune/episode_reward_mean", "train/policy_loss", "D_loss"]
)
def test_reinforcement_and_adversarial_training_are_recognised_by_any_tag(tag):
    assert has_moving_target(["train/loss", tag])


def test_an_ordinary_training_has_no_moving_target():
    assert not has_moving_target(["epoch_loss", "epoch_accuracy", "dense/kernel_0", "step_time_s"])
