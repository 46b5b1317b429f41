"""The form of a curve: its lowest level, its plateaus and its shifts."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from insight_lib.risk.features.measures import relative_change
from insight_lib.risk.features.shape import moves
from insight_lib.risk.features.shape.levels import block_levels
from insight_lib.risk.features.shape.moves import FEWEST, RESOLUTION
from insight_lib.risk.features.shape.noise import NoisyCourse


@dataclass(frozen=True, eq=False)
class Shape(NoisyCourse):
    """A curve with all its measures."""

    @cached_property
    def _blocks(self) -> list[float]:
        return block_levels(self._scaled)

    @cached_property
    def rebound(self) -> float:
        """The relative change from the lowest level to now, in [0, 1]."""
        if self.size < 2:
            return math.nan
        return relative_change(min(self._blocks), self._blocks[-1])

    @cached_property
    def lost(self) -> float:
        """The share of the range that lies between the lowest level and now, in [0, 1]."""
        if self.size < 2:
            return math.nan
        return self._of_range(self._blocks[-1] - min(self._blocks))

    @cached_property
    def lowest_at(self) -> float:
        """When its lowest level was: 1 now, near 0 at the start."""
        if self.size < 2:
            return math.nan
        lowest = min(self._blocks)
        return max(n for n, one in enumerate(self._blocks, 1) if one == lowest) / len(self._blocks)

    @cached_property
    def plateau(self) -> float:
        """The share of the points, up to now, since when the level is what it is now."""
        if self.size < FEWEST:
            return math.nan
        near, now = max(2 * self._noise, 0.05 * self._range, RESOLUTION), self._blocks[-1]
        away = [n for n, one in enumerate(self._blocks, 1) if abs(one - now) > near]
        return 1 - away[-1] / len(self._blocks) if away else 1.0

    @cached_property
    def half_fallen_at(self) -> float:
        """The share of the time after which half of the range was fallen, in [0, 1]."""
        if self.size < FEWEST:
            return math.nan
        middle = (self._blocks[0] + min(self._blocks)) / 2
        fallen = (n for n, one in enumerate(self._blocks, 1) if one <= middle)
        return next(fallen) / len(self._blocks)

    @cached_property
    def shift(self) -> float:
        """The greatest excursion of the CUSUM of values around their mean, in [-0.5, 0.5].

        Over their number and standard deviation: 0.5 where the second half lies at a level above
        that of the first, 0 where there is no level but one.
        """
        if self.size < FEWEST:
            return math.nan
        if not self._range:
            return 0.0
        centred = self._scaled - np.add.reduce(self._scaled) / self.size
        return -moves.farthest_sum(centred) / (self.size * moves.deviation(centred))


NO_SHAPE = Shape(np.zeros(0), np.zeros(0), np.zeros(0))
"""Of a curve that was not written: all is NaN."""
