"""Layers whose weights hardly move while those of the others do: always, or from some step on."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats, Integers
from insight_lib.columnar.median import median
from insight_lib.dissection.run.network import Movements
from insight_lib.dissection.run.persistence import typical_of_moving


@dataclass(frozen=True)
class StillLimits:
    """When a layer counts as still.

    Attributes:
        ratio: of its movement to that of the layers that move, below which it is still.
        share: of the judged steps at which it must be.
        least: steps that must be judged.
        end_share: of the judged steps; so many last ones are enough where it moved before.
        end_least: likewise, as a number.
    """

    ratio: float
    share: float
    least: int
    end_share: float
    end_least: int


@dataclass(frozen=True)
class StillLayer:
    """A layer that does not move.

    Attributes:
        layer: its name.
        depth: its place along the forward pass, None where it is not known.
        since: (m,) the steps from which on it is still, at each of which it was judged.
        first: the first of them that it was still at.
        still: how many of them it was still at.
        movement: its median movement at these steps.
        stopped: whether it moved before.
        steps: (n,) all judged steps.
        movements: (n,) its movement at each.
    """

    layer: str
    depth: int | None
    since: Integers
    first: int
    still: int
    movement: float
    stopped: bool
    steps: Integers
    movements: Floats


def still_layers(moving: Movements, limits: StillLimits) -> Iterator[StillLayer]:
    """Yield the layers that are still, from the input to the output.

    A layer is judged at the steps at which it is known whether it moves, and another layer does.
    Where nobody knows by how much (histograms show that a weight moved, and miss small movements),
    only never to move at all is to be still.
    """
    peers = typical_of_moving(moving.values)
    judged = (np.isfinite(moving.values) | moving.moved) & moving.changed
    by_unknown = moving.moved & np.isnan(moving.values)
    with np.errstate(invalid="ignore"):
        still = judged & ((moving.values == 0) | (moving.values < limits.ratio * peers))
    for place in np.flatnonzero(still.any(axis=1) & (judged.sum(axis=1) >= limits.least)):
        at = still[place][judged[place]]
        first = None if by_unknown[place].any() else _still_from(at, limits)
        if first is None:
            continue
        steps, values = moving.steps[judged[place]], moving.values[place][judged[place]]
        yield StillLayer(
            moving.layers[place],
            moving.depths[place],
            steps[first:],
            int(steps[first:][at[first:]][0]),
            int(at[first:].sum()),
            median(values[first:]),
            first > 0,
            steps,
            values,
        )


def _still_from(at: Booleans, limits: StillLimits) -> int | None:
    """Return the judged step since which a layer is still; None if it is not."""
    if at.mean() >= limits.share:
        return 0
    moved = np.flatnonzero(~at)
    first = int(moved[-1]) + 1 if moved.size else 0
    length = at.size - first
    # To have stopped, it must have moved as often as it takes to be called still.
    has_moved = moved.size >= limits.least
    lasts = length >= max(limits.end_least, limits.end_share * at.size)
    return first if has_moved and lasts else None
