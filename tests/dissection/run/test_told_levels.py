"""How findings state the start and the end of a loss."""

import statistics

import numpy as np
import pytest
from scipy.stats import binomtest

from insight_lib.dissection.rules import RULES
from insight_lib.dissection.run.curves.losses import training_loss
from insight_lib.dissection.run.curves.told_levels import (
    end_said,
    points_confidence,
    start_said,
    told_start,
)

NAMED = {rule.name: rule for rule in RULES}
EPOCHS = [1.0, 0.8, 0.7, *[0.6 + 0.01 * (place % 2) for place in range(27)]]


def loss_of(make_view, tag, values):
    return training_loss(make_view({"scalars": {f"train:{tag}": values}}))


def test_the_start_of_epochs_is_the_first_mean_as_a_progress_bar_shows_it(make_view):
    loss = loss_of(make_view, "epoch_loss", EPOCHS)
    assert (told_start(loss), start_said(loss)) == (1.0, "1")


def test_the_start_of_single_steps_is_a_median_and_called_one(make_view):
    loss = loss_of(make_view, "loss", EPOCHS)
    assert told_start(loss) == statistics.median(EPOCHS[:3])
    assert start_said(loss) == "0.8 (median of the first points)"


def test_the_end_is_a_median_of_the_last_fifth_and_called_one(make_view):
    values = [1.0, *[0.5] * 18, 0.7]
    loss = loss_of(make_view, "epoch_loss", values)
    assert end_said(loss) == f"{statistics.median(values[-4:])} (median of the last 4 points)"


def test_an_end_that_is_the_last_value_is_called_nothing_else(make_view):
    assert end_said(loss_of(make_view, "epoch_loss", [1.0, 0.9, 0.8])) == "0.8"


def test_of_a_loss_that_is_nowhere_finite_both_ends_are_undefined(make_view):
    loss = loss_of(make_view, "epoch_loss", [np.nan] * 6)
    assert (start_said(loss), end_said(loss)) == ("NaN", "NaN")


def test_few_epochs_of_many_traced_steps_are_as_sure_as_the_steps(make_view):
    few = {"train:epoch_loss": [0.7, 0.7, 0.7]}
    many = few | {"train:loss": [0.7] * 40}
    bounds = [scipy_bound(points) for points in (3, 40)]
    views = [make_view({"scalars": scalars}) for scalars in (few, many)]
    sure = [points_confidence(view, training_loss(view)) for view in views]
    assert sure == pytest.approx(bounds)


def scipy_bound(points):
    return binomtest(points, points).proportion_ci(0.95, "wilson").low


def test_all_findings_of_a_run_state_one_start(make_view):
    falls = [1.0, 0.75, 0.7, 0.69, *[0.68] * 26]
    balance = {"train:label/min": [0.0] * 30, "train:label/max": [1.0] * 30}
    shares = {"train:label/mean": [0.5] * 30, "train:label/classes": [2.0] * 30}
    config = {
        "outputs": ["out"],
        "loss": {"name": "binary_crossentropy"},
        "topology": [{"name": "out", "type": "Dense", "activation": "sigmoid", "units": 1}],
    }
    scalars = {"train:epoch_loss": falls, "train:loss": [1.4, *falls[1:]], **balance, **shares}
    view = make_view({"scalars": scalars, "config": config})
    (stuck,) = NAMED["loss_not_decreasing"].findings(view)
    (flat,) = NAMED["plateau"].findings(view)
    assert stuck.evidence["loss_at_start"] == 1.0
    assert "it is 1 at the start" in stuck.title
    assert "fell from 1 and" in flat.title
