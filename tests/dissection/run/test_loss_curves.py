"""Training and validation losses side by side, of the whole and of its parts."""

import pytest

from insight_lib.dissection.run.curves.loss_curves import curves_of_parts, gave_back, loss_curves

FALLING = [1.0, 0.8, 0.6, 0.4, 0.3, 0.2]


def test_parts_are_paired_by_their_names_without_the_words_for_the_data(make_view):
    tags = ("train/box_loss", "val/box_loss", "train/cls_loss", "val/dfl_loss")
    view = make_view({"scalars": {f".:{tag}": FALLING for tag in tags}})
    assert [curves.names for curves in curves_of_parts(view, 5)] == [
        ("train/box_loss", "val/box_loss")
    ]


def test_a_part_of_zeros_was_not_measured(make_view):
    scalars = {".:train/box_loss": FALLING, ".:val/box_loss": [0.0] * 6}
    assert curves_of_parts(make_view({"scalars": scalars}), 5) == []


def test_parts_in_two_streams_are_paired_too(make_view):
    parts = ("train:mask_loss", "validation:mask_loss", "train:box_loss")
    found = curves_of_parts(make_view({"scalars": dict.fromkeys(parts, FALLING)}), 5)
    assert [curves.names for curves in found] == [("train/mask_loss", "validation/mask_loss")]


@pytest.mark.parametrize(
    ("training", "points"), [(FALLING[::-1], 6), (FALLING[:4], 4)], ids=["rising", "too short"]
)
def test_a_part_that_training_did_not_lower_long_enough_has_no_curves(make_view, training, points):
    scalars = {".:train/box_loss": training, ".:val/box_loss": FALLING[:points]}
    assert curves_of_parts(make_view({"scalars": scalars}), 5) == []


@pytest.mark.parametrize(
    ("end", "share"),
    [(1.0, 0.5), (1.5, 1.0), (2.0, 1.5), (0.52, 0.0)],
    ids=["half", "all", "more", "too little"],
)
def test_what_was_gained_is_given_back_in_shares(make_view, end, share):
    validation = [1.5, 0.52, 0.5, 0.5, 0.49, *[end, end + 0.01, end] * 3]
    scalars = {"train:loss": [1 / n for n in range(1, 15)], "validation:loss": validation}
    curves = loss_curves(make_view({"scalars": scalars}), 5)
    assert gave_back(curves, 0.1) == pytest.approx(share, abs=0.02)
