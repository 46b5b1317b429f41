"""How a curve moves from point to point."""

import math
from dataclasses import dataclass
from functools import cached_property

from insight_lib.columnar.arrays import Floats
from insight_lib.risk.features.measures import log_ratio, median, ratio, squash
from insight_lib.risk.features.shape import moves
from insight_lib.risk.features.shape.course import Course
from insight_lib.risk.features.shape.moves import FEWEST, RESOLUTION


@dataclass(frozen=True, eq=False)
class NoisyCourse(Course):
    """A course with the noise around it."""

    @cached_property
    def _moves(self) -> Floats:
        return self._scaled[1:] - self._scaled[:-1]

    @cached_property
    def _counts(self) -> moves.Counts:
        return moves.Counts(*moves.count_moves(self._moves))

    @cached_property
    def _noise(self) -> float:
        return moves.noise_of_spread(self._spread) if self.size >= FEWEST else math.nan

    @cached_property
    def _spread(self) -> float:
        return moves.spread_of(self._moves)

    @cached_property
    def fall_to_noise(self) -> float:
        """The fall in units of the noise, squashed to [-1, 1]: 0.5 is a fall as large as it."""
        scaled = self._from_scaled(self.start) - self._from_scaled(self.now)
        return squash(ratio(scaled, self._noise))

    def _from_scaled(self, value: float) -> float:
        return value / self._largest if self._largest > 0 else 0.0 if self.size else math.nan

    @cached_property
    def noise_to_level(self) -> float:
        """Noise over noise plus the median size, in [0, 1]."""
        return ratio(self._noise, self._noise + abs(median(self._scaled)))

    @cached_property
    def noise_to_range(self) -> float:
        """Noise over the range, in [0, 1]."""
        return min(ratio(self._noise, self._range), 1.0) if self.size >= FEWEST else math.nan

    @cached_property
    def noise_growth(self) -> float:
        """Noise of the second half over that of the first, in powers of ten."""
        if self.size < 2 * FEWEST:
            return math.nan
        half = self._moves.size // 2
        return log_ratio(moves.noise_of(self._moves[half:]), moves.noise_of(self._moves[:half]))

    @cached_property
    def turns(self) -> float:
        """The share of points higher, or lower, than both neighbours: 2/3 in noise."""
        if self.size < FEWEST:
            return math.nan
        return self._counts.turns / (self.size - 2)

    @cached_property
    def overshoot(self) -> float:
        """The autocorrelation of neighbouring moves: -1 where each undoes the last, -0.5 in noise.

        See ``moves.overshoot``.
        """
        return moves.overshoot(self._moves) if self.size >= FEWEST else math.nan

    @cached_property
    def tails(self) -> float:
        """How much of the moves' spread outliers make: 0 of normal noise, near 1 of lone spikes."""
        return moves.tails(self._moves, self._spread) if self.size >= FEWEST else math.nan

    @cached_property
    def jump(self) -> float:
        """The greatest single rise over the range, in [0, 1]."""
        return self._of_range(max(self._counts.greatest, 0.0)) if self.size >= 2 else math.nan

    @cached_property
    def spike(self) -> float:
        """The greatest single rise over the noise, in powers of ten; 0 where it is within it."""
        if self.size < FEWEST:
            return math.nan
        rise = self._counts.greatest
        return log_ratio(max(rise, self._noise), self._noise) if rise > RESOLUTION else 0.0

    @cached_property
    def rises(self) -> float:
        """The share of the moves that go up, in [0, 1]."""
        return self._counts.rises / (self.size - 1) if self.size >= FEWEST else math.nan

    @cached_property
    def still(self) -> float:
        """The share of the moves that change nothing, in [0, 1]."""
        return self._counts.still / (self.size - 1) if self.size >= 2 else math.nan
