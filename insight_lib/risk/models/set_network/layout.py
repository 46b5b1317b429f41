"""The shape of the set network: the widths of its layers and its parameters by name.

One description serves the forward pass in numpy, the Keras model and the check of a file:

    each layer of a run   convolutions over the times -> with its depth -> dense
                          -> with the greatest over all layers (Zaheer et al. 2017, equation 4)
    all layers            attention pooling by learned queries (Lee et al. 2019), and the greatest
    curves                convolutions over the points -> dense
    features              dense
    together              dense -> log-odds of failure, logits of its kinds

Zaheer, M. et al. Deep Sets. NeurIPS 2017. Lee, J. et al. Set Transformer. ICML 2019.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Parameters: TypeAlias = Mapping[str, npt.NDArray[np.float32]]

# Together 60,000 parameters a member, so that an ensemble of four fits into 1 MB.
TIMES_WIDTH = 32
LAYER_WIDTH = 48
QUERIES = 4
CURVE_WIDTH = 32
FEATURES_WIDTH = 48
TOGETHER_WIDTH = 64

TIMES_KERNEL = 2
CURVE_KERNEL = 3
CURVE_STRIDE = 2
PLACE_CHANNELS = 2  # depth, and whether it is known

LEAST_TIMES = TIMES_KERNEL
LEAST_POINTS = 2 * CURVE_KERNEL - 1


@dataclass(frozen=True)
class Sizes:
    """How much goes into a set network and how many kinds come out.

    Attributes:
        layers: the most layers of a run, at least 1.
        times: at which each layer was looked at, at least LEAST_TIMES.
        layer_channels: measures of a layer at a time, at least 1.
        points: of each curve, at least LEAST_POINTS.
        curve_channels: curves, at least 1.
        features: of a run as a whole, at least 1.
        kinds: of failure, at least 1.
    """

    layers: int
    times: int
    layer_channels: int
    points: int
    curve_channels: int
    features: int
    kinds: int


def parameter_shapes(sizes: Sizes) -> dict[str, tuple[int, ...]]:
    """Return the shape of each parameter of one member, ``layer/kernel`` and ``layer/bias``."""
    kernels = _kernel_shapes(sizes)
    return {f"{layer}/kernel": shape for layer, shape in kernels.items()} | {
        f"{layer}/bias": shape[-1:] for layer, shape in kernels.items()
    }


def _kernel_shapes(sizes: Sizes) -> dict[str, tuple[int, ...]]:
    # A value that is not known is 0, with a flag beside it: each channel counts twice.
    over_times = sizes.times - TIMES_KERNEL + 1
    curve_points = (sizes.points - 2 * (CURVE_KERNEL - 1) - 1) // CURVE_STRIDE + 1
    together = (QUERIES + 1) * LAYER_WIDTH + 1 + CURVE_WIDTH + FEATURES_WIDTH
    return {
        "change": (1, TIMES_KERNEL, 2 * sizes.layer_channels, TIMES_WIDTH),
        "course": (1, over_times, TIMES_WIDTH, LAYER_WIDTH),
        "placed": (LAYER_WIDTH + PLACE_CHANNELS, LAYER_WIDTH),
        "own": (LAYER_WIDTH, LAYER_WIDTH),
        "others": (LAYER_WIDTH, LAYER_WIDTH),
        "queries": (LAYER_WIDTH, QUERIES),
        "curve_detail": (CURVE_KERNEL, 2 * sizes.curve_channels, CURVE_WIDTH),
        "curve_trend": (CURVE_KERNEL, CURVE_WIDTH, CURVE_WIDTH),
        "curve_course": (curve_points * CURVE_WIDTH, CURVE_WIDTH),
        "whole": (2 * sizes.features, FEATURES_WIDTH),
        "together": (together, TOGETHER_WIDTH),
        "failed": (TOGETHER_WIDTH, 1),
        "kind": (TOGETHER_WIDTH, sizes.kinds),
    }
