"""How different from each other the examples are that a generator makes."""

from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Booleans
from insight_lib.columnar.median import median
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.change.levels import end_level
from insight_lib.series.role import Role

_PARTS = 5


@dataclass(frozen=True)
class LostDiversity:
    """A diversity that is low at its end.

    Attributes:
        named: the series.
        best: the highest median of a fifth of its points.
        is_low: (n,) where it is low.
    """

    named: NamedSeries
    best: float
    is_low: Booleans

    @property
    def since(self) -> int:
        """The place since which it has stayed low."""
        above = np.flatnonzero(~self.is_low & np.isfinite(self.named.series.values))
        return min(int(above[-1]) + 1, self.is_low.size - 1) if above.size else 0


def lost_diversity(
    view: RunView, *, left: float, least: float, min_points: int
) -> LostDiversity | None:
    """Return the diversity that ends at a share of its best level, or near zero; None of none.

    Args:
        view: the run.
        left: share of its best level.
        least: what is low whatever it was at best, relative to the data's.
        min_points: of a diversity that is judged.
    """
    for one in view.with_role(Role.DIVERSITY):
        values = one.series.values
        if values.size < min_points or not np.isfinite(values).any():
            continue
        parts = np.array_split(values[np.isfinite(values)], _PARTS)
        best = max(median(part) for part in parts if part.size)
        limit = max(left * best, least)
        if end_level(values) <= limit and best >= 0:
            return LostDiversity(one, best, values <= limit)
    return None
