"""Count, mean and squared deviations of a set of numbers, merged without the numbers themselves.

``merge`` is associative and commutative up to rounding, and ``NOTHING`` is its neutral element, so
that parts may be summed in any order. Sums of squares are never subtracted from each other, which
would lose every digit of a spread that is small beside the mean.

References:
    [1] Chan, Golub, LeVeque: Updating Formulae and a Pairwise Algorithm for Computing Sample
        Variances, 1979, formulae 2.1a and 2.1b.
"""

from dataclasses import dataclass
from functools import reduce

import numpy as np

from insight_lib.dissection.compact import FloatArray

PART = 1 << 20
"""Numbers summed at once: what is made on the way is no larger."""


@dataclass(frozen=True)
class Moments:
    """Moments of numbers without NaN and infinities.

    Attributes:
        count: how many.
        mean: 0 of none.
        m2: sum of squared deviations from the mean.
        l1: sum of absolute values.
        squares: sum of squares.
    """

    count: int
    mean: float
    m2: float
    l1: float
    squares: float

    def merge(self, other: "Moments") -> "Moments":
        """Return the moments of both sets together [1]."""
        count = self.count + other.count
        if not self.count or not other.count:
            return self if self.count else other
        apart = other.mean - self.mean
        return Moments(
            count,
            self.mean + apart * (other.count / count),
            self.m2 + other.m2 + apart * apart * (self.count * (other.count / count)),
            self.l1 + other.l1,
            self.squares + other.squares,
        )

    @property
    def variance(self) -> float:
        """Population variance; NaN of none."""
        return self.m2 / self.count if self.count else np.nan


NOTHING = Moments(0, 0.0, 0.0, 0.0, 0.0)


def moments_of(numbers: FloatArray) -> Moments:
    """Return the moments of finite numbers (n,), summed in parts of ``PART``.

    A sum beyond the largest double is infinite.
    """
    parts = (numbers[start : start + PART] for start in range(0, numbers.size, PART))
    return reduce(Moments.merge, map(_of_part, parts), NOTHING)


def _of_part(part: FloatArray) -> Moments:
    with np.errstate(over="ignore", invalid="ignore"):
        mean = float(part.mean())
        deviation = part - mean
        l1, squares = float(np.abs(part).sum()), float(part @ part)
        return Moments(part.size, mean, float(deviation @ deviation), l1, squares)
