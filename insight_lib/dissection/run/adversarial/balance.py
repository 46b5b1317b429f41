"""A discriminator that is hardly ever wrong any more."""

from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.change.levels import end_level, start_level
from insight_lib.series.role import Role


@dataclass(frozen=True)
class Won:
    """The losses of a discriminator that won, and of its generator."""

    discriminator: NamedSeries
    generator: NamedSeries


def won_discriminator(
    view: RunView, *, left: float, share: float, rise: float, min_points: int
) -> Won | None:
    """Return the discriminator that won, with its generator; None of none.

    Args:
        view: the run.
        left: share of its start at or below which its loss, never negative, counts as gone.
        share: of the points of the second half at which it must be.
        rise: how many times its start the generator's loss ends at.
        min_points: of both losses.
    """
    generator = next(iter(_long(view, Role.GENERATOR_LOSS, min_points)), None)
    if generator is None:
        return None
    start, end = start_level(generator.series.values), end_level(generator.series.values)
    if not (start > 0 and end >= rise * start):
        return None
    for discriminator in _long(view, Role.DISCRIMINATOR_LOSS, min_points):
        values = discriminator.series.values
        limit = left * start_level(values)
        half = (values <= limit)[values.size // 2 :]
        if np.nanmin(values) >= 0 and limit > 0 and half.mean() >= share:
            return Won(discriminator, generator)
    return None


def _long(view: RunView, role: Role, min_points: int) -> list[NamedSeries]:
    return [one for one in view.with_role(role) if one.series.values.size >= min_points]
