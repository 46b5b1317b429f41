"""Trainings that take turns, epoch by epoch, so that what disturbs one disturbs all."""

import statistics
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle, islice
from threading import Semaphore

import keras
import numpy as np
import numpy.typing as npt

Fit = Callable[[keras.callbacks.Callback], None]
# More turns than any training has epochs: a training that ended holds up no other.
_FOR_GOOD = 1_000_000
# A traced step takes two to four times as long as another, one that compiles fifty times.
_COMPILES = 10


@dataclass
class Taken:
    """Seconds of a training's epochs; what precedes the first belongs to it.

    ``whole_s`` is all of it, and what follows the last epoch stands by itself; ``compiling_s`` is
    the part of it by which steps that compile took longer than the median step.
    """

    whole_s: npt.NDArray[np.float64]
    compiling_s: npt.NDArray[np.float64]

    @property
    def stepping_s(self) -> npt.NDArray[np.float64]:
        """What the epochs took without compiling."""
        return self.whole_s - self.compiling_s


def in_turns(fits: Mapping[str, Fit]) -> dict[str, Taken]:
    """Run each training in a separate thread, one at a time, an epoch a turn.

    Args:
        fits: by name; each is given a callback to put behind all its others.
    """
    gates = [Semaphore(0) for _ in fits]
    following = islice(cycle(gates), 1, None)
    turns = [_Turn(gate, after) for gate, after in zip(gates, following, strict=False)]
    with ThreadPoolExecutor(len(fits)) as threads:
        running = [
            threads.submit(turn.take, fit) for turn, fit in zip(turns, fits.values(), strict=True)
        ]
        gates[0].release()
        for each in running:
            each.result()
    return {name: turn.taken() for name, turn in zip(fits, turns, strict=True)}


class _Turn(keras.callbacks.Callback):  # type: ignore[misc] # Keras is not typed
    """One training's place in the round."""

    def __init__(self, gate: Semaphore, after: Semaphore) -> None:
        super().__init__()
        self._gate, self._after = gate, after
        self._started_s = self._step_started_s = 0.0
        self._epochs_s: list[float] = []
        self._steps_s: list[list[float]] = []

    def take(self, fit: Fit) -> None:
        """Train, an epoch whenever it is this training's turn."""
        self._begin()
        try:
            fit(self)
            self._end()
        finally:
            self._after.release(_FOR_GOOD)

    def taken(self) -> Taken:
        """Return what the training took."""
        usual_s = statistics.median(step_s for epoch in self._steps_s for step_s in epoch)
        compiling_s = [
            sum(step_s - usual_s for step_s in epoch if step_s > _COMPILES * usual_s)
            for epoch in self._steps_s
        ]
        return Taken(np.array(self._epochs_s), np.array(compiling_s))

    def on_train_batch_begin(self, batch: int, logs: Mapping[str, float] | None = None) -> None:  # noqa: ARG002 - Keras's signature
        """Note when a step began; callbacks before this one belong to the step before."""
        self._step_started_s = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float] | None = None) -> None:  # noqa: ARG002 - Keras's signature
        """Note what the step took."""
        self._steps_s[-1].append(time.perf_counter() - self._step_started_s)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:  # noqa: ARG002 - Keras's signature
        """Let the next training have its turn."""
        self._end()
        self._after.release()
        self._begin()

    def _begin(self) -> None:
        self._gate.acquire()
        self._steps_s.append([])
        self._started_s = time.perf_counter()

    def _end(self) -> None:
        self._epochs_s.append(time.perf_counter() - self._started_s)
