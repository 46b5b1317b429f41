"""The event files of a run's streams, and of which model's training they are."""

from pathlib import Path
from weakref import WeakKeyDictionary

import keras
import tensorflow as tf

from insight_lib.dealer.event_log import EventLog

TRAIN = "train"
VALIDATION = "validation"

_RUN_DIRS: WeakKeyDictionary[keras.Model, Path] = WeakKeyDictionary()


class SummaryStreams:
    """The event files of a run directory, one a stream, each opened at its first summary.

    Every method raises ``OSError`` or ``tf.errors.OpError`` where the file system refuses.
    """

    def __init__(self, run_dir: Path) -> None:
        self._run_dir = run_dir
        self._logs: dict[str, EventLog] = {}

    def write(self, stream: str, summary: tf.compat.v1.Summary, step: int) -> None:
        """Write a ``Summary`` message as one event of ``stream``."""
        if stream not in self._logs:
            self._logs[stream] = EventLog(self._run_dir / stream)
        self._logs[stream].write(summary, step)

    def flush(self) -> None:
        """Flush what was written to the file system."""
        for log in self._logs.values():
            log.flush()

    def end(self) -> None:
        """Write that the training ended, where something of it was written."""
        if TRAIN in self._logs:
            self._logs[TRAIN].write_end()

    def close(self) -> None:
        """Flush and close all; a later ``write`` opens a new file."""
        while self._logs:
            self._logs.popitem()[1].close()


def note_run_dir(model: keras.Model, run_dir: Path) -> None:
    """Note where a model's training is traced into from now on."""
    _RUN_DIRS[model] = run_dir


def run_dir_of_model(model: keras.Model) -> Path | None:
    """Return where a model was traced into last; None where it never was."""
    return _RUN_DIRS.get(model)
