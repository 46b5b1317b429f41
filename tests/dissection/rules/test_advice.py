"""What a rule says and advises where the nearest words or remedy would be the wrong ones."""

import numpy as np
import pytest
from scipy.stats import binomtest

from insight_lib.dissection.dissect import dissect
from insight_lib.dissection.rules import RULES

NAN_AT_END = {"layer": "a", "kind": "weight", "nan_fraction": [0.0, 0.0, 1.0]}
FLAT = {"train:epoch_loss": [2.30] * 6}


@pytest.fixture
def found(make_view):
    """The one finding of a rule on a run."""

    def of(name, case):
        (rule,) = [rule for rule in RULES if rule.name == name]
        (finding,) = rule.findings(make_view(case))
        return finding

    return of


@pytest.fixture
def advice(found):
    """Of a rule on a run, in lower case."""
    return lambda name, case: found(name, case).advice.lower()


def moves(layer, ratios):
    return {"layer": layer, "kind": "update", "update_ratio": ratios}


def test_weights_that_broke_at_a_traced_step_call_for_a_lower_learning_rate(advice):
    said = advice("non_finite_tensors", {"layers": [NAN_AT_END]})
    assert "lower the learning rate" in said


@pytest.mark.parametrize("steps", [[0, 50, 100], [0, 1, 3]])
def test_weights_that_broke_between_traced_steps_call_for_a_look_at_the_data_first(advice, steps):
    said = advice("non_finite_tensors", {"steps": steps, "layers": [NAN_AT_END]})
    assert "was not traced" in said
    assert 0 < said.index("inputs and labels") < said.index("learning rate")


def test_weights_that_inputs_broke_call_for_no_other_learning_rate(make_view, advice):
    for steps in ([0, 1, 2], [0, 50, 100]):
        inputs = {"train:input/x/nonfinite": [0.0, 0.0, 3.0], "train:loss": [1.0, 0.9, np.nan]}
        case = {"steps": steps, "layers": [NAN_AT_END], "scalars": inputs}
        said = advice("non_finite_tensors", case)
        assert "fix input x" in said
        assert "lower" not in said
        linked = {one.rule: one.caused_by for one in dissect([make_view(case)])}
        assert linked["non_finite_tensors"] == "non_finite_inputs"


def test_tiny_updates_call_for_a_larger_learning_rate(advice):
    layers = [moves("a", [1e-7] * 6)]
    assert "raise the learning rate" in advice(
        "loss_not_decreasing", {"scalars": FLAT, "layers": layers}
    )


def test_weights_that_do_not_move_at_all_call_for_no_larger_learning_rate(advice):
    layers = [moves("a", [0.0] * 6) | {"l2": [0.0] * 6}]
    said = advice("loss_not_decreasing", {"scalars": FLAT, "layers": layers})
    assert "no weight changes" in said
    assert "raise" not in said


@pytest.mark.parametrize("changes", [[0.0, 0.0, 0.1, 0.0, 0.1, 0.0], [0.1] * 6])
def test_of_weights_that_moved_by_an_unknown_amount_nobody_says_that_they_do_not_move(
    advice, changes
):
    layers = [
        {"layer": "a", "kind": "weight", "source": "histogram", "l2": list(np.cumsum(changes) + 1)}
        | {name: [0.5] * 6 for name in ("mean", "std", "min", "max")}
    ]
    said = advice("loss_not_decreasing", {"scalars": FLAT, "layers": layers})
    assert "no weight changes" not in said
    assert "raise" not in said


def test_a_bias_that_stays_zero_says_nothing_of_weights_that_were_not_logged(advice):
    layers = [
        {"layer": "a", "tensor": "bias", "kind": "weight", "source": "histogram"}
        | {name: [0.0] * 6 for name in ("mean", "std", "min", "max", "l1", "l2")}
    ]
    assert "no weight changes" not in advice(
        "loss_not_decreasing", {"scalars": FLAT, "layers": layers}
    )


