"""Layer tensors side by side: matrices of tensor by traced step, and scale-free sizes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats, Integers
from insight_lib.dissection.run.once import once_a_view
from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import RunView
from insight_lib.dissection.summary_source import HISTOGRAM

# Of more numbers some are far from zero when others pass it.
_FEW = 8
_BIASES = frozenset({"bias", "biases", "b", "beta"})
_OF_SEQUENCES = re.compile(r"LSTM|GRU|RNN|Conv1D|MultiHeadAttention")
NORMALIZATIONS = ("BatchNormalization", "LayerNormalization", "GroupNormalization")


@dataclass(frozen=True)
class Stack:
    """A quantity of several tensors: ``values`` (tensors, steps), NaN where one was not traced."""

    steps: Integers
    values: Floats


def stack(tensors: Sequence[TensorSeries], quantities: Sequence[Floats]) -> Stack:
    """Align one quantity of each tensor, given at the tensor's own steps, on all their steps."""
    if not tensors:
        return Stack(np.empty(0, np.int64), np.empty((0, 0)))
    steps = np.unique(np.concatenate([tensor.steps for tensor in tensors]))
    values = np.full((len(tensors), steps.size), np.nan)
    for row, tensor, quantity in zip(values, tensors, quantities, strict=True):
        row[np.searchsorted(steps, tensor.steps)] = quantity
    return Stack(steps, values)


def hidden_activations(view: RunView) -> list[TensorSeries]:
    """Return the activations but the model's outputs, from the input to the output.

    Outputs are those that the configuration names, and the deepest layer.
    """
    activations = view.of_kind("activation")
    outputs = output_layers(view)
    return [tensor for tensor in activations if tensor.layer not in outputs]


@once_a_view
def output_layers(view: RunView) -> frozenset[str]:
    """Return the layers that give the model's outputs: those recorded, and the deepest traced."""
    recorded = view.config.get("outputs") if view.config else None
    named = recorded if isinstance(recorded, list) else []
    known = [series for series in view.of_kind("activation") if series.depth is not None]
    deepest = known[-1:]
    return frozenset(
        [*(name for name in named if isinstance(name, str)), *(one.layer for one in deepest)]
    )


def reads_sequences(view: RunView) -> bool:
    """Return whether the network reads sequences other than texts, such as those of a sensor."""
    kinds = [one.layer_type or "" for one in view.of_kind("weight")]
    is_text = any("Embedding" in kind for kind in kinds)
    return not is_text and any(_OF_SEQUENCES.search(kind) for kind in kinds)


def rank_correlation(values: Floats) -> float:
    """Return how surely a quantity rises with depth, -1..1: 1 where it does layer after layer.

    Args:
        values: (l, s) from the input to the output; each layer counts by its median.

    Returns:
        Spearman's correlation of place and size, equal ones at the mean of their ranks; 0 where
        no two layers with a known value differ.
    """
    known = np.isfinite(values).any(axis=1)
    medians = np.nanmedian(values[known], axis=1)
    sizes, which, times = np.unique(medians, return_inverse=True, return_counts=True)
    if sizes.size < 2:
        return 0.0
    ranks = (np.cumsum(times) - (times - 1) / 2)[which]
    return float(np.corrcoef(np.arange(medians.size), ranks)[0, 1])


def is_thinned(tensor: TensorSeries) -> bool:
    """Return whether the statistics come from the buckets of histograms, which lose small changes.

    Those of TensorTracer and of whole tensors are exact.
    """
    return tensor.source == HISTOGRAM


def nonfinite(tensor: TensorSeries) -> Floats:
    """Return the share of NaN and infinite elements at each step, (n,) in 0..1.

    Of histograms it is the least that it can be.
    """
    return np.nan_to_num(tensor["nan_fraction"]) + np.nan_to_num(tensor["inf_fraction"])


_KIND_ORDER = ("weight", "activation", "gradient", "update")


