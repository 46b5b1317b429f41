"""Features of the width of the initial weights, against what the shape of a layer calls for."""

from collections.abc import Iterator

import numpy as np

from insight_lib.dissection.run.initialisation import InitialKernel, initial_kernels
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.features.feature import Feature, Group, Seen, Unit
from insight_lib.risk.features.measures import log_ratio
from insight_lib.risk.features.quantity import cut


def _misfits(run: RunView) -> Iterator[float]:
    """Yield log10 of how much wider each kernel was drawn than called for; below 0 narrower."""
    for kernel in initial_kernels(run):
        yield _misfit(kernel)


def _misfit(kernel: InitialKernel) -> float:
    above = log_ratio(kernel.width, kernel.greatest)
    below = log_ratio(kernel.spread, kernel.least)
    return above if above > 0 else min(below, 0.0)


def _widest_start(seen: Seen) -> float:
    return cut(max((one for one in _misfits(seen.run) if np.isfinite(one)), default=np.nan))


def _narrowest_start(seen: Seen) -> float:
    return cut(min((one for one in _misfits(seen.run) if np.isfinite(one)), default=np.nan))


INITIAL_WEIGHT_FEATURES = (
    Feature(
        "initial_width_greatest",
        Group.CONFIGURATION,
        "width of the initial weights over the widest of He's, Glorot's and LeCun's, in the layer "
        "where that is greatest",
        _widest_start,
        say="the weights of one layer began {value} times as wide as they should",
        unit=Unit.DECADES,
    ),
    Feature(
        "initial_width_least",
        Group.CONFIGURATION,
        "width of the initial weights over the narrowest of He's, Glorot's and LeCun's, in the "
        "layer where that is least",
        _narrowest_start,
        say="the weights of one layer began {value} times as wide as they should",
        unit=Unit.DECADES,
    ),
)
