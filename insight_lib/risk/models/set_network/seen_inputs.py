"""The inputs of a set network of runs that were looked at."""

from collections.abc import Sequence

import numpy as np

from insight_lib.risk.features.curve_tokens import CURVE_CHANNELS, CURVE_POINTS, curve_tokens
from insight_lib.risk.features.feature import Seen
from insight_lib.risk.features.layer_tokens import (
    LAYER_CHANNELS,
    MOST_LAYERS,
    TIMES,
    layer_tokens,
)
from insight_lib.risk.models.matrix import FeatureMatrix
from insight_lib.risk.models.set_network.inputs import Channels, RunInputs

CHANNELS = Channels(LAYER_CHANNELS, CURVE_CHANNELS)


def seen_inputs(features: FeatureMatrix, seen: Sequence[Seen]) -> RunInputs:
    """Return the inputs of runs at their cut-offs.

    Args:
        features: of the runs.
        seen: what is known of each, in the order of the rows of ``features``.
    """
    layers = [layer_tokens(one) for one in seen]
    curves = [curve_tokens(one) for one in seen]
    shape = (MOST_LAYERS, TIMES, len(LAYER_CHANNELS))
    return RunInputs(
        features,
        np.array([one.values for one in layers]).reshape(-1, *shape),
        np.array([one.depth for one in layers]).reshape(-1, MOST_LAYERS),
        np.array([one.is_layer for one in layers], dtype=np.bool_).reshape(-1, MOST_LAYERS),
        np.array(curves).reshape(-1, CURVE_POINTS, len(CURVE_CHANNELS)),
        CHANNELS,
    )
