"""Puts a second, watched training step beside a model's own, and chooses between them."""

import time
from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from insight_lib.tracer.cadence import Cadence
from insight_lib.tracer.capture import Captured, StepCapture, optimizers_of
from insight_lib.tracer.layers import traced_layers
from insight_lib.tracer.shadow import replaced

# How Keras learns that an epoch whose length it did not know is over.
_END_OF_DATA = (StopIteration, tf.errors.OutOfRangeError)

Logs = Any  # whatever the model's train_step returns, usually metrics by name
StepFunction = Callable[[tf.data.Iterator], Logs]
OnTraced = Callable[[StepCapture, int, Captured, float | None], None]


class StepSwitch:
    """Stands in place of ``model.train_function`` while a training is traced.

    An untraced step costs one comparison more; both functions are compiled by Keras itself.

    Args:
        model: a compiled model whose ``train_function`` is made. Where a layer of it makes its
            weights at its first call only, the first step is not watched.
        cadence: which steps are watched.
        on_traced: called after a watched step with what captured it, the number of optimizer
            iterations before it, what was captured, and the mean seconds of an unwatched step
            since the last watched one (None where there was none; the first unwatched one compiles
            and does not count).
    """

    def __init__(self, model: keras.Model, cadence: Cadence, on_traced: OnTraced) -> None:
        self._model = model
        self._cadence = cadence
        self._on_traced = on_traced
        self._optimizer = next(optimizers_of(model))
        self._clock = _StepClock()
        self._plain = _own_function(model)
        self._watched: tuple[StepCapture, StepFunction] | None = None

    def install(self) -> None:
        """Take the place of the model's training function."""
        self._model.train_function = self

    def remove(self) -> None:
        """Put the model's own training function back."""
        if self._model.train_function is self:
            self._model.train_function = self._plain

    def __call__(self, iterator: tf.data.Iterator) -> Logs:
        """Run one training step, as ``model.train_function`` does."""
        step = int(self._optimizer.iterations.numpy())
        if self._watched is None and self._model.built:
            self._watched = self._compile()
        if self._watched is None or not self._cadence.is_due(step):
            return self._run_plain(iterator)
        capture, function = self._watched
        logs, captured = self._finish(function, iterator)
        self._cadence.advance(step)
        self._on_traced(capture, step, captured, self._clock.take_mean())
        return logs

    def _run_plain(self, iterator: tf.data.Iterator) -> Logs:
        start = time.perf_counter()
        logs = self._finish(self._plain, iterator)
        self._clock.add(time.perf_counter() - start)
        return logs

    def _finish(self, function: StepFunction, iterator: tf.data.Iterator) -> Logs:
        """Run; a training that ends by an error leaves the model as it was before it."""
        done = False
        try:
            result = function(iterator)
            done = True
        except _END_OF_DATA:
            done = True
            raise
        finally:
            if not done:
                self.remove()
        return result

    def _compile(self) -> tuple[StepCapture, StepFunction]:
        """Let Keras compile the watched step, the way it compiles the model's own."""
        model = self._model
        capture = StepCapture(model, traced_layers(model))
        try:
            with replaced(model, "train_step", capture.watched(model.train_step)):
                model.make_train_function(force=True)
            watched: StepFunction = model.train_function
        finally:
            model.train_function = self
        return capture, watched


def _own_function(model: keras.Model) -> StepFunction:
    """Return the model's training function, past a switch that an interrupted training left."""
    function: StepFunction = model.train_function
    return function._plain if isinstance(function, StepSwitch) else function


class _StepClock:
    """Mean duration of the unwatched steps."""

    def __init__(self) -> None:
        self._compiled = False
        self._seconds: list[float] = []

    def add(self, seconds: float) -> None:
        if self._compiled:
            self._seconds.append(seconds)
        self._compiled = True

    def take_mean(self) -> float | None:
        seconds, self._seconds = self._seconds, []
        return sum(seconds) / len(seconds) if seconds else None