def first_nonfinite(view: RunView) -> TensorSeries | None:
    """Return the tensor that was not finite first; None where all are.

    At one step, what is computed first comes first: weights, then outputs from the input up, then
    gradients from the output down.
    """
    onsets = []
    for tensor in view.layers.values():
        bad = nonfinite(tensor) > 0
        if bad.any():
            kind = _KIND_ORDER.index(tensor.kind)
            depth = np.inf if tensor.depth is None else tensor.depth
            order = (int(tensor.steps[bad][0]), kind, -depth if kind > 1 else depth)
            onsets.append((order, tensor.layer, tensor.tensor, tensor))
    return min(onsets, key=lambda onset: onset[:3])[3] if onsets else None


def touched_rms(tensor: TensorSeries) -> Floats:
    """Return the root mean square of the elements that are not zero, (n,); NaN where all are.

    Leaving the zeros out makes a sparse gradient (embedding rows, weights into dead units)
    comparable with a dense one.
    """
    zeros = np.nan_to_num(tensor["zero_fraction"]) * tensor["count"]
    return touched_size(tensor["count"], zeros, tensor["l2"])


def touched_size(count: Floats, zeros: Floats, l2: Floats) -> Floats:
    """Return the root mean square (n,) of the elements that are not zero; see ``touched_rms``.

    Where it is not known how many are zero (NaN), none is taken to be.
    """
    touched = count - np.nan_to_num(zeros)
    with np.errstate(invalid="ignore", divide="ignore"):
        rms = l2 / np.sqrt(touched)
    return np.where(touched > 0.5, rms, np.nan)


def main_tensors(view: RunView, kind: str) -> list[TensorSeries]:
    """Return of every layer its largest tensor of a kind, from the input to the output.

    The kernel of a unit with one input is as large as the bias; the kernel is returned.
    Normalisation layers are left out: their scales and shifts have gradients of another size; and
    so is the recurrent kernel of a layer that never has a state, as of a sequence of length one.
    """
    return list(_main_tensors(view, kind))


@once_a_view
def _main_tensors(view: RunView, kind: str) -> tuple[TensorSeries, ...]:
    largest: dict[str, TensorSeries] = {}
    scales, stateless = _scales(view, kind), _without_state(view)
    for series in view.of_kind(kind):
        if series.layer_type in NORMALIZATIONS or series.layer in scales:
            continue
        if series.tensor == _RECURRENT and series.layer in stateless:
            continue
        known = largest.get(series.layer)
        if known is None or _size(series) > _size(known):
            largest[series.layer] = series
    return tuple(largest.values())


_RECURRENT = "recurrent_kernel"


def _without_state(view: RunView) -> set[str]:
    """Return the layers whose recurrent kernel never gets a gradient, but another tensor does."""
    gradients = view.of_kind("gradient")
    reached = {one.layer for one in gradients if one.tensor != _RECURRENT and one["l2"].any()}
    still = {one.layer for one in gradients if one.tensor == _RECURRENT and not one["l2"].any()}
    return still & reached


def is_embedding(tensor: TensorSeries) -> bool:
    """Return whether a tensor is of an embedding, of which a batch touches some rows alone."""
    if tensor.layer_type is not None:
        return tensor.layer_type == "Embedding"
    return tensor.tensor.startswith("embedding") or bool(_EMBEDDING.search(tensor.layer))


# PyTorch's habits: wte and wpe are of GPT-2.
_EMBEDDING = re.compile(r"emb(ed(ding)?s?)?(\b|_|\d|$)|\bw[tp]e\b", re.IGNORECASE)


@dataclass(frozen=True)
class Movements:
    """How far each layer's weights move a step.

    The histograms of another writer show that a weight moved, or that nothing of it can be seen to
    have moved, never by how much.

    Attributes:
        layers: (l,) names, from the input to the output.
        depths: (l,) place along the forward pass, None where it is not known.
        steps: (s,) traced steps.
        values: (l, s) size of the change over size of the weight, of the elements that changed; 0
            where none did, NaN where it is not known.
        moved: (l, s) whether the weight is known to have moved, by however much.
    """

    layers: tuple[str, ...]
    depths: tuple[int | None, ...]
    steps: Integers
    values: Floats
    moved: Booleans

    @property
    def changed(self) -> Booleans:
        """(s,) whether a layer moved at all."""
        return np.asarray(self.moved.any(axis=0), dtype=np.bool_)

    @property
    def has_unknown(self) -> bool:
        """Whether a layer moved by an unknown amount."""
        return bool((self.moved & np.isnan(self.values)).any())


