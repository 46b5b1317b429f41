"""Standing in place of a Keras model's training function for a step."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

# How Keras learns that an epoch whose length it did not know is over.
_END_OF_DATA = (StopIteration, tf.errors.OutOfRangeError)

Logs = Any  # whatever the model's train_step returns, usually metrics by name
StepFunction = Callable[[tf.data.Iterator], Logs]


class TrainFunctionHook(ABC):
    """Takes the place of ``model.train_function``, which must be made, and gives it back."""

    def __init__(self, model: keras.Model) -> None:
        self.model = model
        self.own: StepFunction = model.train_function
        self._has_run = False

    @property
    def is_ready(self) -> bool:
        """Return whether the model has its weights, at the latest after its own first step."""
        return bool(self.model.built) or self._has_run

    def run_own(self, iterator: tf.data.Iterator) -> Logs:
        """Run the model's own training function."""
        result = self.own(iterator)
        self._has_run = True
        return result

    def fits(self, model: keras.Model) -> bool:
        """Return whether this was made for what is still the model's training."""
        return model is self.model and model.train_function is self.own

    def install(self) -> None:
        """Take the place of the model's training function, for a step."""
        # Past Keras's attribute tracking, which is slow.
        vars(self.model)["train_function"] = self

    def remove(self) -> None:
        """Restore the model's own training function."""
        vars(self.model)["train_function"] = self.own

    def __call__(self, iterator: tf.data.Iterator) -> Logs:
        """Run one execution of training steps; an error leaves the model as it was before it."""
        done = False
        try:
            result = self.run(iterator)
            done = True
        except _END_OF_DATA:
            done = True
            raise
        finally:
            if not done:
                self.remove()
        return result

    @abstractmethod
    def run(self, iterator: tf.data.Iterator) -> Logs:
        """Do what ``model.train_function`` does."""
