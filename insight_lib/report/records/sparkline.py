"""A small picture of the series behind a finding, as SVG coordinates."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

WIDTH, HEIGHT = 220.0, 36.0
_LOGARITHMIC_FROM = 100.0  # greatest over least, both above zero
_LARGEST = 1e300  # differences of larger numbers overflow


@dataclass(frozen=True, slots=True)
class Sparkline:
    """``lines`` are polylines ``x,y x,y ...`` within WIDTH by HEIGHT, one a stretch of numbers.

    ``low`` and ``high`` are at its lower and upper edge, with equal ratios between where
    ``logarithmic``; steps run from ``first_step`` at the left to ``last_step``.
    """

    name: str
    first_step: int
    last_step: int
    low: float
    high: float
    logarithmic: bool
    lines: tuple[str, ...]


def sparkline(evidence: Mapping[str, object]) -> Sparkline | None:
    """Draw ``series_values`` over ``series_steps``; None where there are no two numbers to draw.

    Args:
        evidence: as parsed from JSON; a value that is no finite number leaves a gap.
    """
    steps, values = evidence.get("series_steps"), evidence.get("series_values")
    if not isinstance(steps, list) or not isinstance(values, list):
        return None
    points = [
        (step, _number(value))
        for step, value in zip(steps, values, strict=False)
        if isinstance(step, int)
    ]
    known = [value for _, value in points if value is not None]
    if len(known) < 2:
        return None
    low, high = min(known), max(known)
    logarithmic = low > 0 and high / low >= _LOGARITHMIC_FROM
    return Sparkline(
        str(evidence.get("series_name", "")),
        points[0][0],
        points[-1][0],
        low,
        high,
        logarithmic,
        tuple(_lines(points, low, high, logarithmic=logarithmic)),
    )


def _lines(
    points: Sequence[tuple[int, float | None]], low: float, high: float, *, logarithmic: bool
) -> list[str]:
    scale = math.log if logarithmic else float
    first, last = points[0][0], points[-1][0]
    lines = []
    for _, stretch in groupby(points, lambda point: point[1] is None):
        drawn = [
            f"{WIDTH * _share(step, first, last):.1f},"
            f"{HEIGHT - HEIGHT * _share(scale(value), scale(low), scale(high)):.1f}"
            for step, value in stretch
            if value is not None
        ]
        # A line of one point is drawn as a dot only where it has two ends.
        lines.append(" ".join(drawn if len(drawn) != 1 else drawn * 2))
    return [line for line in lines if line]


def _share(value: float, low: float, high: float) -> float:
    return (value - low) / (high - low) if high > low else 0.5


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < _LARGEST else None
