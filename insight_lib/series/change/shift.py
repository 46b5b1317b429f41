"""Lasting shifts of a series from one level to another, and lasting departures from its best one.

How surely there is one is what `split.py` says.
"""

import math
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.columnar.median import median
from insight_lib.kernels import compiles_ahead, kernel
from insight_lib.series.change.levels import end_level, highest_stretch
from insight_lib.series.change.split import Split, best_split, rise_at
from insight_lib.series.change.thinning import Thinned, thinned

MIN_POINTS = 5
"""Fewer finite points show no shift that is beyond noise."""
SIGNIFICANT = 0.05
"""More probable shifts in noise are none; the usual level of a test (Fisher 1925)."""
# Three that are best and three that are not.
_LEAST_DEPARTURE = 6
# Of levels: more than a sum of two can be off.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Shift:
    """A step from one level to another that lasts to the end.

    Attributes:
        place: of the first value after it.
        before: the median of the values before.
        after: the median of those from there on.
        p_value: how probable so large a shift is in noise around one level.
    """

    place: int
    before: float
    after: float
    p_value: float


@dataclass(frozen=True)
class BestLevel:
    """The best level of a series.

    Attributes:
        values: (n,) the series.
        points: the same, of a long one the medians of blocks.
        stretch: the best of these.
        level: its median.
        sign: 1 where higher is better, -1 where lower is.
    """

    values: Floats
    points: Thinned
    stretch: slice
    level: float
    sign: int


@dataclass(frozen=True)
class Departure:
    """A lasting step away from the best level.

    Attributes:
        best_place: in the middle of the best stretch.
        best_level: its median.
        onset_place: of the first value of the lasting worse level; of a drift, about its middle.
        end_level: the median of the values from the onset on.
        p_value: how probable so large a step after the best stretch is in noise.
    """

    best_place: int
    best_level: float
    onset_place: int
    end_level: float
    p_value: float


def lasting_shift(values: Floats) -> Shift | None:
    """Return the shift of a series (n,) from one level to another; None where there is none.

    None also of fewer than five finite points, where noise would show such a shift in 5 % of
    series, and where the end is back near the level before. A steady trend or curve also shifts:
    where that must not count, compare with `trend`.
    """
    points = thinned(values)
    if points.values.size < MIN_POINTS:
        return None
    split = best_split(points.values)
    before, after = (median(part) for part in np.split(points.values, [split.place]))
    end = end_level(points.values[split.place :])
    if split.p_value >= SIGNIFICANT or not abs(end - after) < abs(end - before):
        return None
    place = _exact_place(values, 0, (before, after))
    return Shift(place, _median(values[:place]), _median(values[place:]), split.p_value)


def departure(values: Floats, *, higher_is_better: bool) -> Departure | None:
    """Return the lasting step of a series (n,) away from its best level; None where there is none.

    The best level is the highest median of a tenth of the points, three at least. The values after
    it must shift or drift to a worse level, and the end must be nearer to that than to the best.
    None likewise where noise would show such a step in 5 % of series, and of fewer than six points.
    """
    best = best_level(values, higher_is_better=higher_is_better)
    return None if best is None else departure_from(best)


def best_level(values: Floats, *, higher_is_better: bool) -> BestLevel | None:
    """Return the best level of a series (n,) as ``departure`` takes it; None under six points."""
    points = thinned(values)
    if points.values.size < _LEAST_DEPARTURE:
        return None
    sign = 1 if higher_is_better else -1
    stretch = highest_stretch(sign * points.values)
    return BestLevel(values, points, stretch, median(points.values[stretch]), sign)


def departure_from(best: BestLevel, least: float = 0.0) -> Departure | None:
    """Return ``departure`` from a best level that is known.

    Args:
        best: the level.
        least: None also where the level since the departure is not worse by that.
    """
    values, points, stretch = best.values, best.points, best.stretch
    begin = int(points.places[stretch.start])
    if least > 0 and not _may_be_worse(best, begin, least):
        return None
    split = _fall_after(best.sign * points.values, stretch)
    if split is None:
        return None
    onset = _exact_place(values, begin, (best.level, median(points.values[split.place :])))
    end = _median(values[onset:])
    if best.sign * (best.level - end) < least:
        return None
    middle = int(points.places[(stretch.start + stretch.stop) // 2])
    return Departure(middle, best.level, onset, end, split.p_value)


def has_low_end(values: Floats, limit: float) -> bool:
    """Return whether half of the finite values (n,) from some place on are up to a limit.

    Where they never are, no end of the series has a median up to it: a look that costs little.
    More than a median can be off by rounding is allowed for.
    """
    return _has_low_end(np.ascontiguousarray(values, np.float64), limit)


def _may_be_worse(best: BestLevel, begin: int, least: float) -> bool:
    """Return whether any end of the series is worse by ``least``: a test of one is dear."""
    return has_low_end(best.sign * best.values[begin + 1 :], best.sign * best.level - least)


@kernel
def _has_low_end(values: Floats, limit: float) -> bool:
    more, limit = 0, limit + _ROUNDING * abs(limit)
    for place in range(values.size - 1, -1, -1):
        value = values[place]
        if math.isfinite(value):
            more += 1 if value - _ROUNDING * abs(value) <= limit else -1
            if more >= 0:
                return True
    return False


def _fall_after(values: Floats, best: slice) -> Split | None:
    """Return the lasting fall of values (n,) after their best stretch; None of none."""
    rest = values[best.start :]
    if rest.size < MIN_POINTS:
        return None
    split = best_split(-rest)
    after = rest[split.place :]
    high, low = median(values[best]), median(after)
    if low >= high or end_level(after) >= (high + low) / 2:
        return None
    split = rise_at(split, -rest)
    # The best stretch is chosen out of so many that do not overlap.
    p_value = min(1.0, split.p_value * values.size / (best.stop - best.start))
    if p_value >= SIGNIFICANT:
        return None
    return Split(best.start + split.place, p_value)


def _exact_place(values: Floats, begin: int, levels: tuple[float, float]) -> int:
    """Return the place of the first value after a shift, whose levels are known.

    It is the one that leaves the least absolute distance of the values to the level before and,
    from there on, to the level after: ranks, and blocks of a long series, only find it roughly.

    Args:
        values: (n,) as they were given.
        begin: from which place on there were the two levels.
        levels: before and after.
    """
    before, after = levels
    places = np.flatnonzero(np.isfinite(values[begin:])) + begin
    near = values[places]
    gained = np.cumsum(np.abs(near - before) - np.abs(near - after))
    return int(places[int(np.argmin(gained[:-1])) + 1])


def _median(values: Floats) -> float:
    return median(values[np.isfinite(values)])


@compiles_ahead
def _call_kernels() -> None:
    _has_low_end(np.ones(1), 0.0)
