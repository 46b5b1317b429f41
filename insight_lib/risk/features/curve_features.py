"""How features of curves are declared: a part of the curves, and a number about it."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from insight_lib.risk.features.curves import Curves, curves_of
from insight_lib.risk.features.feature import Feature, Group, Seen, Unit
from insight_lib.risk.features.shape.shape import NO_SHAPE

Part = TypeVar("Part")


@dataclass(frozen=True)
class CurveFeatures(Generic[Part]):
    """Makes the features of one part of a run's curves.

    Attributes:
        group: of all of them.
        part: of the curves, that each measures.
        prefix: of their names.
    """

    group: Group
    part: Callable[[Curves], Part]
    prefix: str = ""

    def __call__(
        self,
        name: str,
        meaning: str,
        measure: Callable[[Part], float],
        direction: int = 0,
        *,
        say: str,
        unit: Unit = Unit.NUMBER,
    ) -> Feature:
        """Return the feature that ``measure`` computes where the part was written."""

        def compute(seen: Seen) -> float:
            part = self.part(curves_of(seen))
            return math.nan if part is NO_SHAPE else measure(part)

        return Feature(self.prefix + name, self.group, meaning, compute, direction, say, unit)


def whole(curves: Curves) -> Curves:
    """Return the curves as they are: the part of features that look at several of them."""
    return curves
