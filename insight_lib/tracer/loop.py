"""TensorTracer for a custom training loop."""

import os
from collections.abc import Callable, Sequence
from functools import wraps
from types import TracebackType
from typing import Any, Generic, ParamSpec, Self, TypeVar

import keras
import tensorflow as tf

from insight_lib.tracer.arguments import check_model, optimizers_in, run_dir_of
from insight_lib.tracer.cadence import Cadence
from insight_lib.tracer.capture import StepCapture
from insight_lib.tracer.layers import traced_layers
from insight_lib.tracer.packing import Packed
from insight_lib.tracer.recorder import Recorder
from insight_lib.tracer.snapshots import Snapshots, next_snapshot
from insight_lib.tracer.step_counter import StepCounter
from insight_lib.tracer.step_timer import Signals, StepTimer

P = ParamSpec("P")
R = TypeVar("R")


class LoopTracer:
    """Writes the same series as ``TensorTracer``, but for the epochs', from a plain loop.

    >>> with LoopTracer("logs/run-9", model, optimizer) as tracer:  # doctest: +SKIP
    ...     train_step = tracer.step(train_step)
    ...     for x, y in data:
    ...         loss = train_step(x, y)

    The step takes the batch (inputs, labels) and applies the gradients by the optimizer's ``apply``
    or ``apply_gradients``; its loss is the first floating scalar that it returns, or its item
    ``loss``. It may be eager or a ``tf.function``, which is then compiled as it would be, watched
    and once: the weights are bit for bit those of the loop without the tracer. An untraced step
    costs a comparison and two clock reads more.

    What is said at ``TensorTracer`` of last bits, failures, memory and the configuration is true
    here, too.

    Args:
        log_dir: the run directory; ``train/`` is made in it.
        model: the model that the step trains; layers that it has not built are not traced.
        optimizer: the optimizer that the step applies, or a list of several; the steps are
            numbered from the largest of their iterations at the step's first call on. The first is
            recorded in the configuration.
        every: as of ``TensorTracer``.
        snapshots: likewise.

    Raises:
        InputError: ``log_dir`` is no path, ``model`` or ``optimizer`` none of Keras, or ``every``
            no whole number of at least 1.
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str],
        model: keras.Model,
        optimizer: keras.optimizers.Optimizer | Sequence[keras.optimizers.Optimizer],
        *,
        every: int | None = None,
        snapshots: Snapshots | None = None,
    ) -> None:
        check_model(model)
        self._optimizers = optimizers_in(optimizer)
        self._model = model
        self._cadence = Cadence(every, next_snapshot(snapshots))
        self._recorder = Recorder(run_dir_of(log_dir), lambda: None, snapshots, self._optimizers[0])

    def step(self, function: Callable[P, R]) -> Callable[P, R]:
        """Wrap a training step; call the result in its place.

        Its first call raises ``InputError`` where snapshots are asked of a layer that the model has
        not.
        """
        watched: _WatchedStep[P, R] | None = None
        counter: StepCounter | None = None

        @wraps(getattr(function, "python_function", function))
        def traced_step(*args: P.args, **kwargs: P.kwargs) -> R:
            nonlocal watched, counter
            if not self._recorder.is_on:
                return function(*args, **kwargs)
            has_run = counter is not None
            if counter is None:
                counter = StepCounter()
                counter.start(self._optimizers)
            if watched is None and (self._model.built or has_run):
                watched = self._watch(function, counter)
            result = (function if watched is None else watched)(*args, **kwargs)
            counter.next += 1
            return result

        return traced_step

    def close(self) -> None:
        """Close the event files of a training that came to its end."""
        self._recorder.close(finished=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._recorder.close(finished=error is None)

    def _watch(self, function: Callable[P, R], counter: StepCounter) -> "_WatchedStep[P, R]":
        self._recorder.start(self._model)
        capture = StepCapture(self._model, self._optimizers, traced_layers(self._model))
        return _WatchedStep(function, capture, self._recorder, self._cadence, counter)


class _WatchedStep(Generic[P, R]):
    """One step function, untraced and traced."""

    def __init__(
        self,
        function: Callable[P, R],
        capture: StepCapture,
        recorder: Recorder,
        cadence: Cadence,
        counter: StepCounter,
    ) -> None:
        self._capture = capture
        self._recorder = recorder
        self._plain = function
        if isinstance(function, tf.types.experimental.PolymorphicFunction):
            step = _compiled_as(function, capture.watched(_converted(function)))
            self._watched = step
            self._plain = _compiled_as(function, lambda *args, **kwargs: step(*args, **kwargs)[0])
        else:
            self._watched = capture.watched(function)
        self._timer = StepTimer(cadence, counter, self._write)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        if not self._timer.is_due:
            return self._timer.untraced(self._plain, *args, **kwargs)
        result: R = self._timer.traced(lambda: self._watched(*args, **kwargs))
        return result

    def _write(self, step: int, packed: Packed, step_time: float | None) -> Signals:
        return self._recorder.write_packed(self._capture, step, packed, step_time)


def _compiled_as(function: Any, step: Callable[..., Any]) -> Any:  # noqa: ANN401 - a tf.function
    """Compile a step with the settings of a ``tf.function``."""
    return tf.function(
        step,
        input_signature=function.input_signature,
        autograph=False,
        jit_compile=function._jit_compile,
        reduce_retracing=function._reduce_retracing,
    )


def _converted(function: Any) -> Callable[..., Any]:  # noqa: ANN401 - a tf.function
    """Return the Python function, converted by AutoGraph where it would be."""
    python_function: Callable[..., Any] = function.python_function
    if not function._autograph:
        return python_function
    autograph = tf.__internal__.autograph
    converted: Callable[..., Any] = autograph.tf_convert(
        python_function, autograph.control_status_ctx(), convert_by_default=True
    )
    return converted
