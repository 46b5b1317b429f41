"""How sure a rule is where few points show what cannot be otherwise."""

import pytest
from scipy.stats import binomtest

from insight_lib.dissection.rules import RULES

NAMED = {rule.name: rule for rule in RULES}


def wilson(times, judged):
    return binomtest(times, judged).proportion_ci(0.95, "wilson").low


def sure_of(rule, view):
    (found,) = NAMED[rule].findings(view)
    return found.confidence


def test_a_loss_that_rose_is_as_sure_as_its_points_since(make_view):
    losses = {"train:epoch_loss": [1.0] * 20 + [50.0] * 5}
    view = make_view({"scalars": losses})
    assert sure_of("loss_not_decreasing", view) == pytest.approx(wilson(5, 5))


def test_a_loss_that_diverged_is_as_sure_as_its_points_since(make_view):
    losses = {".:box_loss": [1.0] * 20 + [50.0] * 5, ".:class_loss": [1.0] * 25}
    view = make_view({"scalars": losses})
    assert sure_of("loss_diverged", view) == pytest.approx(wilson(5, 5))


def test_an_accuracy_that_came_to_chance_is_as_sure_as_its_second_half(make_view):
    config = {"data": {"class_balance": {"0": 0.5, "1": 0.5}}}
    scalars = {"train:epoch_accuracy": [0.7] * 10 + [0.5, 0.49] * 5}
    view = make_view({"scalars": scalars, "config": config})
    assert sure_of("stuck_at_chance", view) == pytest.approx(wilson(10, 10))


def test_outputs_that_grow_before_the_first_update_are_a_fact(make_view):
    layers = [
        {"layer": name, "depth": depth, "kind": "activation", "tensor": "output"}
        | {"l2": [10.0 ** (2 * depth), 1.0, 1.0, 1.0]}
        for depth, name in enumerate("abcde")
    ]
    view = make_view({"layers": layers, "scalars": {"train:loss": [1.0, 1.0, 1.0, 1.0]}})
    assert sure_of("activation_scale", view) == 1.0


def exploded(after):
    norms = {"layer": "a", "depth": 0, "kind": "gradient", "l2": [1.0, 1.0, 1e3, 1.0, 1.0, 1.0]}
    return {"layers": [norms], "scalars": {"train:loss": [1.0, 1.0, *after]}}


@pytest.mark.parametrize(
    ("after", "sure"),
    [
        ([9.0, 9.0, 9.0, float("nan")], 1.0),
        ([9.0, 9.0, 9.0, 9.0], wilson(4, 4)),
        ([9.0, 1.0, 1.0, 1.0], wilson(1, 4)),
    ],
)
def test_an_explosion_is_as_sure_as_what_the_loss_did_after_it(after, sure, make_view):
    assert sure_of("exploding_gradient", make_view(exploded(after))) == pytest.approx(sure)
