"""Tracing a training that ``tf.distribute`` spreads over replicas: from outside of its step."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from insight_lib.columnar.arrays import Floats
from insight_lib.tracer.cadence import Cadence
from insight_lib.tracer.capture import LEARNING_RATE, LOSS, Captured, StepCapture, optimizers_of
from insight_lib.tracer.layers import traced_layers
from insight_lib.tracer.recorder import Recorder
from insight_lib.tracer.stats_format import format_tag
from insight_lib.tracer.step_counter import StepCounter, calls_of
from insight_lib.tracer.step_timer import Signals, StepTimer
from insight_lib.tracer.train_function_hook import Logs, TrainFunctionHook


def is_chief(model: keras.Model) -> bool:
    """Return whether this process is the one of a distributed training that writes."""
    return bool(model.distribute_strategy.extended.should_save_summary)


class ReplicaSwitch(TrainFunctionHook):
    """Reads the weights, alike on all replicas, before and after a traced step, and its loss.

    The model's own function runs every step; gradients, activations and the batch, which each
    replica has for itself, stay unseen.
    """

    def __init__(
        self, model: keras.Model, cadence: Cadence, counter: StepCounter, recorder: Recorder
    ) -> None:
        super().__init__(model)
        self._recorder = recorder
        self._optimizers = list(optimizers_of(model))
        self._timer = StepTimer(cadence, counter, self._write)
        self._capture: StepCapture | None = None

    def run(self, iterator: tf.data.Iterator) -> Logs:
        """Run a step, traced where it is due and the model has its weights."""
        if self._capture is None and self.is_ready:
            layers = traced_layers(self.model)
            self._capture = StepCapture(self.model, self._optimizers, layers)
        if self._capture is None:
            return self.run_own(iterator)
        if not self._timer.is_due:
            return self._timer.untraced(self.own, iterator)
        capture = self._capture
        return self._timer.traced(lambda: self._around(capture, iterator))

    def _around(self, capture: StepCapture, iterator: tf.data.Iterator) -> tuple[Logs, Captured]:
        rates = [_read(each.learning_rate) for each in self._optimizers]
        before, sums = dict(_weights(capture)), _loss_sums(self.model)
        logs = self.own(iterator)
        applied = (i for i, each in enumerate(self._optimizers) if calls_of(each))
        scalars: dict[str, Any] = {LEARNING_RATE: rates[next(applied, 0)]}
        total, count = _loss_sums(self.model) - sums
        if count > 0:
            scalars[LOSS] = total / count
        tensors = {}
        for (layer, tensor), after in _weights(capture):
            tensors[format_tag(layer, tensor, "weight")] = before[layer, tensor]
            tensors[format_tag(layer, tensor, "update")] = after - before[layer, tensor]
        return logs, Captured(scalars, tensors, {}, {}, {}, {})

    def _write(self, step: int, captured: Captured, step_time: float | None) -> Signals:
        if self._capture is None:
            return {}
        return self._recorder.write_step(self._capture, step, lambda: captured, step_time)


def _weights(capture: StepCapture) -> Iterator[tuple[tuple[str, str], NDArray[Any]]]:
    for layer in capture.layers:
        for tensor, weight in layer.weights:
            yield (layer.name, tensor), _read(weight)


def _read(value: Any) -> NDArray[Any]:  # noqa: ANN401 - a variable, a tensor or a number
    return np.array(keras.ops.convert_to_numpy(value))


def _loss_sums(model: keras.Model) -> Floats:
    """Return the sum and the weight of the losses that Keras's mean of the epoch is made of."""
    for metric in model.metrics:
        if metric.name == LOSS and isinstance(metric, keras.metrics.Mean):
            return np.array([_read(metric.total), _read(metric.count)], np.float64)
    return np.zeros(2)
