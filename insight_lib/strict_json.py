"""Strict JSON: NaN and infinities, which JSON lacks, become words."""

import math


def strict_json(value: object) -> object:
    """Replace NaN and infinities, at any depth, by ``"NaN"``, ``"Infinity"``, ``"-Infinity"``.

    >>> strict_json({"loss": [1.0, float("-inf")]})
    {'loss': [1.0, '-Infinity']}
    """
    if isinstance(value, dict):
        return {key: strict_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [strict_json(item) for item in value]
    if isinstance(value, float) and math.isnan(value):
        return "NaN"
    if isinstance(value, float) and math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value
