"""Which loss is the total one: sums, names, and a loss that is alone."""

import numpy as np
import pytest

from insight_lib.series.classify import classify
from insight_lib.series.role import Role
from insight_lib.series.sums import find_sum
from tests.series.runs import falling, run_of, series


def roles_of(run):
    return {tag: about.role for (_, tag), about in classify(run).items()}


def with_sum(names, weights, total, *, points=20, dtype=np.float32):
    parts = {name: falling(seed, points).astype(dtype) for seed, name in enumerate(names)}
    summed = sum(w * part for w, part in zip(weights, parts.values(), strict=True))
    return run_of(**parts, **{total: np.asarray(summed, dtype=dtype)})


@pytest.mark.parametrize("weights", [(1, 1, 1), (0.5, 2, 10), (1, 0.01, 1)])
@pytest.mark.parametrize("total", ["mix_loss", "loss", "objective_loss"])
def test_the_loss_that_others_add_up_to_is_the_total_one(weights, total):
    names = ("box_loss", "cls_loss", "dfl_loss")
    found = classify(with_sum(names, weights, total))
    assert found[".", total].role is Role.TOTAL_LOSS
    assert found[".", total].sure > 0.95
    assert all(found[".", name].role is Role.PARTIAL_LOSS for name in names)


@pytest.mark.parametrize("seed", range(20))
def test_a_weighted_sum_is_found_with_its_weights(seed):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(2, 8))
    weights = rng.uniform(0.01, 10, count)
    parts = {(".", f"part_{place}"): series(falling(seed + place, 40)) for place in range(count)}
    whole = sum(w * one.values for w, one in zip(weights, parts.values(), strict=True))
    run = parts | {(".", "whole"): series(whole), (".", "noise"): series(rng.normal(size=40))}
    found = find_sum(run, list(run), [(".", "whole")])
    assert set(found.parts) == set(parts)
    by_part = dict(zip(found.parts, found.weights, strict=True))
    np.testing.assert_allclose([by_part[key] for key in parts], weights, rtol=1e-4)


def test_losses_that_add_up_to_nothing_are_no_sum():
    run = run_of("a_loss", "b_loss", "c_loss", "d_loss")
    assert find_sum(run, list(run), list(run)) is None


def test_a_difference_is_no_sum():
    parts = {name: falling(seed) for seed, name in enumerate(("a_loss", "b_loss"))}
    run = run_of(**parts, c_loss=parts["a_loss"] - parts["b_loss"])
    found = find_sum(run, list(run), [(".", "c_loss"), (".", "a_loss")])
    assert found.whole == (".", "a_loss")


def test_too_few_points_prove_no_sum():
    run = with_sum(("a", "b"), (1, 2), "c", points=6)
    assert find_sum(run, list(run), [(".", "c")]) is None


def test_missing_values_do_not_hide_a_sum():
    run = with_sum(("ce_loss", "dice_loss"), (1, 1), "total_loss", points=30)
    run[".", "total_loss"].values[[3, 4]] = np.nan
    assert find_sum(run, list(run), [(".", "total_loss")]) is not None


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("constant", [0.0, 0.5])
def test_constant_losses_are_no_part_of_a_sum_and_break_none(constant):
    run = with_sum(("ce_loss", "dice_loss"), (1, 1), "mix_loss")
    run |= run_of(aux_loss=np.full(20, constant))
    found = find_sum(run, list(run), [(".", "mix_loss")])
    assert found.parts == ((".", "ce_loss"), (".", "dice_loss"))


def test_a_sum_of_losses_that_diverged_is_found():
    parts = {
        name: np.geomspace(1, 1e200, 20) * (seed + falling(seed)) for seed, name in enumerate("ab")
    }
    run = run_of(**parts, c=2 * parts["a"] + parts["b"])
    assert find_sum(run, list(run), [(".", "c")]).weights == pytest.approx((2, 1), rel=1e-3)


def test_a_plain_loss_is_the_total_one_and_the_others_next_to_it_are_parts():
    found = roles_of(run_of("train/loss", "train/ce_loss", "train/l1_loss"))
    assert found == {
        "train/loss": Role.TOTAL_LOSS,
        "train/ce_loss": Role.PARTIAL_LOSS,
        "train/l1_loss": Role.PARTIAL_LOSS,
    }


def test_the_same_loss_twice_stays_the_total_one():
    values = falling()
    found = roles_of(run_of(loss=values, cross_entropy=values))
    assert found == {"loss": Role.TOTAL_LOSS, "cross_entropy": Role.TOTAL_LOSS}


def test_losses_of_two_cadences_are_both_total():
    found = roles_of(run_of("train_loss_step", "train_loss_epoch", "val_loss"))
    assert set(found.values()) == {Role.TOTAL_LOSS}


@pytest.mark.parametrize("tag", ["Meta-Loss", "yolo_loss", "my_loss"])
def test_the_only_loss_of_a_run_is_its_total_one_though_less_surely(tag):
    about = classify(run_of(tag))[".", tag]
    assert (about.role, about.moving) == (Role.TOTAL_LOSS, False)
    assert about.sure < 0.7


def test_the_only_loss_is_total_in_every_phase():
    found = roles_of(run_of("train/yolo_loss", "val/yolo_loss"))
    assert set(found.values()) == {Role.TOTAL_LOSS}


def test_a_penalty_alone_is_no_total_loss():
    assert roles_of(run_of("regularization_loss"))["regularization_loss"] is Role.PARTIAL_LOSS
