"""Ranks, and the tails of the normal and of Student's distribution."""

import math

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.kernels import compiles_ahead, kernel


def ranks(values: Floats) -> Floats:
    """Return the rank of each value from 1; equal values share the mean of theirs."""
    return _ranks(np.ascontiguousarray(values, np.float64))


@kernel
def _ranks(values: Floats) -> Floats:
    order = np.argsort(values)
    found = np.empty(values.size)
    stop = 0
    while stop < values.size:
        start, stop = stop, stop + 1
        while stop < values.size and values[order[stop]] == values[order[start]]:
            stop += 1
        for place in range(start, stop):
            found[order[place]] = (start + 1 + stop) / 2
    return found


def normal_tails(z: float) -> float:
    """Return the probability that a standard normal value lies at least ``z`` from 0."""
    return math.erfc(abs(z) / math.sqrt(2))


@kernel
def student_tails(t: float, degrees: int) -> float:
    """Return the probability that a value of Student's distribution lies at least ``t`` from 0.

    The finite sums of Abramowitz and Stegun, *Handbook of mathematical functions*, 26.7.3 and
    26.7.4; exact to 1e-15 or so, and 0 for what is less probable than that.
    """
    angle = math.atan2(abs(t), math.sqrt(degrees))
    squared = math.cos(angle) ** 2
    odd = degrees % 2
    term = math.cos(angle) if odd else 1.0
    total = term if degrees > 1 else 0.0
    for k in range(2 + odd, degrees - 1, 2):
        term *= squared * (k - 1) / k
        total += term
    inside = math.sin(angle) * total
    if odd:
        inside = 2 / math.pi * (angle + inside)
    return min(1.0, max(0.0, 1 - inside))


@compiles_ahead
def _call_kernels() -> None:
    ranks(np.ones(1))
    student_tails(1.0, 1)
