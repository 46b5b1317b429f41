"""Sudden rises of a scalar series: the level before, the peak, and where the series ends."""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.columnar.median import median
from insight_lib.dissection.run.view import NamedSeries
from insight_lib.series.change.spikes import spikes

# Of the end of a series: fewer have no median.
_END_POINTS = 3
_END_SHARE = 0.2


@dataclass(frozen=True)
class SuddenRise:
    """A spike of a series (see `spikes`) with its levels.

    Attributes:
        name: of the series.
        place: of its first point.
        step: of that point.
        usual: the level before.
        peak: the highest value before it recovers.
        recovered_step: the step at which it is near that level again; None where it never is.
        after: the known values that follow its first.
    """

    name: str
    place: int
    step: int
    usual: float
    peak: float
    recovered_step: int | None
    after: Floats

    @property
    def height(self) -> float:
        """How far the peak lies above the level before."""
        return self.peak - self.usual

    @property
    def end(self) -> float:
        """The median of the last fifth of what follows, three points at least; NaN of none."""
        last = max(_END_POINTS, int(self.after.size * _END_SHARE))
        return median(self.after[-last:]) if self.after.size else np.nan

    def is_beyond(self, share: float) -> bool:
        """Return whether the peak lies above the level before by a share of that level."""
        return self.height >= share * abs(self.usual)


def sudden_rises(one: NamedSeries, width: float) -> list[SuddenRise]:
    """Return the sudden rises of a series, in order.

    Args:
        one: the series.
        width: by how many robust standard deviations it must rise.
    """
    steps, values = one.series.steps, one.series.values
    found = []
    for spike in spikes(values, width=width):
        place, back = spike.place, spike.recovered_place
        peak, after = float(_finite(values[place:back]).max()), _finite(values[place + 1 :])
        recovered = None if back is None else int(steps[back])
        usual = peak - spike.height
        found.append(SuddenRise(one.name, place, int(steps[place]), usual, peak, recovered, after))
    return found


def _finite(values: Floats) -> Floats:
    return values[np.isfinite(values)]
