"""Faults at less than their full strength, down to where they do no harm.

Numbers lie between those of the healthy settings and of the faulty ones; of the examples, a share is
spoiled. What is one of a few choices (an optimizer, an activation) is faulty at every strength.
"""

import math
from dataclasses import fields, replace
from typing import Any

import numpy as np

from insight_lib.zoo.dataset import Array, Dataset, Inputs
from insight_lib.zoo.settings import Settings

# A share or a penalty may be 0, where a logarithm says nothing.
_LINEAR = frozenset({"dropout", "l2"})


def weakened_settings(healthy: Settings, faulty: Settings, strength: float) -> Settings:
    """Return settings between healthy and faulty ones.

    Args:
        healthy: of strength 0.
        faulty: of strength 1.
        strength: above 0, up to 1; numbers lie there on a logarithmic scale, shares and penalties on
            a linear one.
    """
    between: dict[str, Any] = {}
    for field in fields(Settings):
        start, end = getattr(healthy, field.name), getattr(faulty, field.name)
        if start != end and _are_numbers(start, end):
            scale = _linear if field.name in _LINEAR else _logarithmic
            value = scale(start, end, strength)
            between[field.name] = round(value) if isinstance(end, int) else value
    return replace(faulty, **between)


def _are_numbers(*values: object) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def _linear(start: float, end: float, strength: float) -> float:
    return start + strength * (end - start)


def _logarithmic(start: float, end: float, strength: float) -> float:
    return math.exp(_linear(math.log(start), math.log(end), strength))


def weakened_data(
    clean: Dataset, spoiled: Dataset, strength: float, rng: np.random.Generator
) -> Dataset:
    """Return examples of which a share is spoiled.

    Args:
        clean: the examples as loaded.
        spoiled: the same examples spoiled; where the fault takes some away, they are returned.
        strength: the share, above 0, up to 1.
        rng: draws which.
    """
    if strength >= 1 or len(clean.train_y) != len(spoiled.train_y):
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
