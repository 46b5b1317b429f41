"""The layers of a run as a set of sequences, for a model that reads them itself.

All values are free of scale and cut to [-DECADES, DECADES]; NaN is what is not known. Neither the
names of layers nor their order in the files matter: layers lie by depth, and where that is not
known, by what they hold.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from insight_lib.columnar.arrays import Booleans, Floats, Integers
from insight_lib.dissection.run.network import movements, nonfinite
from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.features.feature import Seen
from insight_lib.risk.features.layers_gradients import log_sizes
from insight_lib.risk.features.layers_updates import log_ratios
from insight_lib.risk.features.measures import DECADES
from insight_lib.risk.features.quantity import (
    Quantity,
    log10s,
    main_of,
    middle,
    quantity,
    row_medians,
    statistic,
)

MOST_LAYERS = 16
TIMES = 4
"""Spans of the steps seen, each as many times as long as all before it: most happens early."""
LAYER_CHANNELS = (
    "update_ratio",
    "gradient_size",
    "gradient_zeros",
    "output_spread",
    "output_dead",
    "output_saturated",
    "output_constant",
    "weight_distance",
    "update_turns",
    "nonfinite",
)

Tokens = npt.NDArray[np.float32]
_Named = tuple[Sequence[str], Quantity]


@dataclass(frozen=True, eq=False)
class LayerTokens:
    """The layers of a run as a set.

    Attributes:
        values: (MOST_LAYERS, TIMES, len(LAYER_CHANNELS)) float32, NaN where not known.
        depth: (MOST_LAYERS,) float32, from 0 of the lowest layer to 1 of the highest; NaN where not
            known, and where there is no layer.
        is_layer: (MOST_LAYERS,) whether there is one.
    """

    values: Tokens
    depth: Tokens
    is_layer: Booleans


def layer_tokens(seen: Seen) -> LayerTokens:
    """Return what was traced of the layers; of more than MOST_LAYERS, as many at even distances."""
    channels = _channels(seen.run)
    names = sorted({name for named, _ in channels for name in named})
    values = np.stack([_placed(one, names, seen.run) for one in channels], axis=2)
    depths = _depths(channels, names)
    order = _order(values, depths)
    values, depths = values[order], depths[order]
    tokens = np.full((MOST_LAYERS, *values.shape[1:]), np.nan, dtype=np.float32)
    depth = np.full(MOST_LAYERS, np.nan, dtype=np.float32)
    tokens[: order.size] = np.clip(values, -DECADES, DECADES)
    depth[: order.size] = depths
    return LayerTokens(tokens, depth, np.arange(MOST_LAYERS) < order.size)


def _channels(run: RunView) -> list[_Named]:
    """Return the quantities in the order of LAYER_CHANNELS, each with its layers' names."""
    gradients, outputs, weights, updates = (
        main_of(run, kind) for kind in ("gradient", "activation", "weight", "update")
    )
    sizes, spreads = log_sizes(run), [log10s(one["std"]) for one in outputs]
    relative = Quantity(sizes.steps, sizes.values - middle(sizes.values.ravel()), sizes.depths)
    distances = [log10s(one["change_since_start"]) for one in weights]
    every = (*weights, *gradients, *outputs)
    return [
        (movements(run).layers, log_ratios(run)),
        (_names(gradients), relative),
        (_names(gradients), statistic(gradients, "zero_fraction")),
        (_names(outputs), quantity(outputs, spreads)),
        (_names(outputs), statistic(outputs, "dead_fraction")),
        (_names(outputs), statistic(outputs, "saturated_fraction")),
        (_names(outputs), statistic(outputs, "constant_fraction")),
        (_names(weights), quantity(weights, distances)),
        (_names(updates), statistic(updates, "sign_change_rate")),
        (_names(every), quantity(every, [nonfinite(one) for one in every])),
    ]


def _names(tensors: Iterable[TensorSeries]) -> list[str]:
    return [one.layer for one in tensors]


def _placed(named: _Named, names: Sequence[str], run: RunView) -> Floats:
    """Return the median of a quantity in each span, (layers, TIMES): the most of a layer's."""
    of_layers, one = named
    spans = _spans(one.steps, run)
    found = np.full((len(names), TIMES), np.nan)
    medians = [row_medians(one.values[:, spans == span]) for span in range(TIMES)]
    places = [names.index(name) for name in of_layers]
    np.fmax.at(found, places, np.stack(medians, axis=1))
    return found


def _spans(steps: Integers, run: RunView) -> Integers:
    """Return in which of TIMES spans, equally long in the logarithm of the step, each step lies."""
    traced = [one.steps for one in run.layers.values()]
    first = min((int(one[0]) for one in traced), default=0)
    length = max((int(one[-1]) for one in traced), default=0) - first + 1
    if length == 1:
        return np.full(steps.size, TIMES - 1)
    share = np.log(np.maximum(steps - first + 1, 1)) / np.log(length)
    return np.asarray(np.clip(np.ceil(TIMES * share) - 1, 0, TIMES - 1), dtype=np.int64)


def _depths(channels: Sequence[_Named], names: Sequence[str]) -> Floats:
    """Return the depth of each layer as a share of the highest's, (layers,); NaN if not known."""
    known = {
        name: depth
        for named, one in channels
        for name, depth in zip(named, one.depths.tolist(), strict=True)
        if np.isfinite(depth)
    }
    depths = np.array([known.get(name, np.nan) for name in names], dtype=np.float64)
    if not known:
        return depths
    low, high = min(known.values()), max(known.values())
    return np.asarray((depths - low) / max(high - low, 1.0))


def _order(values: Floats, depths: Floats) -> Integers:
    """Return which layers to take, by depth, then by what they hold: (at most MOST_LAYERS,)."""
    held = np.nan_to_num(values.reshape(depths.size, TIMES * len(LAYER_CHANNELS)), nan=2 * DECADES)
    keys = [*held.T[::-1], np.nan_to_num(depths, nan=2.0)]
    order = np.lexsort(keys)
    even = np.linspace(0, order.size - 1, min(order.size, MOST_LAYERS))
    return np.asarray(order[np.rint(even).astype(np.int64)])
