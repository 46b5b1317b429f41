"""The number of the training step that is to run."""

from collections.abc import Iterable

import keras
import tensorflow as tf


class StepCounter:
    """Counts training steps; ``next`` is the number of the one to run, from 0.

    Not an optimizer's iterations: a custom step may leave the model's optimizer alone, or
    apply another several times; one that accumulates gradients counts each few steps only.
    """

    def __init__(self) -> None:
        self.next = 0

    def start(self, optimizers: Iterable[keras.optimizers.Optimizer]) -> None:
        """Go on where the optimizers are, but never back: a training may be resumed."""
        self.next = max(self.next, *map(calls_of, optimizers), 0)


def calls_of(optimizer: keras.optimizers.Optimizer) -> int:
    """Return how often an optimizer was applied, steps that only accumulated included."""
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    # ``iterations`` is divided by the number of steps that are accumulated.
    return int(tf.convert_to_tensor(inner._iterations))
