"""Lower layers get almost none of the gradient that the top layer gets.

**Looks for** a gradient that shrinks from layer to layer on its way down, so that at nearly every
traced step the lowest layers get less than a thousandth of the top layer's (root mean square of the
elements that are not zero, of each layer's largest tensor; normalisation and embedding layers are
left out). One small layer between larger ones is not meant, nor is a gradient that is exactly zero
(see dead units and blind spots).

**Why it matters** The layers below learn a thousand times slower than those above, or not at all:
the network is as good as its top layers on random features. It is an error where the training loss
has not fallen by half either; where it has, the upper layers suffice and it is a warning.

**What to do** Use ReLU-like activations with He initialisation in place of sigmoid or tanh; add
normalisation or residual connections; use fewer layers.
"""

from collections.abc import Iterator

import numpy as np

from insight_lib.dissection.finding import Finding, number, percent
from insight_lib.dissection.losses import fall_of_training
from insight_lib.dissection.network import main_tensors, stack, touched_rms
from insight_lib.dissection.rules.rule import Rule
from insight_lib.dissection.view import FloatArray, IntArray, RunView, TensorSeries

# AutoTrainer: the first layer's gradient below 1e-3 of the last one's. In healthy runs of the zoo
# the least of any layer is 0.04.
RATIO = 1e-3
# Persistence in place of AutoTrainer's absolute 1e-4, which depends on the scale of the loss.
STEP_SHARE = 0.8
MIN_STEPS = 3
MIN_LAYERS = 3
# Rank correlation of depth and gradient: a ladder, not one odd layer.
LADDER = 0.8
# A loss that fell by less than half has not shown that the top layers suffice.
FALL = 0.5


def check(view: RunView) -> Iterator[Finding]:
    """Yield one finding on the lowest layer of those that the gradient does not reach."""
    tensors = [t for t in main_tensors(view, "gradient") if t.layer_type != "Embedding"]
    tensors = [t for t in tensors if t.depth is not None]
    if len(tensors) < MIN_LAYERS:
        return
    sizes = stack(tensors, [touched_rms(tensor) for tensor in tensors])
    ratios = _ratios(sizes.values)
    shares = np.array([_share_below(row) for row in ratios])
    starved = np.flatnonzero(shares >= STEP_SHARE)
    if not starved.size or _ladder(sizes.values) < LADDER:
        return
    held = (ratios[starved] < RATIO).any(axis=0)
    yield _finding(view, tensors, ratios, starved, sizes.steps[held])


def _finding(
    view: RunView,
    tensors: list[TensorSeries],
    ratios: FloatArray,
    starved: IntArray,
    steps: IntArray,
) -> Finding:
    lowest, top = tensors[starved[0]], tensors[-1]
    ratio = float(np.nanmedian(ratios[starved[0]]))
    others = f" ({starved.size} layers in all)" if starved.size > 1 else ""
    fall = fall_of_training(view)
    return Finding(
        view.run_id,
        RULE.name,
        lowest.layer,
        "error" if fall is not None and fall < FALL else "warning",
        f"Layer {lowest.layer} gets {number(ratio)} of the gradient of the top layer {top.layer} "
        f"at {percent(_share_below(ratios[starved[0]]))} of the traced steps{others}",
        int(steps[0]),
        int(steps[-1]),
        {
            "median_ratio_to_top": ratio,
            "top_layer": top.layer,
            "layers": [tensors[place].layer for place in starved],
            "ratio_by_layer": [
                float(np.nanmedian(row)) if np.isfinite(row).any() else None for row in ratios
            ],
            "traced_steps": int(np.isfinite(ratios[starved[0]]).sum()),
            "loss_fall": fall,
        },
        _advice(tensors, starved),
    )


def _ratios(sizes: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        ratios = sizes / sizes[-1]
    return np.where(np.isfinite(ratios), ratios, np.nan)


def _share_below(ratios: FloatArray) -> float:
    """Share of the judged steps below ``RATIO``; 0 where too few were judged."""
    judged = ratios[np.isfinite(ratios)]
    return float((judged < RATIO).mean()) if judged.size >= MIN_STEPS else 0.0


def _ladder(sizes: FloatArray) -> float:
    """Rank correlation of place and median size over the layers that have a gradient."""
    known = np.isfinite(sizes).any(axis=1)
    medians = np.nanmedian(sizes[known], axis=1)
    if medians.size < MIN_LAYERS:
        return 0.0
    ranks = np.argsort(np.argsort(medians))
    return float(np.corrcoef(np.arange(medians.size), ranks)[0, 1])


def _advice(tensors: list[TensorSeries], starved: IntArray) -> str:
    first, last = tensors[starved[0]].layer, tensors[starved[-1]].layer
    where = f"layer {first}" if first == last else f"layers {first} to {last}"
    used = {tensors[place].activation for place in starved} & {"sigmoid", "tanh", "softmax"}
    activation = (
        f"the {' and '.join(sorted(filter(None, used)))} activations" if used else "the activations"
    )
    return (
        f"In {where}, replace {activation} by ReLU with He initialisation, or add batch "
        "normalisation or residual connections; fewer layers may do as well."
    )


RULE = Rule(
    name="vanishing_gradient",
    title="Vanishing gradient",
    needs=("gradients of at least three layers with their depth",),
    severity="error",
    documentation=__doc__,
    check=check,
)
