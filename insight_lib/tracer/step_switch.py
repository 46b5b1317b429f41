"""Stands in place of a Keras model's training function, and traces some of its steps."""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from insight_lib.tracer.cadence import Cadence
from insight_lib.tracer.capture import StepCapture, optimizers_of
from insight_lib.tracer.layers import traced_layers
from insight_lib.tracer.packing import Packed
from insight_lib.tracer.patch_method import replaced
from insight_lib.tracer.step_counter import StepCounter
from insight_lib.tracer.step_timer import Signals, StepTimer
from insight_lib.tracer.train_function_hook import Logs, StepFunction, TrainFunctionHook

OnTraced = Callable[[StepCapture, int, Packed, float | None], Signals]


class StepSwitch(TrainFunctionHook):
    """Stands in place of ``model.train_function`` while a training is traced.

    The model's ``train_step`` is traced by TensorFlow once, watched; both functions, that of the
    traced and that of the untraced steps, are made by Keras itself and call it. The second asks for
    the step's own results only, so that TensorFlow prunes what is watched from it.

    Args:
        model: a compiled model whose ``train_function`` is made. Where a subclassed model makes
            its weights at its first call only, the first step is not watched.
        cadence: which steps are watched.
        counter: numbers them.
        on_traced: called after a watched step with what captured it, its number, what was
            captured, and the mean seconds of an unwatched step since the last watched one (None
            where there was none).
    """

    def __init__(
        self, model: keras.Model, cadence: Cadence, counter: StepCounter, on_traced: OnTraced
    ) -> None:
        super().__init__(model)
        self._optimizers = list(optimizers_of(model))
        self._on_traced = on_traced
        self._timer = StepTimer(cadence, counter, self._traced)
        self._compiled: tuple[StepCapture, StepFunction, StepFunction] | None = None

    def run(self, iterator: tf.data.Iterator) -> Logs:
        """Run one execution of training steps, traced where it is due."""
        if self._compiled is None:
            _build_stack(self.model, iterator)
            self._compiled = self._compile() if self.is_ready else None
        if self._compiled is None:
            return self.run_own(iterator)
        _, plain, watched = self._compiled
        if not self._timer.is_due:
            return self._timer.untraced(plain, iterator)
        return self._timer.traced(lambda: watched(iterator))

    def _traced(self, step: int, packed: Packed, step_time: float | None) -> Signals:
        if self._compiled is None:
            return {}
        return self._on_traced(self._compiled[0], step, packed, step_time)

    def _compile(self) -> tuple[StepCapture, StepFunction, StepFunction]:
        model = self.model
        _build_optimizer(model)
        capture = StepCapture(model, self._optimizers, traced_layers(model))
        step = capture.watched(model.train_step)
        if not model.run_eagerly:
            # Not converted by AutoGraph: neither does Keras.
            step = tf.function(step, autograph=False, reduce_retracing=True)
        return capture, self._keras_function(lambda data: step(data)[0]), self._keras_function(step)

    def _keras_function(self, train_step: Callable[[Any], Any]) -> StepFunction:
        """Create the function of a step by Keras, as it creates the model's own."""
        model = self.model
        try:
            with replaced(model, "train_step", train_step):
                model.make_train_function(force=True)
            made: StepFunction = model.train_function
        finally:
            model.train_function = self
        return made


def _build_stack(model: keras.Model, iterator: tf.data.Iterator) -> None:
    """Make a Sequential's weights as the first step would, by the shape of its batches."""
    batch = getattr(iterator, "element_spec", None)
    inputs = batch[0] if isinstance(batch, tuple) and batch else batch
    if (
        isinstance(model, keras.Sequential)
        and not model.built
        and isinstance(inputs, tf.TensorSpec)
    ):
        model.build(inputs.shape)


def _build_optimizer(model: keras.Model) -> None:
    """Make the optimizer's variables as the first step would, so that it is not traced for them."""
    is_stock = type(model).train_step is keras.Model.train_step
    if is_stock and model.optimizer is not None and not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
