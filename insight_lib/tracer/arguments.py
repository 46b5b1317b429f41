"""What the tracer's arguments must be, told where they are given."""

import os
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np

from insight_lib.errors import InputError


def run_dir_of(log_dir: object) -> Path:
    """Return the run directory.

    Raises:
        InputError: it is empty or no path.
    """
    if not isinstance(log_dir, (str, os.PathLike)) or not os.fspath(log_dir):
        raise InputError(f"log_dir is {log_dir!r}, not a folder; give the run directory's path")
    return Path(log_dir)


def is_whole(value: object) -> bool:
    """Return whether a value is a whole number; a truth value is none."""
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def check_every(every: int) -> None:
    """Raise ``InputError`` where ``every`` is no positive whole number."""
    if not is_whole(every) or every < 1:
        raise InputError(f"every is {every!r}, which is not a number of steps; give 1 or more")


def check_names(argument: str, names: object) -> None:
    """Raise ``InputError`` where names are not a list of at least one text."""
    if isinstance(names, str):
        raise InputError(f"{argument} is the text {names!r}; give a list of names: [{names!r}]")
    if not isinstance(names, Sequence) or not names:
        raise InputError(f"{argument} is {names!r}; give a list of at least one name")
    if not all(isinstance(name, str) for name in names):
        raise InputError(f"{argument} is {names!r}; give the names as texts")


def check_model(model: object) -> None:
    """Raise ``InputError`` where the model is none of Keras."""
    if not isinstance(model, keras.Model):
        raise InputError(f"model is {model!r}, no Keras model; give the one that the step trains")


def optimizers_in(optimizer: object) -> list[keras.optimizers.Optimizer]:
    """Return the optimizers of an argument that may be one or several.

    Raises:
        InputError: there is none, or something else.
    """
    optimizers = list(optimizer) if isinstance(optimizer, (list, tuple)) else [optimizer]
    if not optimizers:
        raise InputError("no optimizer; give the one that the training step applies")
    for each in optimizers:
        if not isinstance(each, keras.optimizers.Optimizer):
            raise InputError(
                f"optimizer is {each!r}, no Keras optimizer; give the object that the training "
                "step applies, such as keras.optimizers.Adam()"
            )
    return optimizers
