"""Which run directory a model is traced into, for other callbacks of the same training."""

from pathlib import Path
from weakref import WeakKeyDictionary

import keras

_RUN_DIRS: WeakKeyDictionary[keras.Model, Path] = WeakKeyDictionary()


def note_run_dir(model: keras.Model, run_dir: Path) -> None:
    """Note where a model's training is traced into from now on."""
    _RUN_DIRS[model] = run_dir


def run_dir_of_model(model: keras.Model) -> Path | None:
    """Return where a model was traced into last; None where it never was."""
    return _RUN_DIRS.get(model)
