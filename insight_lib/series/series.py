"""A scalar series: values over steps."""

from dataclasses import dataclass

from insight_lib.columnar.arrays import Floats, Integers

Key = tuple[str, str]
"""The stream and tag of a scalar series."""


@dataclass(frozen=True)
class Series:
    """A scalar over steps: ``steps`` (n,) int64 rising, ``values`` (n,) float64, NaN kept.

    Where the writer never passed a step, ``steps`` are places in the order of writing.
    """

    steps: Integers
    values: Floats
