"""The shape of one curve, in measures that know neither its scale nor how often it was written.

Time is the share of what was seen, or its octaves: the last half of the steps, the half before, ...
A curve that was written at each step and one that was written ever more rarely, as tracers do, have
the same octaves, and learning curves are about as straight there (power laws; Hestness et al.,
*Deep learning scaling is predictable, empirically*, 2017). Values are compared with each other,
with the range of the curve or with its noise: never as they are.

All is NaN where there are too few finite points.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from insight_lib.columnar.arrays import Floats
from insight_lib.risk.features.measures import (
    DECADES,
    log_ratio,
    median,
    ratio,
    relative_change,
    squash,
)
from insight_lib.series.change.levels import NORMAL_MAD
from insight_lib.series.series import Series

Places = npt.NDArray[np.intp]

_START_POINTS = 3  # learning may be quick: a longer start would already hold its result
_FEWEST = 5  # points below which noise and form are not known, as in series/change
_BLOCKS = 8  # stretches between which noise is smoothed away and a course is still seen
_MOST_RANKED = 64  # points of which all pairs are compared: 2,016 pairs, 30 us
_RECENT = 0.9  # share of the time from which on is "now"
# float32, in which nearly all losses are computed, resolves 1.2e-7: less is no change.
_RESOLUTION = 1.2e-7


@dataclass(frozen=True, eq=False)
class Shape:
    """A curve that should fall; one that should rise is turned over before.

    Attributes:
        written: (n,) values as they were written, with what is not finite.
        values: (m,) the finite ones.
        times: (m,) rising, in (0, 1]: their share of what was seen; the beginning lies one gap
            before the first point.
    """

    written: Floats
    values: Floats
    times: Floats

    @classmethod
    def of(cls, series: Series, sign: float = 1.0) -> "Shape":
        """Return the shape of a series, or with -1 of the series turned over."""
        keep = np.isfinite(series.values)
        return cls(series.values, sign * series.values[keep], _times(series)[keep])

    @cached_property
    def size(self) -> int:
        """How many finite points there are."""
        return int(self.values.size)

    @cached_property
    def _scaled(self) -> Floats:
        # By the largest, so that no difference overflows; all measures are free of scale.
        largest = float(np.abs(self.values).max()) if self.size else 0.0
        return self.values / largest if largest > 0 else np.zeros(self.size)

    @cached_property
    def _moves(self) -> Floats:
        return np.diff(self._scaled)

    @cached_property
    def _range(self) -> float:
        width = float(np.ptp(self._scaled)) if self.size else np.nan
        return width if width > _RESOLUTION else 0.0

    @cached_property
    def _noise(self) -> float:
        return _noise_of(self._moves) if self.size >= _FEWEST else np.nan

    @cached_property
    def start(self) -> float:
        """The level at the start, as written: the median of the first tenth, of 1 to 3 points."""
        return median(self.values[: min(max(1, self.size // 10), _START_POINTS)])

    @cached_property
    def now(self) -> float:
        """The level now, as written: the median of the last tenth of the time."""
        return self.level_between(_RECENT, 1.0)

    def level_between(self, after: float, until: float) -> float:
        """Return the median of the values in (after, until] of the time; NaN where there is none.

        The last tenth of the time always holds the last point.
        """
        first, last = np.searchsorted(self.times, (after, until), side="right")
        if until >= 1:
            first, last = min(first, self.size - 1), self.size
        return median(self.values[max(first, 0) : last])

    @cached_property
    def nonfinite(self) -> float:
        """The share of the written values that are NaN or infinite, in [0, 1]."""
        return 1 - self.size / self.written.size if self.written.size else np.nan

    @cached_property
    def change(self) -> float:
        """The relative change from the start to now, in [-1, 1]."""
        return relative_change(self.start, self.now) if self.size >= 2 else np.nan

    @cached_property
    def fall_to_noise(self) -> float:
        """The fall in units of the noise, squashed to [-1, 1]: 0.5 is a fall as large as it."""
        scaled = self._from_scaled(self.start) - self._from_scaled(self.now)
        return squash(ratio(scaled, self._noise))

    def octave(self, back: int) -> float:
        """Return the relative change into an octave of the time: of the last half with 0."""
        if self.size < 2:
            return np.nan
        later = self.level_between(0.5 ** (back + 1), 0.5**back)
        return relative_change(self.level_between(0.5 ** (back + 2), 0.5 ** (back + 1)), later)

    @cached_property
    def last_quarter(self) -> float:
        """The relative change from the third quarter of the time to the last, in [-1, 1]."""
        return relative_change(self.level_between(0.5, 0.75), self.level_between(0.75, 1.0))

    @cached_property
    def trend(self) -> float:
        """Kendall's tau of values against time, in [-1, 1]."""
        return kendall_tau(self._scaled)

    @cached_property
    def late_trend(self) -> float:
        """Kendall's tau in the second half of the points."""
        return kendall_tau(self._scaled[self.size // 2 :])

    @cached_property
    def noise_to_level(self) -> float:
        """Noise over noise plus the median size, in [0, 1]."""
        return ratio(self._noise, self._noise + abs(median(self._scaled)))

    @cached_property
    def noise_to_range(self) -> float:
        """Noise over the range, in [0, 1]."""
        return min(ratio(self._noise, self._range), 1.0) if self.size >= _FEWEST else np.nan

    @cached_property
    def noise_growth(self) -> float:
        """Noise of the second half over that of the first, in powers of ten."""
        if self.size < 2 * _FEWEST:
            return np.nan
        half = self._moves.size // 2
        return log_ratio(_noise_of(self._moves[half:]), _noise_of(self._moves[:half]))

    @cached_property
    def turns(self) -> float:
        """The share of points higher, or lower, than both neighbours: 2/3 in noise."""
        if self.size < _FEWEST:
            return np.nan
        return float((self._moves[1:] * self._moves[:-1] < 0).mean())

    @cached_property
    def overshoot(self) -> float:
        """The autocorrelation of neighbouring moves: -1 where each undoes the last, -0.5 in noise.

        Larger moves than three times the typical one count as that, so that no spike decides.
        """
        if self.size < _FEWEST:
            return np.nan
        most = 3 * median(np.abs(self._moves))
        moves = np.clip(self._moves, -most, most)
        return _within_one(ratio(float(moves[1:] @ moves[:-1]), float(moves @ moves)))

    @cached_property
    def tails(self) -> float:
        """How much of the moves' spread outliers make: 0 of normal noise, near 1 of lone spikes."""
        spread = float(self._moves.std()) if self.size >= _FEWEST else np.nan
        return _within_one(1 - ratio(self._spread_of_moves, spread)) if spread > 0 else spread

    @cached_property
    def _spread_of_moves(self) -> float:
        return NORMAL_MAD * median(np.abs(self._moves - median(self._moves)))

    @cached_property
    def jump(self) -> float:
        """The greatest single rise over the range, in [0, 1]."""
        return self._of_range(max(float(self._moves.max()), 0.0)) if self.size >= 2 else np.nan

    @cached_property
    def spike(self) -> float:
        """The greatest single rise over the noise, in powers of ten; 0 where it is within it."""
        if self.size < _FEWEST:
            return np.nan
        rise = float(self._moves.max())
        return log_ratio(max(rise, self._noise), self._noise) if rise > _RESOLUTION else 0.0

    @cached_property
    def rises(self) -> float:
        """The share of the moves that go up, in [0, 1]."""
        return float((self._moves > 0).mean()) if self.size >= _FEWEST else np.nan

    @cached_property
    def still(self) -> float:
        """The share of the moves that change nothing, in [0, 1]."""
        return float((np.abs(self._moves) <= _RESOLUTION).mean()) if self.size >= 2 else np.nan

    @cached_property
    def peak(self) -> float:
        """The highest value over the first, in powers of ten; only of values above zero."""
        if self.size < 2:
            return np.nan
        return log_ratio(float(self.values.max()), float(self.values[0]))

    @cached_property
    def shift(self) -> float:
        """The greatest excursion of the CUSUM of values around their mean, in [-0.5, 0.5].

        Over their number and standard deviation: 0.5 where the second half lies at a level above
        that of the first, 0 where there is no level but one.
        """
        if self.size < _FEWEST:
            return np.nan
        centred = self._scaled - self._scaled.mean()
        sums = np.cumsum(centred)
        place = int(np.argmax(np.abs(sums)))
        spread = self.size * float(centred.std())
        return -float(sums[place]) / spread if self._range else 0.0

    @cached_property
    def _blocks(self) -> Floats:
        """The medians of 8 stretches of as many points each; the points where they are fewer."""
        points = self.size // _BLOCKS
        if points < 2:
            return self._scaled
        ordered = np.sort(self._scaled[self.size - points * _BLOCKS :].reshape(_BLOCKS, -1), axis=1)
        return (ordered[:, (points - 1) // 2] + ordered[:, points // 2]) / 2

    @cached_property
    def rebound(self) -> float:
        """The relative change from the lowest level to now, in [0, 1]."""
        if self.size < 2:
            return np.nan
        return relative_change(float(self._blocks.min()), float(self._blocks[-1]))

    @cached_property
    def lost(self) -> float:
        """The share of the range that lies between the lowest level and now, in [0, 1]."""
        if self.size < 2:
            return np.nan
        return self._of_range(float(self._blocks[-1] - self._blocks.min()))

    @cached_property
    def lowest_at(self) -> float:
        """When its lowest level was: 1 now, near 0 at the start."""
        if self.size < 2:
            return np.nan
        lowest = int(self._blocks.size - 1 - np.argmin(self._blocks[::-1]))
        return (lowest + 1) / self._blocks.size

    @cached_property
    def plateau(self) -> float:
        """The share of the points, up to now, since when the level is what it is now."""
        if self.size < _FEWEST:
            return np.nan
        near = max(2 * self._noise, 0.05 * self._range, _RESOLUTION)
        away = np.flatnonzero(np.abs(self._blocks - self._blocks[-1]) > near)
        return 1 - (int(away[-1]) + 1) / self._blocks.size if away.size else 1.0

    @cached_property
    def half_fallen_at(self) -> float:
        """The share of the time after which half of the range was fallen, in [0, 1]."""
        if self.size < _FEWEST:
            return np.nan
        middle = (self._blocks[0] + self._blocks.min()) / 2
        return float((int(np.argmax(self._blocks <= middle)) + 1) / self._blocks.size)

    @cached_property
    def power(self) -> float:
        """The exponent of the power law through the values above zero, cut to [-6, 6]."""
        return self._power_from(0.0)

    @cached_property
    def late_power(self) -> float:
        """The exponent in the last three quarters of the time."""
        return self._power_from(0.25)

    def _power_from(self, after: float) -> float:
        keep = (self._scaled > 0) & (self.times > after)
        time, value = np.log10(self.times[keep]), np.log10(self._scaled[keep])
        if time.size < _FEWEST:
            return np.nan
        centred = time - time.mean()
        slope = ratio(float(centred @ value), float(centred @ centred))
        return float(np.clip(slope, -DECADES, DECADES))

    def _of_range(self, height: float) -> float:
        return min(ratio(height, self._range), 1.0) if self._range else 0.0

    def _from_scaled(self, value: float) -> float:
        largest = float(np.abs(self.values).max()) if self.size else 0.0
        return value / largest if largest > 0 else 0.0 if self.size else np.nan


NO_SHAPE = Shape(np.zeros(0), np.zeros(0), np.zeros(0))
"""Of a curve that was not written: all is NaN."""


def _times(series: Series) -> Floats:
    """Return the share of what was seen at each point (n,), in (0, 1], rising."""
    steps = series.steps
    if steps.size < 2:
        return np.ones(steps.size)
    gap = int(steps[1] - steps[0])
    past = (steps - steps[0] + max(gap, 1)).astype(np.float64)
    shares: Floats = past / past[-1]
    return shares


def _noise_of(moves: Floats) -> float:
    """Return the standard deviation of the noise that makes such moves; see ``levels.noise``."""
    spread = NORMAL_MAD * median(np.abs(moves - median(moves))) / np.sqrt(2)
    return float(spread) if spread > _RESOLUTION else 0.0


def kendall_tau(values: Floats) -> float:
    """Return Kendall's tau-b of values (n,) in their order; 0 of constants, NaN under 4 points."""
    if values.size < 4:
        return np.nan
    if values.size > _MOST_RANKED:
        values = values[np.linspace(0, values.size - 1, _MOST_RANKED).astype(np.intp)]
    later, earlier = _pairs(values.size)
    differences = values[later] - values[earlier]
    signs = np.sign(np.where(np.abs(differences) > _RESOLUTION, differences, 0.0))
    untied = float(np.abs(signs).sum())
    return float(signs.sum() / np.sqrt(signs.size * untied)) if untied else 0.0


@lru_cache(maxsize=_MOST_RANKED)
def _pairs(size: int) -> tuple[Places, Places]:
    """Return the later and the earlier place of every pair."""
    return np.tril_indices(size, -1)


def _within_one(value: float) -> float:
    return float(np.clip(value, -1.0, 1.0))
