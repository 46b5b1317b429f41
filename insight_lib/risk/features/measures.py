"""The bounded, scale-free measures that features are made of."""

import math

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.columnar.median import finite_of, middle_of
from insight_lib.kernels import compiles_ahead, kernel

DECADES = 6.0
"""Powers of ten are cut at plus and minus this: float32, in which nearly all training happens,
resolves 7 digits, so a larger ratio says no more than "lost against it"."""


def finite(values: Floats) -> Floats:
    """Return the values that are neither NaN nor infinite; shape (at most n,)."""
    return values[np.isfinite(values)]


def median(values: Floats) -> float:
    """Return the median of the finite values; NaN where there is none."""
    return finite_median(np.ascontiguousarray(values, np.float64))


@kernel
def finite_median(values: Floats) -> float:
    """Return ``median``, for kernels."""
    known = finite_of(values)
    if known.size == 0:
        return math.nan
    low, high = middle_of(known)
    return low / 2 + high / 2  # halved first, so that two huge values cannot overflow


def greatest(values: Floats) -> float:
    """Return the greatest of the finite values; NaN where there is none."""
    known = finite(values)
    return float(known.max()) if known.size else np.nan


def relative_change(before: float, after: float) -> float:
    """Return (after - before) / (|before| + |after|): in [-1, 1], negative when it fell.

    Unlike (after - before) / before it is bounded, and defined where ``before`` is 0 or negative.
    0 when both are 0; NaN when either is not finite.
    """
    if not (math.isfinite(before) and math.isfinite(after)):
        return math.nan
    # Halved first, so that the sum of two huge losses cannot overflow.
    size = abs(before) / 2 + abs(after) / 2
    return 0.0 if size == 0 else float((after / 2 - before / 2) / size)


def log_ratio(over: float, under: float) -> float:
    """Return log10(over / under), cut to [-DECADES, DECADES].

    A single 0 gives a bound; NaN when both are 0, or when either is negative or not finite.
    """
    if not (math.isfinite(over) and math.isfinite(under)) or min(over, under) < 0:
        return math.nan
    if over == 0 or under == 0:
        return math.nan if over == under else math.copysign(DECADES, over - under)
    return min(max(math.log10(over) - math.log10(under), -DECADES), DECADES)


def bounded_log10(value: float) -> float:
    """Return log10(value), cut to [-DECADES, DECADES]; NaN when it is negative or not finite."""
    return log_ratio(value, 1.0)


def squash(value: float) -> float:
    """Return value / (1 + |value|), in [-1, 1]; the sign of an infinite value, NaN of NaN."""
    return math.copysign(1.0, value) if math.isinf(value) else float(value / (1 + abs(value)))


def ratio(part: float, whole: float) -> float:
    """Return part / whole, 0 of nothing over nothing and infinite of something over nothing."""
    if whole == 0:
        return 0.0 if part == 0 else math.copysign(math.inf, part)
    return float(part) / float(whole)


@compiles_ahead
def _call_kernels() -> None:
    median(np.ones(1))
