"""Where a curve began, went and is now."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.risk.features.measures import log_ratio, median, ratio, relative_change
from insight_lib.risk.features.shape.levels import level_between, shares_of_time
from insight_lib.risk.features.shape.moves import RESOLUTION
from insight_lib.risk.features.shape.power_law import exponent
from insight_lib.risk.features.shape.trend import kendall_tau
from insight_lib.series.series import Series

_START_POINTS = 3  # learning may be quick: a longer start would already hold its result
_RECENT = 0.9  # share of the time from which on is "now"
_LATE = 0.25  # share of the time after which the first, steepest fall is over


@dataclass(frozen=True, eq=False)
class Course:
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
    def of(cls, series: Series, sign: float = 1.0) -> Self:
        """Return the shape of a series, or with -1 of the series turned over."""
        values, times = series.values, shares_of_time(series.steps)
        keep = np.isfinite(values)
        if not keep.all():
            values, times = values[keep], times[keep]
        return cls(series.values, values if sign == 1 else sign * values, times)

    @cached_property
    def size(self) -> int:
        """How many finite points there are."""
        return int(self.values.size)

    @cached_property
    def _largest(self) -> float:
        return float(np.abs(self.values).max()) if self.size else 0.0

    @cached_property
    def _scaled(self) -> Floats:
        # By the largest, so that no difference overflows; all measures are free of scale.
        return self.values / self._largest if self._largest > 0 else np.zeros(self.size)

    @cached_property
    def _range(self) -> float:
        width = float(self._scaled.max() - self._scaled.min()) if self.size else math.nan
        return width if width > RESOLUTION else 0.0

    @cached_property
    def nonfinite(self) -> float:
        """The share of the written values that are NaN or infinite, in [0, 1]."""
        return 1 - self.size / self.written.size if self.written.size else math.nan

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
        return level_between(self.times, self.values, after, until)

    @cached_property
    def change(self) -> float:
        """The relative change from the start to now, in [-1, 1]."""
        return relative_change(self.start, self.now) if self.size >= 2 else math.nan

    def octave(self, back: int) -> float:
        """Return the relative change into an octave of the time: of the last half with 0."""
        if self.size < 2:
            return math.nan
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
    def peak(self) -> float:
        """The highest value over the first, in powers of ten; only of values above zero."""
        if self.size < 2:
            return math.nan
        return log_ratio(float(self.values.max()), float(self.values[0]))

    @cached_property
    def power(self) -> float:
        """The exponent of the power law through the values above zero, cut to [-6, 6]."""
        return exponent(*self._positive[1:])

    @cached_property
    def late_power(self) -> float:
        """The exponent in the last three quarters of the time."""
        times, log_times, log_values = self._positive
        first = int(np.searchsorted(times, _LATE, side="right"))
        return exponent(log_times[first:], log_values[first:])

    @cached_property
    def _positive(self) -> tuple[Floats, Floats, Floats]:
        """The times, their log10 and that of the values, of values above zero."""
        keep = self._scaled > 0
        times = self.times[keep]
        return times, np.log10(times), np.log10(self._scaled[keep])

    def _of_range(self, height: float) -> float:
        return min(ratio(height, self._range), 1.0) if self._range else 0.0
