"""What a training program is."""

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np

from insight_lib.zoo.building import hidden_layers, output_layer
from insight_lib.zoo.dataset import Dataset
from insight_lib.zoo.settings import Settings


@dataclass(frozen=True)
class Program:
    """A training program.

    ``settings`` are those of a healthy run, varied a little by the generator; ``load`` gives its
    examples; ``build`` its model, not compiled. ``records`` says whether its author records the
    configuration; otherwise it is known only as far as the tracer sees it.
    """

    name: str
    settings: Callable[[np.random.Generator], Settings]
    load: Callable[[Settings, np.random.Generator], Dataset]
    build: Callable[[Settings, Dataset], keras.Model]
    records: bool = True


def build_perceptron(settings: Settings, data: Dataset) -> keras.Model:
    """Build a multi-layer perceptron on a table of numbers."""
    inputs = keras.Input((data.features,), name="features")
    outputs = output_layer(data.classes, hidden_layers(settings, inputs))
    return keras.Model(inputs, outputs, name="perceptron")


def varied(rng: np.random.Generator, value: float) -> float:
    """Return a value within a factor of 1.5 of ``value``, evenly on the logarithmic scale."""
    return float(value * 1.5 ** rng.uniform(-1, 1))
