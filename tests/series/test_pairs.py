"""Pairs of training and held-out series, and the cadence that they show."""

from insight_lib.series.classify import classify
from insight_lib.series.pairs import Pair, pairs
from insight_lib.series.role import Cadence
from insight_lib.series.series import Series
from tests.series.runs import run_of


def found(run):
    return {(pair.training[1], pair.held_out[1]) for pair in pairs(classify(run))}


def test_parts_of_losses_and_metrics_are_paired_by_name():
    tags = ("box_loss", "cls_loss", "mAP", "accuracy")
    run = run_of(*(f"{phase}/{tag}" for phase in ("train", "val") for tag in tags))
    assert found(run) == {(f"train/{tag}", f"val/{tag}") for tag in tags}


def test_streams_are_paired():
    run = run_of("epoch_loss", stream="train") | run_of("epoch_loss", stream="validation")
    assert pairs(classify(run)) == (Pair(("train", "epoch_loss"), ("validation", "epoch_loss")),)


def test_the_loss_of_an_epoch_is_paired_rather_than_that_of_a_step():
    run = run_of("train_loss_step", "train_loss_epoch", "val_loss")
    assert found(run) == {("train_loss_epoch", "val_loss")}


def test_the_only_total_losses_are_a_pair_whatever_they_are_called():
    assert found(run_of("cross_entropy", "val_loss")) == {("cross_entropy", "val_loss")}


def test_what_was_not_trained_on_has_no_pair():
    assert found(run_of("val/box_loss", "train/cls_loss", "rollout/ep_rew_mean")) == set()


def test_validation_and_test_are_both_paired():
    tags = ("train_acc", "val_acc", "test_acc")
    assert found(run_of(*tags)) == {("train_acc", "val_acc"), ("train_acc", "test_acc")}


def test_pairs_at_every_step_are_of_epochs():
    roles = classify(run_of("Train loss", "Test loss"))
    assert {about.cadence for about in roles.values()} == {Cadence.EPOCH}


def test_pairs_at_every_hundredth_step_may_be_of_steps():
    run = {
        key: Series(100 * one.steps, one.values)
        for key, one in run_of("train/loss", "eval/loss").items()
    }
    assert {about.cadence for about in classify(run).values()} == {None}
