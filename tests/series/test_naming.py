"""Names by which losses are recognised, as real writers give them."""

import pytest

from insight_lib.series.names.naming import role_of_name
from insight_lib.series.role import Phase, Role


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
    about = role_of_name(stream, tag)
    assert (about.role, about.phase) == (Role.TOTAL_LOSS, Phase.TRAIN)


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
    about = role_of_name(stream, tag)
    assert about.role is Role.TOTAL_LOSS
    assert about.phase in (Phase.VALIDATION, Phase.TEST)


@pytest.mark.parametrize(
    "tag",
    [
        "dense_1_loss",
        "regularization/loss",
        "train/kl_loss",
        "rpn_box_loss",
    ],
)
def test_the_loss_of_a_part_need_not_fall(tag):
    assert role_of_name(".", tag).role is Role.PARTIAL_LOSS


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("epoch_accuracy", Role.ACCURACY),
        ("train/grad_norm", Role.GRADIENT_NORM),
        ("epoch_learning_rate", Role.LEARNING_RATE),
        ("learning_rate", Role.LEARNING_RATE),
        ("train/value_loss", Role.VALUE_LOSS),
        ("train/policy_gradient_loss", Role.POLICY_LOSS),
        ("train/entropy_loss", Role.POLICY_ENTROPY),
        ("glossary", Role.OTHER),
        ("потери", Role.OTHER),
        ("", Role.OTHER),
    ],
)
def test_other_names_are_what_they_say_or_nothing(tag, expected):
    assert role_of_name(".", tag).role is expected
