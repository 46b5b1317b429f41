"""Between which numbers the output of an activation function lies."""

import math

RELU_LIKE = frozenset({"relu", "relu6", "threshold"})
"""Functions that are exactly zero below zero, with no gradient there."""
_INFINITY = math.inf
# Lower and upper end; of selu and elu by their definition with the usual constants.
_RANGES = {
    "sigmoid": (0.0, 1.0),
    "hard_sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "hard_tanh": (-1.0, 1.0),
    "softsign": (-1.0, 1.0),
    "relu": (0.0, _INFINITY),
    "relu6": (0.0, 6.0),
    "softplus": (0.0, _INFINITY),
    "exponential": (0.0, _INFINITY),
    "elu": (-1.0, _INFINITY),
    "selu": (-1.7581, _INFINITY),
}


def output_range(activation: str) -> tuple[float, float] | None:
    """Return the least and the greatest output; None of a function that reaches every number.

    A function that is not known counts as one that does.
    """
    return _RANGES.get(activation)
