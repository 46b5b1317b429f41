"""Faults at less than their full strength, down to where they do no harm.

Numbers lie between those of the healthy settings and of the faulty ones; of the examples, a share
is spoiled. What is one of a few choices (an optimizer, an activation) is faulty at every strength.
"""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from insight_lib.zoo.dataset import Array, Dataset, Inputs
from insight_lib.zoo.loops import LoopSettings
from insight_lib.zoo.settings import Settings

_LOGARITHMIC = ("learning_rate", "epochs", "batch_size")
# A share or a penalty may be 0, where a logarithm says nothing.
_LINEAR = ("dropout", "l2")


def weakened_settings(healthy: Settings, faulty: Settings, strength: float) -> Settings:
    """Return settings between healthy and faulty ones.

    Args:
        healthy: of strength 0.
        faulty: of strength 1.
        strength: above 0, up to 1; numbers lie there on a logarithmic scale, shares and penalties
            on a linear one.
    """
    if strength >= 1:
        return faulty
    between: dict[str, Any] = {}
    for name in (*_LOGARITHMIC, *_LINEAR):
        start, end = getattr(healthy, name), getattr(faulty, name)
        value = (_logarithmic if name in _LOGARITHMIC else _linear)(start, end, strength)
        between[name] = round(value) if isinstance(end, int) else value
    return replace(faulty, **between)


def _linear(start: float, end: float, strength: float) -> float:
    return start + strength * (end - start)


def _logarithmic(start: float, end: float, strength: float) -> float:
    return math.exp(_linear(math.log(start), math.log(end), strength))


def weakened_loop(healthy: LoopSettings, faulty: LoopSettings, strength: float) -> LoopSettings:
    """Return settings of a loop between healthy and faulty ones: its learning rate and its options.

    Options lie on a linear scale, since they may be of either sign.
    """
    if strength >= 1:
        return faulty
    options = {
        name: _linear(value, faulty.options[name], strength)
        for name, value in healthy.options.items()
    }
    rate = _logarithmic(healthy.learning_rate, faulty.learning_rate, strength)
    return replace(faulty, learning_rate=rate, options=options)


def weakened_data(
    clean: Dataset, spoiled: Dataset, strength: float, rng: np.random.Generator
) -> Dataset:
    """Return examples of which a share is spoiled.

    Args:
        clean: the examples as loaded.
        spoiled: the same examples spoiled; where the fault takes some away, or shapes their labels
            otherwise, they are returned.
        strength: the share, above 0, up to 1.
        rng: draws which.
    """
    if strength >= 1 or clean.train_y.shape != spoiled.train_y.shape:
        return spoiled
    train, validation = (
        rng.random(len(labels)) < strength for labels in (clean.train_y, clean.validation_y)
    )
    return replace(
        spoiled,
        train_x=_mixed_inputs(clean.train_x, spoiled.train_x, train),
        train_y=_mixed(clean.train_y, spoiled.train_y, train),
        validation_x=_mixed_inputs(clean.validation_x, spoiled.validation_x, validation),
        validation_y=_mixed(clean.validation_y, spoiled.validation_y, validation),
    )


def _mixed_inputs(clean: Inputs, spoiled: Inputs, chosen: Array) -> Inputs:
    if isinstance(clean, np.ndarray) and isinstance(spoiled, np.ndarray):
        return _mixed(clean, spoiled, chosen)
    return {name: _mixed(clean[name], spoiled[name], chosen) for name in clean}


def _mixed(clean: Array, spoiled: Array, chosen: Array) -> Array:
    rows = chosen.reshape(-1, *(1,) * (clean.ndim - 1))
    mixed: Array = np.where(rows, spoiled, clean)
    return mixed
