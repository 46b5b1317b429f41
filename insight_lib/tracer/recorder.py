"""Writes what is traced; the first failure ends the tracing, not the training."""

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

import keras
import tensorflow as tf

from insight_lib.dealer import record_if_absent
from insight_lib.tracer.capture import LOSS, Captured, StepCapture
from insight_lib.tracer.norms import GRADIENT_NORM
from insight_lib.tracer.packing import Packed
from insight_lib.tracer.streams import TRAIN, SummaryStreams
from insight_lib.tracer.summaries import StepSummaries

_SIGNALS = (LOSS, GRADIENT_NORM)


class Recorder:
    """The series of one run directory.

    Args:
        run_dir: made at the first write.
        on_failure: called once, when something could not be written.
    """

    def __init__(self, run_dir: Path, on_failure: Callable[[], None]) -> None:
        self.run_dir = run_dir
        self.streams = SummaryStreams(run_dir)
        self.is_on = True
        self._is_recorded = False
        self._on_failure = on_failure
        self._summaries = StepSummaries()

    def record_configuration(self, model: keras.Model) -> None:
        """Record what a model tells, where nobody did, once it knows its own shapes.

        A model without input shapes does so from its first step on.
        """
        if model.built and not self._is_recorded:
            self.guard(lambda: record_if_absent(self.run_dir, model))
            self._is_recorded = True

    def write_packed(
        self, capture: StepCapture, step: int, packed: Packed, step_time: float | None
    ) -> Mapping[str, float]:
        """Write what a watched step handed out; return the signals that the cadence follows."""
        return self.write_step(capture, step, lambda: capture.unpack(packed), step_time)

    def write_step(
        self,
        capture: StepCapture,
        step: int,
        captured: Callable[[], Captured],
        step_time: float | None,
    ) -> Mapping[str, float]:
        """Write a traced step, whose tensors ``captured`` gives."""
        signals: dict[str, float] = {}

        def write() -> None:
            if capture.failure is not None:
                raise capture.failure
            built = self._summaries.build(capture, captured(), step_time)
            self.streams.write(TRAIN, built.summary, step)
            signals.update((n, built.scalars[n]) for n in _SIGNALS if n in built.scalars)

        self.guard(write)
        return signals

    def guard(self, write: Callable[[], object]) -> None:
        """Write, unless something could not be written before."""
        if not self.is_on:
            return
        try:
            write()
        except (OSError, tf.errors.OpError) as error:
            self._stop(f"cannot be written ({error}); free the disk or choose another log_dir")
        except Exception as error:  # noqa: BLE001 - no fault of the tracer may end a training
            self._stop(f"gets no more ({type(error).__name__}: {error}); please report this")

    def _stop(self, reason: str) -> None:
        self.is_on = False
        self._on_failure()
        warnings.warn(
            f"TensorTracer stopped, and the training goes on without it: {self.run_dir} {reason}",
            stacklevel=2,
        )
