"""Examples split for training and validation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from insight_lib.dealer import DataDescription
from insight_lib.zoo.settings import Settings

Array = NDArray[Any]
Inputs = Array | Mapping[str, Array]


@dataclass(frozen=True)
class Dataset:
    """Training and validation examples.

    Inputs are one array or one a model input, first axis the examples. ``classes`` is None for a
    regression. ``slices`` are string columns of the validation examples.
    """

    train_x: Inputs
    train_y: Array
    validation_x: Inputs
    validation_y: Array
    features: int
    classes: int | None
    slices: Mapping[str, list[str]] = field(default_factory=dict)

    def describe(self) -> DataDescription:
        """Describe the training examples for the recorded configuration."""
        rows = len(self.train_y)
        balance = None
        if self.classes is not None:
            labels, counts = np.unique(self.train_y, return_counts=True)
            shares = zip(labels.tolist(), counts / rows, strict=True)
            balance = {str(label): float(share) for label, share in shares}
        return DataDescription(rows, self.features, self.classes, balance)

    def with_train_x(self, change: Callable[[Array], Array]) -> "Dataset":
        """Change every input of the training examples."""
        return replace(self, train_x=map_inputs(self.train_x, change))

    def with_x(self, change: Callable[[Array], Array]) -> "Dataset":
        """Change every input, in training and validation."""
        return replace(
            self.with_train_x(change), validation_x=map_inputs(self.validation_x, change)
        )


def map_inputs(inputs: Inputs, change: Callable[[Array], Array]) -> Inputs:
    """Change every array of a model's inputs."""
    if isinstance(inputs, Mapping):
        return {name: change(array) for name, array in inputs.items()}
    return change(inputs)


def split_table(
    x: Array, y: Array, classes: int | None, settings: Settings, rng: np.random.Generator
) -> Dataset:
    """Split a table of numbers 70 : 30 and standardize it by its training part.

    Args:
        x: (examples, features).
        y: class numbers, or the target of a regression, which is always standardized.
        classes: None for a regression.
        settings: ``scale_inputs`` False leaves ``x`` as it is.
        rng: shuffles the examples.
    """
    order = rng.permutation(len(y))
    x, y = x[order].astype(np.float32), y[order]
    cut = int(len(y) * 0.7)
    if settings.scale_inputs:
        x = _standardized(x, cut)
    if classes is None:
        y = _standardized(y.astype(np.float32), cut)
    return Dataset(x[:cut], y[:cut], x[cut:], y[cut:], x.shape[1], classes)


def _standardized(values: Array, cut: int) -> Array:
    spread = values[:cut].std(axis=0)
    scaled: Array = (values - values[:cut].mean(axis=0)) / np.where(spread > 0, spread, 1)
    return scaled
