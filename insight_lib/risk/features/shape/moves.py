"""What the moves of a curve from point to point tell: its noise, its turns and its jumps.

A move is relative to the largest value of the curve; one up to ``RESOLUTION`` changes nothing.
"""

import math
from typing import NamedTuple

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.kernels import compiles_ahead, kernel
from insight_lib.risk.features.measures import finite_median, median, ratio
from insight_lib.series.change.levels import NORMAL_MAD

RESOLUTION = 1.2e-7
"""float32, in which nearly all losses are computed, resolves no less of the largest value."""
FEWEST = 5
"""Points; of fewer noise and form are not known, as in ``series.change``."""
_MOST_TYPICAL = 3  # moves of the typical size, as which a larger one counts


class Counts(NamedTuple):
    """How many of some moves turn back, go up or change nothing, and the greatest of them."""

    turns: int
    rises: int
    still: int
    greatest: float


@kernel
def count_moves(moves: Floats) -> tuple[int, int, int, float]:
    """Return the ``Counts`` of moves (n,), n from 1."""
    turns, rises, still, greatest = 0, 0, 0, moves[0]
    for place in range(moves.size):
        move = moves[place]
        turns += place > 0 and move * moves[place - 1] < 0
        rises += move > 0
        still += abs(move) <= RESOLUTION
        greatest = max(greatest, move)
    return turns, rises, still, greatest


def noise_of(moves: Floats) -> float:
    """Return the standard deviation of the noise that makes such moves; see ``levels.noise``."""
    return noise_of_spread(spread_of(moves))


def noise_of_spread(spread: float) -> float:
    """Return ``noise_of`` moves whose ``spread_of`` is known."""
    noise = spread / math.sqrt(2)
    return noise if noise > RESOLUTION else 0.0


@kernel
def spread_of(moves: Floats) -> float:
    """Return a standard deviation of moves (n,) that outliers do not move; NaN of none."""
    return NORMAL_MAD * finite_median(np.abs(moves - finite_median(moves)))


def overshoot(moves: Floats) -> float:
    """Return the autocorrelation of neighbouring moves (n,), n from 1, in [-1, 1].

    Larger moves than three times the typical one count as that, so that no spike decides.
    """
    most = _MOST_TYPICAL * median(np.abs(moves))
    cut = np.minimum(np.maximum(moves, -most), most)
    return within_one(ratio(float(cut[1:] @ cut[:-1]), float(cut @ cut)))


def tails(moves: Floats, usual: float) -> float:
    """Return how much of the spread of moves (n,), n from 1, outliers make; 0 of no spread.

    Args:
        moves: which.
        usual: their ``spread_of``.
    """
    spread = deviation(moves)
    return within_one(1 - ratio(usual, spread)) if spread > 0 else spread


def deviation(values: Floats) -> float:
    """Return numpy's standard deviation of values (n,), n from 1, in a third of the time."""
    centred = values - np.add.reduce(values) / values.size
    return math.sqrt(np.add.reduce(centred * centred) / values.size)


@kernel
def farthest_sum(values: Floats) -> float:
    """Return the sum of the first of some values (n,) that lies farthest from 0; 0 of none."""
    farthest, total = 0.0, 0.0
    for value in values:
        total += value
        if abs(total) > abs(farthest):
            farthest = total
    return farthest


def within_one(value: float) -> float:
    """Return a number cut to [-1, 1]; NaN stays."""
    return value if math.isnan(value) else min(max(value, -1.0), 1.0)


@compiles_ahead
def _call_kernels() -> None:
    moves = np.ones(1)
    count_moves(moves)
    spread_of(moves)
    farthest_sum(moves)