def test_frozen_layers_do_not_make_the_updates_of_the_others_small(advice):
    frozen = [
        {"layer": f"f{place}", "kind": "weight", "trainable": False, "l2": [1.0] * 6}
        | {name: [0.5] * 6 for name in ("mean", "std", "min", "max")}
        for place in range(5)
    ]
    layers = [*frozen, moves("head", [1e-3] * 6)]
    assert "raise" not in advice("loss_not_decreasing", {"scalars": FLAT, "layers": layers})


def test_one_update_that_threw_the_weights_calls_for_a_lower_learning_rate(advice):
    layers = [moves("a", [5.0, 1e-7, 1e-7, 1e-7, 1e-7, 1e-7])]
    said = advice("loss_not_decreasing", {"scalars": FLAT, "layers": layers})
    assert "lower the learning rate" in said
    assert "raise" not in said


def test_of_a_loss_that_recovers_and_one_that_does_not_the_latter_is_said_not_to(found):
    training, validation = [1.0, np.nan, 0.7, 0.6], [1.0, 0.8, np.nan, np.nan]
    scalars = {"train:epoch_loss": training, "validation:epoch_loss": validation}
    said = found("non_finite_loss", {"scalars": scalars}).title
    assert said == "The loss validation/epoch_loss became NaN at step 2 and did not recover"


@pytest.mark.parametrize(
    ("rule", "spreads"),
    [("large_initialisation", [1.0, 2.0, 1.5]), ("small_initialisation", [1e-3, 1e-4, 1e-3])],
)
def test_the_worst_of_several_kernels_is_named_with_the_lowest_layer(found, rule, spreads):
    layers = [
        {"layer": f"l{depth}", "depth": depth, "kind": "weight", "shape": [50, 50], "std": [std]}
        for depth, std in enumerate(spreads)
    ]
    # Of the model's output the width is no matter.
    output = {"layer": "out", "depth": 3, "kind": "activation", "std": [1.0]}
    said = found(rule, {"layers": [*layers, output]})
    assert said.layer == "l1"
    assert said.title.endswith("; 2 more kernels do so too")
    assert said.evidence["layers"] == ["l0", "l1", "l2"]
    assert said.evidence["depth"] == 0


def test_of_steps_that_got_slower_the_last_fifth_is_what_was_judged(found):
    times = [0.01] * 13 + [0.02] * 7 + [0.05] * 5
    said = found("step_time", {"scalars": {"train:step_time_s": times}})
    # The first three are compilation; of 22 points the last fifth is four.
    bounds = binomtest(4, 4).proportion_ci(0.95, "wilson")
    assert said.confidence == pytest.approx(bounds.low)


@pytest.mark.parametrize(("lowest", "highest"), [(1.0, 10.0), (-1.0, 9.0)])
def test_class_numbers_that_begin_elsewhere_are_to_begin_at_zero_before_units_are_added(
    found, lowest, highest
):
    bounds = {"min": lowest, "max": highest, "mean": 5.0, "classes": 10.0}
    output = {"name": "out", "type": "Dense", "activation": "softmax", "output_shape": [0, 10]}
    loss = {"name": "sparse_categorical_crossentropy"}
    case = {
        "scalars": {f"train:label/{name}": [value] * 2 for name, value in bounds.items()},
        "config": {"outputs": ["out"], "loss": loss, "topology": [output]},
    }
    said = found("output_width", case)
    assert said.title.startswith("Layer out has units for class numbers below 10, but class")
    assert said.advice.startswith("Number the classes from 0 to 9;")
    assert "up to 11 units" in said.advice


def test_units_that_woke_in_between_are_not_called_dead_ever_since(found):
    dead = [0.8, 0.0, 0.0, 0.0, 0.8, 0.8, 0.8, 0.8]
    layer = {"layer": "a", "kind": "activation", "activation": "relu", "dead_fraction": dead}
    said = found("dead_units", {"layers": [layer]}).title
    assert said.endswith("0 for every example, at 5 of 8 traced steps, the first at step 0")
