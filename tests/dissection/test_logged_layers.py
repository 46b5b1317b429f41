"""Small networks in numpy that log their layers as PyTorch programs do: real runs, diagnosed."""

import itertools

import numpy as np
import pytest

from insight_lib.dissection.diagnose import diagnose
from tests.dissection.logging_like_pytorch import Writer

NAMES = ("stem", "body", "trunk", "middle", "late", "neck", "head")
WIDTH = 24


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


FUNCTIONS = {
    "sigmoid": (_sigmoid, lambda y: y * (1 - y)),
    "relu": (lambda x: np.maximum(x, 0.0), lambda y: y > 0),
}


def _kernels(rng, activation, names):
    gain = 2.0 if activation == "relu" else 1.0
    widths = [8, *[WIDTH] * (len(names) - 1), 1]
    return [
        rng.normal(scale=np.sqrt(gain / inputs), size=(inputs, units))
        for inputs, units in itertools.pairwise(widths)
    ]


@pytest.fixture
def train(tmp_path):
    """Train a network on a regression; log each layer's weights and gradients at every step."""

    def train(activation, *, rate=0.05, steps=40, names=NAMES):
        rng = np.random.default_rng(0)
        kernels = _kernels(rng, activation, names)
        biases = [np.zeros(kernel.shape[1]) for kernel in kernels]
        function, slope = FUNCTIONS[activation]
        writer = Writer(tmp_path / "run")
        with np.errstate(all="ignore"):
            for step in range(steps):
                x = rng.normal(size=(32, 8))
                y = np.sin(x[:, :1]) + x[:, 1:2]
                outputs = [x]
                for kernel, bias in zip(kernels, biases, strict=True):
                    raw = outputs[-1] @ kernel + bias
                    outputs.append(raw if kernel is kernels[-1] else function(raw))
                error = outputs[-1] - y
                writer.add_scalar("Loss/train", (error**2).mean(), step)
                gradients, flow = [], 2 * error / len(x)
                for place in range(len(kernels) - 1, -1, -1):
                    gradients.insert(0, (outputs[place].T @ flow, flow.sum(axis=0)))
                    flow = flow @ kernels[place].T * slope(outputs[place])
                for place, (name, of_layer) in enumerate(zip(names, gradients, strict=True)):
                    writer.add_histogram(f"{name}.weight", kernels[place], step)
                    writer.add_histogram(f"{name}.weight.grad", of_layer[0], step)
                    kernels[place] -= rate * of_layer[0]
                    biases[place] -= rate * of_layer[1]
        writer.close()
        return diagnose(tmp_path / "run")

    return train


def test_the_vanishing_gradient_of_a_deep_sigmoid_network_is_found(train):
    found = {one.rule: one for one in train("sigmoid").findings}
    vanishing = found["vanishing_gradient"]
    assert vanishing.layer == "stem"
    assert vanishing.severity in ("error", "warning")
    assert vanishing.evidence["top_layer"] == "head"
    assert "No weight" not in " ".join(one.advice for one in found.values())


def test_layers_that_are_numbered_are_in_the_order_of_their_numbers(train):
    names = ("fc1", "fc2", "fc3", "fc4", "fc5", "fc6", "fc10")
    found = {one.rule: one for one in train("sigmoid", names=names).findings}
    assert found["vanishing_gradient"].evidence["top_layer"] == "fc10"


def test_of_a_healthy_network_nothing_is_warned(train):
    assert [one.title for one in train("relu").findings if one.severity != "info"] == []


def test_a_weight_with_one_nan_is_a_finding_with_layer_and_step(tmp_path):
    rng, writer = np.random.default_rng(0), Writer(tmp_path / "run")
    for step in range(6):
        for layer in ("fc1", "fc2"):
            weights = rng.normal(size=(8, 8))
            if layer == "fc2" and step >= 4:
                weights[3, 5] = np.nan
            writer.add_histogram(f"{layer}.weight", weights, step)
    writer.close()
    diagnosis = diagnose(tmp_path / "run")
    assert diagnosis.rejected == 0
    (broken,) = diagnosis.findings
    assert (broken.rule, broken.layer, broken.first_step) == ("non_finite_tensors", "fc2", 4)
    assert (broken.severity, broken.evidence["non_finite_share"]) == ("error", None)
