"""Writes what is traced; the first failure ends the tracing, not the training."""

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

import keras
import tensorflow as tf

from insight_lib.dealer import record_if_absent
from insight_lib.tracer.capture import LOSS, Captured, StepCapture
from insight_lib.tracer.packing import Packed
from insight_lib.tracer.snapshots import Snapshots, SnapshotWriter
from insight_lib.tracer.statistics.norms import GRADIENT_NORM
from insight_lib.tracer.streams import TRAIN, SummaryStreams
from insight_lib.tracer.summaries import StepSummaries, scalar_summary

DROPPED = "dropped_snapshots"
_SIGNALS = (LOSS, GRADIENT_NORM)


class Recorder:
    """The series of one run directory.

    Args:
        run_dir: made at the first write.
        on_failure: called once, when something could not be written.
        snapshots: which tensors are written whole.
        optimizer: the one to record; by default the model's.
    """

    def __init__(
        self,
        run_dir: Path,
        on_failure: Callable[[], None],
        snapshots: Snapshots | None = None,
        optimizer: keras.optimizers.Optimizer | None = None,
    ) -> None:
        self.run_dir = run_dir
        self.streams = SummaryStreams(run_dir)
        self.is_on = True
        self._is_recorded = False
        self._on_failure = on_failure
        self._optimizer = optimizer
        self._summaries = StepSummaries()
        self._snapshots = snapshots
        self._next_snapshot = None if snapshots is None else snapshots.next_after(-1)
        self._snapshot_writer = SnapshotWriter(run_dir)
        self._told_dropped = 0
        self._last_step = 0

    def start(self, model: keras.Model) -> None:
        """Record what the model tells, where nobody did.

        Raises:
            InputError: snapshots are asked of a layer that the model has not.
        """
        if self._snapshots is not None:
            self._snapshots.check(model)
        if model.built:
            self.record_configuration(model)

    def record_configuration(self, model: keras.Model) -> None:
        """Record once: what the model tells it knows when built, or after its first step."""
        if not self._is_recorded:
            self.guard(lambda: record_if_absent(self.run_dir, model, self._optimizer))
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
        self.record_configuration(capture.model)
        signals: dict[str, float] = {}

        def write() -> None:
            if capture.failure is not None:
                raise capture.failure
            arrays = captured()
            built = self._summaries.build(capture, arrays, step_time)
            self.streams.write(TRAIN, built.summary, step)
            signals.update((n, built.scalars[n]) for n in _SIGNALS if n in built.scalars)
            self._take_snapshots(step, arrays)

        self.guard(write)
        return signals

    def close(self, *, finished: bool) -> None:
        """Close the event files; a later write opens new ones.

        Args:
            finished: whether the training came to its end, which is written then.
        """
        self._snapshot_writer.close()
        self.guard(lambda: self._tell_dropped(self._last_step))
        if finished:
            self.guard(self.streams.end)
        self.guard(self.streams.close)

    def _take_snapshots(self, step: int, captured: Captured) -> None:
        self._last_step = step
        if self._snapshots is not None and _is_reached(self._next_snapshot, step):
            self._next_snapshot = self._snapshots.next_after(step)
            self._snapshot_writer.put(step, self._summaries.chosen(self._snapshots, captured))
        self._tell_dropped(step)

    def _tell_dropped(self, step: int) -> None:
        """Write how many snapshots were dropped where there are more, and warn at the first."""
        writer = self._snapshot_writer
        if writer.error is not None:
            raise writer.error
        if writer.dropped == self._told_dropped:
            return
        if self._told_dropped == 0:
            warnings.warn(
                f"TensorTracer drops snapshots: {self.run_dir} is too slow for them; choose fewer "
                "layers or steps, or a faster disk",
                stacklevel=2,
            )
        self._told_dropped = writer.dropped
        self.streams.write(TRAIN, scalar_summary({DROPPED: writer.dropped}), step)

    def guard(self, write: Callable[[], object]) -> None:
        """Write, unless something could not be written before."""
        if not self.is_on:
            return
        try:
            write()
        except (OSError, tf.errors.OpError) as error:
            self._stop(f"cannot be written ({error}); free some space or choose another log_dir")
        except Exception as error:  # noqa: BLE001 - no fault of the tracer may end a training
            self._stop(f"is not written ({type(error).__name__}: {error}); please report this")

    def _stop(self, reason: str) -> None:
        self.is_on = False
        self._on_failure()
        warnings.warn(
            f"TensorTracer stopped, and the training goes on without it: {self.run_dir} {reason}",
            stacklevel=2,
        )


def _is_reached(chosen: int | None, step: int) -> bool:
    return chosen is not None and step >= chosen
