"""Trainings that take turns, epoch by epoch, so that what disturbs one disturbs all."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from threading import Semaphore

import keras

Fit = Callable[[keras.callbacks.Callback], None]
# More turns than any training has epochs: a training that ended holds up no other.
_FOR_GOOD = 1_000_000


def in_turns(fits: Mapping[str, Fit]) -> dict[str, list[float]]:
    """Run each training in a thread of its own, one at a time, an epoch a turn.

    Args:
        fits: by name; each is given a callback to put behind all its others.

    Returns:
        The seconds of each epoch; what precedes the first belongs to it, what follows the last
        stands by itself.
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
    return {name: turn.taken_s for name, turn in zip(fits, turns, strict=True)}


class _Turn(keras.callbacks.Callback):  # type: ignore[misc] # Keras is not typed
    """One training's place in the round."""

    def __init__(self, gate: Semaphore, after: Semaphore) -> None:
        super().__init__()
        self._gate, self._after = gate, after
        self._started_s = 0.0
        self.taken_s: list[float] = []

    def take(self, fit: Fit) -> None:
        self._begin()
        try:
            fit(self)
            self._end()
        finally:
            self._after.release(_FOR_GOOD)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:  # noqa: ARG002 - Keras's signature
        self._end()
        self._after.release()
        self._begin()

    def _begin(self) -> None:
        self._gate.acquire()
        self._started_s = time.perf_counter()

    def _end(self) -> None:
        self.taken_s.append(time.perf_counter() - self._started_s)
