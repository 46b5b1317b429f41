"""The course of a return of reinforcement learning: where it began, what it reached, how it ended.

Levels are means, since a sparse reward is 0 in most episodes and its median tells nothing. Whether
two levels differ is judged in standard errors of their difference, widened for autocorrelation: a
logged return is often a moving mean over 100 episodes.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.columnar.median import median
from insight_lib.dissection.run.view import NamedSeries
from insight_lib.series.change.autocorrelation import variance_factor
from insight_lib.series.change.levels import noise

STRETCHES = 10
ROUNDING = 1e-6
"""Differences below this share of the largest value are rounding."""
_END_SHARE = 0.2
_LEAST_STRETCH = 2
# Of a return that broke off late: fewer may be a dip.
_LAST_POINTS = 5
# What a policy does before it learns is seen in the first points alone: learning may be quick.
_FIRST_POINTS = 3
# Fewer values have no spread of their own; that of neighbours is taken.
_FOR_SPREAD = 5


@dataclass(frozen=True)
class Course:
    """The course of a return.

    Attributes:
        named: its finite points, four or more; more is better.
    """

    named: NamedSeries

    @property
    def steps(self) -> Integers:
        """The steps (n,) of its points."""
        return self.named.series.steps

    @property
    def values(self) -> Floats:
        """The values (n,) of its points."""
        return self.named.series.values

    @cached_property
    def stretch(self) -> int:
        """Points of a stretch: a tenth of all, two at least."""
        return max(_LEAST_STRETCH, self.values.size // STRETCHES)

    @cached_property
    def beginning(self) -> Floats:
        """The values of the first stretch."""
        return self.values[: self.stretch]

    @cached_property
    def ending(self) -> Floats:
        """The values of the last fifth, two at least."""
        return self.values[-max(_LEAST_STRETCH, int(self.values.size * _END_SHARE)) :]

    @cached_property
    def last_points(self) -> Floats:
        """The values of the last tenth, five at least."""
        return self.values[-max(_LAST_POINTS, self.stretch) :]

    @cached_property
    def best_place(self) -> int:
        """Where the stretch before the end with the best sustained level begins."""
        places = self._places()
        return places[int(np.argmax([_sustained(self._at(place)) for place in places]))]

    @cached_property
    def best(self) -> Floats:
        """The values of that stretch."""
        return self._at(self.best_place)

    @cached_property
    def best_level(self) -> float:
        """The mean of that stretch without its highest value: a single one proves nothing."""
        return _sustained(self.best)

    @cached_property
    def end_level(self) -> float:
        """The mean of the last fifth."""
        return float(self.ending.mean())

    @cached_property
    def start_level(self) -> float:
        """The mean of the first stretch."""
        return float(self.beginning.mean())

    @cached_property
    def sustained_start(self) -> float:
        """The mean of the first stretch without its highest value, which may be of few episodes."""
        return _sustained(self.beginning)

    @cached_property
    def first_level(self) -> float:
        """The median of the first points, at most three and a tenth of all."""
        first = min(_FIRST_POINTS, max(1, self.values.size // STRETCHES))
        return median(self.values[:first])

    @cached_property
    def lowest_start(self) -> float:
        """The lowest of the two levels at the start and the first value."""
        return min(self.start_level, self.first_level, float(self.values[0]))

    @cached_property
    def range(self) -> float:
        """The distance between the highest and the lowest mean of a stretch."""
        means = [float(self._at(place).mean()) for place in self._places()]
        return max(*means, self.end_level) - min(*means, self.end_level)

    @cached_property
    def spread(self) -> float:
        """The standard deviation of the values around the means of their stretches."""
        return float(np.sqrt(np.mean(self._residuals**2)))

    @cached_property
    def size(self) -> float:
        """The largest absolute value."""
        return float(np.abs(self.values).max())

    @property
    def is_constant(self) -> bool:
        """Whether all values are the same, but for rounding."""
        return bool(np.ptp(self.values) <= ROUNDING * self.size)

    def begins_by(self, share: float) -> bool:
        """Return whether the first point lies no later than a share of the steps between the ends.

        Otherwise the log goes on with a training that began elsewhere.
        """
        first, last = int(self.steps[0]), int(self.steps[-1])
        return first <= share * (last - first)

    def levels(self) -> Floats:
        """Return the means of ten stretches, of fewer points those that there are."""
        parts = np.array_split(self.values, min(STRETCHES, self.values.size))
        return np.array([float(part.mean()) for part in parts])

    @cached_property
    def start_error(self) -> float:
        """The standard error of the mean of the first stretch."""
        return self._error(self.beginning)

    @cached_property
    def best_error(self) -> float:
        """That of the best stretch."""
        return self._error(self.best)

    @cached_property
    def end_error(self) -> float:
        """That of the last fifth."""
        return self._error(self.ending)

    def onset(self, before: float, after: float, earliest: int) -> int:
        """Return the place since which the values are nearer to one level than to another."""
        rest = self.values[earliest:]
        gained = np.cumsum(np.abs(rest - before) - np.abs(rest - after))
        return earliest + min(int(np.argmin(gained)) + 1, rest.size - 1)

    def _places(self) -> list[int]:
        """Return where stretches before the end begin; neighbours overlap by half."""
        last = max(0, self.values.size - self.ending.size - self.stretch)
        return [*range(0, last, max(1, self.stretch // 2)), last]

    def _at(self, place: int) -> Floats:
        return self.values[place : place + self.stretch]

    def _error(self, values: Floats) -> float:
        """Return the standard error of the mean of some neighbouring values; never 0."""
        spread = self._noise if values.size < _FOR_SPREAD else float(values.std(ddof=1))
        lags = np.arange(1, self.values.size)
        factor = variance_factor(self._residuals, np.maximum(0.0, 1 - lags / values.size))
        error = float(spread * np.sqrt(factor / values.size))
        return max(error, ROUNDING * self.size, np.finfo(float).tiny)

    @cached_property
    def _noise(self) -> float:
        return noise(self.values)

    @cached_property
    def _residuals(self) -> Floats:
        parts = np.array_split(self.values, max(1, self.values.size // self.stretch))
        return np.concatenate([part - part.mean() for part in parts])


def _sustained(values: Floats) -> float:
    if values.size <= _LEAST_STRETCH:
        return float(values.min())
    return float((values.sum() - values.max()) / (values.size - 1))
