"""Snapshot mode: whole tensors of chosen layers at chosen steps."""

import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from insight_lib.dealer.event_log import EventLog, add_tensor, new_summary
from insight_lib.dealer.keras_layers import walk_layers
from insight_lib.errors import InputError
from insight_lib.tracer.arguments import check_every, check_names, is_whole
from insight_lib.tracer.stats_format import KINDS, SNAPSHOT_PLUGIN, snapshot_tag
from insight_lib.tracer.streams import TRAIN

# So many steps' tensors may wait for the disk; those of further ones are dropped.
WAITING_STEPS = 4
# So long the end of a training waits for what is still to be written.
CLOSING_S = 10.0


_Waiting: TypeAlias = "queue.Queue[tuple[int, dict[str, Any]] | None]"


@dataclass(frozen=True)
class Snapshots:
    """Which tensors are written whole.

    Args:
        layers: names of layers, at least one, with the path of a layer within another
            (``block/dense_1``).
        steps: the steps, counted from 0; such a step is traced whatever the cadence.
        every: instead of ``steps`` each step that is a multiple of it, at least 1.
        kinds: of ``weight``, ``gradient``, ``update`` and ``activation``.

    Raises:
        InputError: neither or both of ``steps`` and ``every``, or one of the values does not fit.
    """

    layers: Sequence[str]
    steps: Sequence[int] = ()
    every: int | None = None
    kinds: Sequence[str] = ("weight",)

    def __post_init__(self) -> None:
        check_names("layers", self.layers)
        check_names("kinds", self.kinds)
        if not isinstance(self.steps, Sequence):
            raise InputError(f"steps is {self.steps!r}; give a list of steps")
        if bool(self.steps) == (self.every is not None):
            raise InputError("snapshots need either steps or every; give one of them")
        if self.every is not None:
            check_every(self.every)
        for step in self.steps:
            if not is_whole(step) or step < 0:
                raise InputError(f"steps holds {step!r}; give steps counted from 0")
        wrong = [kind for kind in self.kinds if kind not in KINDS]
        if wrong:
            raise InputError(f"no kind {wrong[0]} of tensors; there are {', '.join(KINDS)}")

    def check(self, model: keras.Model) -> None:
        """Raise ``InputError`` where the model has no layer of one of the names."""
        names = [
            name
            for name, layer in walk_layers(model)
            if not isinstance(layer, keras.layers.InputLayer)
        ]
        missing = [name for name in self.layers if name not in names]
        if missing:
            raise InputError(
                f"no layer {missing[0]} to take snapshots of; there are {', '.join(names)}"
            )

    def next_after(self, step: int) -> int | None:
        """Return the next chosen step after ``step``; None where there is none."""
        if self.every is not None:
            return (step // self.every + 1) * self.every
        return min((each for each in self.steps if each > step), default=None)


def next_snapshot(snapshots: Snapshots | None) -> Callable[[int], int | None]:
    """Return what gives the next chosen step after a step."""
    return (lambda _: None) if snapshots is None else snapshots.next_after


class SnapshotWriter:
    """Writes snapshots in a separate thread; what the disk is too slow for is dropped.

    ``dropped`` counts the tensors that were dropped; ``error`` is what ended the writing.
    """

    def __init__(self, run_dir: Path) -> None:
        self.dropped = 0
        self.error: Exception | None = None
        self._folder = run_dir / TRAIN
        self._waiting: _Waiting = queue.Queue(WAITING_STEPS)
        self._thread: threading.Thread | None = None

    def put(self, step: int, tensors: Mapping[str, tuple[NDArray[Any], bytes]]) -> None:
        """Hand over a step's tensors, each with its metadata, by tag; never waits."""
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._run, args=(self._waiting,), name="snapshots", daemon=True
            )
            self._thread.start()
        copies = {tag: (np.array(values), content) for tag, (values, content) in tensors.items()}
        try:
            self._waiting.put_nowait((step, copies))
        except queue.Full:
            self.dropped += len(copies)

    def close(self) -> None:
        """Wait a while for what is still to be written, and count what is not as dropped."""
        if self._thread is None:
            return
        with suppress(queue.Full):
            self._waiting.put(None, timeout=CLOSING_S)
            self._thread.join(CLOSING_S)
        if self._thread.is_alive():
            self._drop_waiting()
        # A later thread has its own queue: this one may still read from the other.
        self._thread, self._waiting = None, queue.Queue(WAITING_STEPS)

    def _drop_waiting(self) -> None:
        with suppress(queue.Empty):
            while (item := self._waiting.get_nowait()) is not None:
                self.dropped += len(item[1])
        self._waiting.put_nowait(None)

    def _run(self, waiting: _Waiting) -> None:
        log: EventLog | None = None
        try:
            while (item := waiting.get()) is not None:
                log = log or EventLog(self._folder)
                log.write(_summary(item[1]), item[0])
            if log is not None:
                log.close()
        except Exception as error:  # noqa: BLE001 - told by the tracer, in the training's thread
            self.error = error


def _summary(tensors: Mapping[str, tuple[NDArray[Any], bytes]]) -> tf.compat.v1.Summary:
    summary = new_summary()
    for tag, (values, content) in tensors.items():
        add_tensor(summary, snapshot_tag(tag), values, SNAPSHOT_PLUGIN, content)
    return summary
