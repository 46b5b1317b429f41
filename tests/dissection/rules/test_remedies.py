"""The first change that a rule names, where the configuration tells from what."""

import pytest

from insight_lib.dissection.rules import RULES

NAMED = {rule.name: rule for rule in RULES}


def remedies(rule, view):
    return [(one.layer, one.remedy) for one in NAMED[rule].findings(view)]


def dense(name, activation, kernel):
    return {
        "name": name,
        "type": "Dense",
        "activation": activation,
        "initializers": {"kernel": {"name": kernel}, "bias": {"name": "Zeros"}},
    }


def drawn(std, activation, make_view):
    """A view of two layers of which the lower one was drawn with a deviation; nothing is learnt."""
    weight = {"kind": "weight", "shape": [50, 20], "mean": [0.0] * 3, "activation": activation}
    return make_view(
        {
            "scalars": {"train:loss": [1.0, 1.0, 1.0]},
            "layers": [
                {"layer": "hidden", "depth": 0, "std": [std] * 3, **weight},
                {"layer": "out", "depth": 1, "kind": "activation", "std": [1.0] * 3},
            ],
            "config": {
                "outputs": ["out"],
                "topology": [dense("hidden", activation, "RandomNormal")],
            },
        }
    )


@pytest.mark.parametrize(
    ("activation", "scheme"), [("relu", "he_normal"), ("tanh", "glorot_uniform")]
)
@pytest.mark.parametrize(
    ("rule", "std"),
    [
        ("constant_initialisation", 0.0),
        ("small_initialisation", 1e-6),
        ("large_initialisation", 9.0),
    ],
)
def test_a_kernel_that_was_drawn_badly_is_to_be_drawn_by_its_shape(
    rule, std, activation, scheme, make_view
):
    (found,) = remedies(rule, drawn(std, activation, make_view))
    assert found == (
        "hidden",
        {
            "layer": "hidden",
            "parameter": "kernel_initializer",
            "from": "RandomNormal",
            "to": scheme,
        },
    )


def test_a_softmax_of_one_unit_becomes_a_sigmoid(make_view):
    one = {"layer": "out", "activation": "softmax", "kind": "activation", "shape": [16, 1]}
    view = make_view({"layers": [one | {"tensor": "output", "constant_fraction": [1.0] * 6}]})
    assert remedies("constant_output", view) == [
        ("out", {"layer": "out", "parameter": "activation", "from": "softmax", "to": "sigmoid"})
    ]


@pytest.mark.parametrize(("optimizer", "lower"), [("SGD", 0.05), ("RMSprop", 0.001)])
def test_steps_that_are_too_large_ask_for_a_tenth_of_the_rate_or_the_default(
    optimizer, lower, make_view
):
    view = make_view(
        {
            "scalars": {"train:epoch_loss": [1.0, 5.0, 1.1, 5.2, 1.2, 5.1, 1.1, 5.0, 1.0, 5.3]},
            "config": {"optimizer": {"name": optimizer, "learning_rate": 0.5}},
        }
    )
    assert remedies("oscillating_loss", view) == [
        ("", {"layer": "", "parameter": "learning_rate", "from": 0.5, "to": lower})
    ]


@pytest.mark.parametrize(
    ("rule", "activation", "share"),
    [("dead_units", "relu", "dead_fraction"), ("saturated_units", "tanh", "saturated_fraction")],
)
def test_each_of_many_layers_is_named_in_what_to_do_about_it(rule, activation, share, make_view):
    names = [f"hidden_{place}" for place in range(7)]
    layers = [
        {"layer": name, "depth": depth, "kind": "activation", "activation": activation}
        | {"tensor": "output", share: [1.0] * 6}
        for depth, name in enumerate(names)
    ]
    layers.append({"layer": "out", "depth": 7, "kind": "activation", "l2": [1.0] * 6})
    found = list(NAMED[rule].findings(make_view({"layers": layers})))
    assert [one.layer for one in found] == names
    for one in found:
        assert f"{one.layer}" in one.advice
        assert "and 3 more" in one.advice
