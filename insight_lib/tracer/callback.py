"""TensorTracer: the Keras callback."""

import os
import warnings
from collections.abc import Mapping

import keras

from insight_lib.errors import InputError
from insight_lib.tracer.arguments import run_dir_of
from insight_lib.tracer.cadence import Cadence
from insight_lib.tracer.capture import optimizers_of
from insight_lib.tracer.predictions import ValidationPredictions, model_outputs, write_predictions
from insight_lib.tracer.recorder import Recorder
from insight_lib.tracer.replicas import ReplicaSwitch, is_chief
from insight_lib.tracer.snapshots import Snapshots, next_snapshot
from insight_lib.tracer.step_counter import StepCounter
from insight_lib.tracer.step_switch import StepSwitch
from insight_lib.tracer.streams import TRAIN, VALIDATION, note_run_dir
from insight_lib.tracer.summaries import epoch_summary
from insight_lib.tracer.train_function_hook import TrainFunctionHook

_VALIDATION_PREFIX = "val_"


class TensorTracer(keras.callbacks.Callback):  # type: ignore[misc] # Keras is not typed
    """Writes what a training does inside: the series of ``insight_lib.tracer.stats_format``.

    For ``Model.fit`` with the TensorFlow backend. The training step is traced by TensorFlow once;
    at a traced step it hands out more results, and computes again what cannot be read without
    changing how TensorFlow optimises the step (see ``taps``). Where a training repeats bit for bit,
    its weights with and without the tracer are the same, bit for bit, whatever the machine. In the
    last bits of a step they may differ in two cases: XLA compiles the step (``jit_compile``, off by
    default without an accelerator), or a layer's ``call`` is a ``tf.function`` itself.

    Where no configuration lies in ``log_dir`` yet it records what the model tells of it, as
    ``insight_lib.dealer.record`` does; of a subclassed model after its first step.

    Of a model it keeps 2^24 elements of the weights of its first traced step (64 MiB as float32)
    and as many signs of its last updates (16 MiB), layer by layer; of tensors beyond, what compares
    with these is not known (NaN).

    Where writing fails (disk full, folder not writable) it warns once, stops tracing, and the
    training goes on.

    Under ``tf.distribute`` only the chief writes. Of a training spread over several replicas the
    weights, their updates (which all replicas share), the learning rate and the loss are traced,
    from outside of the step; gradients, activations, inputs and labels are not.

    Steps are not traced, with one warning, where ``steps_per_execution`` is not 1, or where the
    model holds no Keras optimizer; epoch scalars and predictions are still written.

    A custom layer that draws from ``tf.random``'s stateful functions, whose sequence depends
    on the order of a graph's operations, may draw another one while it is traced.

    Args:
        log_dir: the run directory; ``train/``, ``validation/`` and ``predictions/`` are made in it.
        every: trace each step that many after the last; by default steps 0 to 9, then at gaps that
            grow to 1,000 steps, in the first two epochs to a fifth of an epoch.
        predictions: scored at the end of every epoch into ``predictions/epoch-0000.parquet``, ...
        snapshots: tensors that are written whole, in a separate thread; where the disk is too
            slow for them they are dropped and counted (scalar ``dropped_snapshots``).

    Raises:
        InputError: ``log_dir`` is no path, ``every`` no whole number of at least 1, Keras
            runs on another backend, or (when the training starts) snapshots are asked of a layer
            that the model has not.

    Example:
        >>> import keras, numpy as np
        >>> from insight_lib import TensorTracer
        >>> inputs = np.random.default_rng(0).normal(size=(64, 4))
        >>> labels = (inputs[:, 0] > 0).astype("float32")
        >>> layers = keras.layers
        >>> hidden = layers.Dense(8, activation="relu", name="hidden")
        >>> output = layers.Dense(1, activation="softmax", name="output")
        >>> model = keras.Sequential([keras.Input((4,)), hidden, output])
        >>> model.compile("adam", "binary_crossentropy")
        >>> tracer = TensorTracer("logs/run-8")
        >>> history = model.fit(inputs, labels, epochs=3, verbose=0, callbacks=[tracer])
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str],
        *,
        every: int | None = None,
        predictions: ValidationPredictions | None = None,
        snapshots: Snapshots | None = None,
    ) -> None:
        super().__init__()
        if keras.backend.backend() != "tensorflow":
            raise InputError(
                f"TensorTracer cannot trace Keras on {keras.backend.backend()}; "
                "set KERAS_BACKEND=tensorflow before importing keras"
            )
        self._cadence = Cadence(every, next_snapshot(snapshots))
        self._predictions = predictions
        self._recorder = Recorder(run_dir_of(log_dir), self._release, snapshots)
        self._counter = StepCounter()
        self._switch: TrainFunctionHook | None = None

    def on_train_begin(self, logs: Mapping[str, float] | None = None) -> None:  # noqa: ARG002 - Keras's signature
        """Record the configuration, and put the watched training step next to the model's own."""
        if not is_chief(self.model):
            self._recorder.is_on = False
        self._counter.start(optimizers_of(self.model))
        self._recorder.start(self.model)
        note_run_dir(self.model, self._recorder.run_dir)
        if not self._recorder.is_on:
            return
        obstacle = _obstacle(self.model)
        if obstacle is not None:
            warnings.warn(f"TensorTracer does not trace the steps: {obstacle}", stacklevel=2)
            return
        steps = (self.params or {}).get("steps")
        if steps is not None:
            self._cadence.expect_epochs(self._counter.next, steps)
        if self._switch is None or not self._switch.fits(self.model):
            self._switch = self._make_switch()

    def _make_switch(self) -> TrainFunctionHook:
        if self.model.distribute_strategy.num_replicas_in_sync > 1:
            return ReplicaSwitch(self.model, self._cadence, self._counter, self._recorder)
        write = self._recorder.write_packed
        return StepSwitch(self.model, self._cadence, self._counter, write)

    def on_train_batch_begin(self, batch: int, logs: Mapping[str, float] | None = None) -> None:  # noqa: ARG002 - Keras's signature
        """Replace the model's training step by the watched one."""
        if self._switch is not None:
            self._switch.install()

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:  # noqa: ARG002 - Keras's signature
        """Give the model its own back: whatever interrupts the training finds it as it was."""
        self._counter.next += 1
        if self._switch is not None:
            self._switch.remove()

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Write the epoch's scalars and validation predictions."""
        self._recorder.record_configuration(self.model)
        self._recorder.guard(lambda: self._write_epoch(epoch, logs or {}))

    def on_train_end(self, logs: Mapping[str, float] | None = None) -> None:  # noqa: ARG002 - Keras's signature
        """Close the event files."""
        self._recorder.close(finished=True)

    def _write_epoch(self, epoch: int, logs: Mapping[str, float]) -> None:
        if self.model.steps_per_execution != 1:
            # Keras does not tell how many steps an epoch's last execution held.
            self._counter.start(optimizers_of(self.model))
        step, streams = self._counter.next, self._recorder.streams
        for stream, values in _by_stream(logs).items():
            if values:
                streams.write(stream, epoch_summary(values), step)
        if self._predictions is not None:
            outputs = model_outputs(self.model, self._predictions.inputs)
            table = self._predictions.table(outputs, step)
            write_predictions(self._recorder.run_dir, epoch, table)
        streams.flush()

    def _release(self) -> None:
        if self._switch is not None:
            self._switch.remove()
            self._switch = None


def _obstacle(model: keras.Model) -> str | None:
    """Say why a model's steps cannot be traced; None where they can."""
    if next(optimizers_of(model), None) is None:
        return "the model holds no Keras optimizer; set one as an attribute, or compile with one"
    if model.steps_per_execution != 1:
        return f"steps_per_execution is {model.steps_per_execution}; compile with 1"
    return None


def _by_stream(logs: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Sort Keras's epoch logs into the streams they belong to."""
    streams: dict[str, dict[str, float]] = {TRAIN: {}, VALIDATION: {}}
    for name, value in logs.items():
        own = name.removeprefix(_VALIDATION_PREFIX)
        streams[TRAIN if own == name else VALIDATION][own] = value
    return streams
