"""Layer tensors side by side: matrices of tensor by traced step, and scale-free sizes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.view import FloatArray, IntArray, RunView, TensorSeries

NORMALIZATIONS = ("BatchNormalization", "LayerNormalization", "GroupNormalization")


@dataclass(frozen=True)
class Stack:
    """A quantity of several tensors: ``values`` (tensors, steps), NaN where one was not traced."""

    steps: IntArray
    values: FloatArray


def stack(tensors: Sequence[TensorSeries], quantities: Sequence[FloatArray]) -> Stack:
    """Align one quantity of each tensor, given at the tensor's own steps, on all their steps."""
    if not tensors:
        return Stack(np.empty(0, np.int64), np.empty((0, 0)))
    steps = np.unique(np.concatenate([tensor.steps for tensor in tensors]))
    values = np.full((len(tensors), steps.size), np.nan)
    for row, tensor, quantity in zip(values, tensors, quantities, strict=True):
        row[np.searchsorted(steps, tensor.steps)] = quantity
    return Stack(steps, values)


def nonfinite(tensor: TensorSeries) -> FloatArray:
    """Return the share of NaN and infinite elements at each step, (n,) in 0..1."""
    return np.nan_to_num(tensor["nan_fraction"]) + np.nan_to_num(tensor["inf_fraction"])


def touched_rms(tensor: TensorSeries) -> FloatArray:
    """Return the root mean square of the elements that are not zero, (n,); NaN where all are.

    Leaving the zeros out makes a sparse gradient (embedding rows, weights into dead units)
    comparable with a dense one.
    """
    zeros = np.nan_to_num(tensor["zero_fraction"]) * tensor["count"]
    return touched_size(tensor["count"], zeros, tensor["l2"])


def touched_size(count: FloatArray, zeros: FloatArray, l2: FloatArray) -> FloatArray:
    """Return the root mean square (n,) of the elements that are not zero; see ``touched_rms``.

    Where it is not known how many are zero (NaN), none is taken to be.
    """
    touched = count - np.nan_to_num(zeros)
    with np.errstate(invalid="ignore", divide="ignore"):
        rms = l2 / np.sqrt(touched)
    return np.where(touched > 0.5, rms, np.nan)


def main_tensors(view: RunView, kind: str) -> list[TensorSeries]:
    """Return of every layer its largest tensor of a kind, from the input to the output.

    Normalisation layers are left out: their scales and shifts have gradients of another size.
    """
    largest: dict[str, TensorSeries] = {}
    for series in view.of_kind(kind):
        if series.layer_type in NORMALIZATIONS:
            continue
        known = largest.get(series.layer)
        if known is None or _size(series) > _size(known):
            largest[series.layer] = series
    return list(largest.values())


@dataclass(frozen=True)
class Movements:
    """How far each layer's weights move a step.

    Attributes:
        layers: (l,) names, from the input to the output.
        depths: (l,) place along the forward pass, None where it is not known.
        steps: (s,) traced steps.
        values: (l, s) size of the change over size of the weight, of the elements that changed; 0
            where none did, NaN where it is not known.
    """

    layers: tuple[str, ...]
    depths: tuple[int | None, ...]
    steps: IntArray
    values: FloatArray


def movements(view: RunView) -> Movements:
    """Return how far the largest weight of each layer moves; normalisation layers are left out.

    It is the update's ratio to the weight or, of a layer whose updates were not traced (it is
    excluded from training), 0 where no statistic of the weight changed since the traced step
    before.
    """
    updates = {series.layer: series for series in main_tensors(view, "update")}
    weights = main_tensors(view, "weight")
    chosen = [updates.get(series.layer, series) for series in weights]
    known = {series.layer for series in weights}
    chosen += [series for layer, series in updates.items() if layer not in known]
    aligned = stack(chosen, [_movement(series) for series in chosen])
    return Movements(
        tuple(series.layer for series in chosen),
        tuple(series.depth for series in chosen),
        aligned.steps,
        aligned.values,
    )


def _movement(series: TensorSeries) -> FloatArray:
    if series.kind == "weight":
        return _standstill(series)
    touched = 1 - np.nan_to_num(series["zero_fraction"])
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = series["update_ratio"] / np.sqrt(touched)
    finite = nonfinite(series) == 0
    return np.where(finite, np.where(series["l2"] == 0, 0.0, ratio), np.nan)


def _standstill(series: TensorSeries) -> FloatArray:
    statistics = np.vstack([series[name] for name in ("mean", "std", "min", "max", "l1", "l2")])
    unchanged = (statistics[:, 1:] == statistics[:, :-1]).all(axis=0)
    return np.concatenate([[np.nan], np.where(unchanged, 0.0, np.nan)])


def _size(series: TensorSeries) -> float:
    return float(series["count"].max(initial=0))