_NO_MOVEMENTS = Movements(
    (), (), np.zeros(0, np.int64), np.zeros((0, 0)), np.zeros((0, 0), dtype=np.bool_)
)


# Many rules ask, one run at a time.
@once_a_view
def movements(view: RunView) -> Movements:
    """Return how far the largest weight of each layer moves; normalisation layers are left out.

    Of a kernel of four numbers or fewer, which may pass zero on its way, the weight counts as no
    smaller than it was before, or than its shape calls for. The movement is the update's ratio to
    the weight or, of a layer whose updates were not traced (it is
    excluded from training, or another writer's), 0 where no statistic of the weight changed since
    the traced step before. Where a layer's bias alone was logged, it says nothing of the layer
    while it does not move: before a normalisation it never does.
    """
    if not view.layers:
        return _NO_MOVEMENTS
    updates = {series.layer: series for series in main_tensors(view, "update")}
    weights = main_tensors(view, "weight")
    chosen = [updates.get(series.layer, series) for series in weights]
    known = {series.layer: series for series in weights}
    chosen += [series for layer, series in updates.items() if layer not in known]
    aligned = stack(chosen, [_movement(series, known.get(series.layer)) for series in chosen])
    return Movements(
        tuple(series.layer for series in chosen),
        tuple(series.depth for series in chosen),
        aligned.steps,
        # Infinite is a change of which no more is known.
        np.where(np.isinf(aligned.values), np.nan, aligned.values),
        np.nan_to_num(aligned.values) > 0,
    )


def _movement(series: TensorSeries, weight: TensorSeries | None) -> Floats:
    if series.kind == "weight":
        return _standstill(series)
    touched = 1 - np.nan_to_num(series["zero_fraction"])
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = series["update_ratio"] / np.sqrt(touched)
    if weight is not None and weight.tensor == series.tensor and _size(weight)[0] <= _FEW:
        ratio = ratio * _share_of_usual(weight)[np.searchsorted(weight.steps, series.steps)]
    finite = nonfinite(series) == 0
    return np.where(finite, np.where(series["l2"] == 0, 0.0, ratio), np.nan)


# That many normal numbers are all within a tenth of their spread from zero once in 5,000 times.
_FEW = 4


def _share_of_usual(weight: TensorSeries) -> Floats:
    """Return a weight's size as a share of what is usual of it, (n + 1,); 1 where it is no less.

    Usual is the largest size so far, and what Glorot initialisation gives its shape.
    """
    sizes = [size or 1 for size in weight.shape or (1,)]
    fans = prod(sizes[:-2]) * sum(sizes[-2:])
    drawn = np.sqrt(2 / fans * weight["count"])
    usual = np.maximum.accumulate(np.maximum(np.nan_to_num(weight["l2"]), drawn))
    return np.append(weight["l2"] / usual, 1.0)


def _standstill(series: TensorSeries) -> Floats:
    """Return 0 if no statistic changed since the step before, infinity if one did; NaN unknown."""
    statistics = np.vstack([series[name] for name in ("mean", "std", "min", "max", "l1", "l2")])
    before, now = statistics[:, :-1], statistics[:, 1:]
    known = np.isfinite(before).all(axis=0) & np.isfinite(now).all(axis=0)
    still = np.nan if series.tensor in _BIASES else 0.0
    found = np.where((before == now).all(axis=0), still, np.inf)
    return np.concatenate([[np.nan], np.where(known, found, np.nan)])


def _scales(view: RunView, kind: str) -> set[str]:
    """Return the layers of unknown class that look like normalisation layers.

    They have two tensors or more, all of one size above one: a scale and a shift for each unit.
    """
    sizes: dict[str, list[float]] = {}
    for series in view.of_kind(kind):
        if series.layer_type is None:
            sizes.setdefault(series.layer, []).append(_size(series)[0])
    return {
        layer
        for layer, found in sizes.items()
        if len(found) > 1 and found[0] > 1 and len(set(found)) == 1
    }


def _size(series: TensorSeries) -> tuple[float, int]:
    return float(series["count"].max(initial=0)), len(series.shape or ())
