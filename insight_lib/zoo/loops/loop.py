"""What a training loop of the zoo is: a program that writes scalars as others do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import tensorflow as tf

from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class LoopSettings:
    """How one loop is set up.

    Attributes:
        learning_rate: of its optimizers.
        updates: of the weights, or rounds of them, as the program counts them.
        batch_size: examples, or environments side by side.
        hidden: width of the hidden layers.
        options: numbers that the program names, such as ``entropy``; faults are a change of these.
    """

    learning_rate: float
    updates: int
    batch_size: int
    hidden: int
    options: Mapping[str, float]

    def having(self, **options: float) -> "LoopSettings":
        """Return the settings with some options changed.

        Raises:
            KeyError: the program has no such option.
        """
        unknown = options.keys() - self.options.keys()
        if unknown:
            raise KeyError(f"no option {', '.join(sorted(unknown))}")
        return replace(self, options={**self.options, **options})


@dataclass(frozen=True)
class Loop:
    """A program with a custom training loop.

    ``train`` writes event files into a folder; what is random in it comes of the generator, and of
    TensorFlow's, which is seeded.
    """

    name: str
    settings: Callable[[np.random.Generator], LoopSettings]
    train: Callable[[LoopSettings, np.random.Generator, Path], None]


@dataclass(frozen=True)
class LoopFault:
    """A change of a healthy loop's settings that spoils its training.

    ``expected`` are the rules of which each names it rightly; ``fault_types`` the parts of the
    program that it really changed for the worse.
    """

    name: str
    programs: tuple[str, ...]
    expected: tuple[str, ...]
    fault_types: tuple[FaultType, ...]
    inject: Callable[[LoopSettings], LoopSettings]


def write_scalars(writer: tf.summary.SummaryWriter, step: int, values: Mapping[str, float]) -> None:
    """Write one point of several series."""
    with writer.as_default(step=step):
        for tag, value in values.items():
            tf.summary.scalar(tag, value)
