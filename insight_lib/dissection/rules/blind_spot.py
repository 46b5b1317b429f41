"""A part of the network whose weights do not move while the rest learns.

**Looks for** layers whose weights, at {step_share:%} of the traced steps ({min_steps} at least) or
at all of the last {end_share:%} of them ({end_steps} at least), changed by less than {ratio} of
what the layers that learn change by (updates relative to the weights; of an embedding only the rows
that the batch touched), or did not change at all. More than {max_named} such layers make one
finding, on the lowest of them.

**Why it matters** The layer stays at its initial, random values, or at those it had when it
stopped: what it should have learnt is missing. A layer frozen on purpose looks the same in the
event files, which is why this is a warning and never an error; where the layer is not recorded as
trainable and its weights do not look freshly drawn, or is part of a model within the model that is
frozen as a whole, it is a note.

**What to do** If the layer should learn: set ``trainable=True``, pass its variables to the
optimizer, and check that the loss depends on it (no ``stop_gradient``, no unused output). If it was
frozen on purpose, nothing. If a vanishing gradient or dead units are reported too, fix those.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.median import median
from insight_lib.dissection.findings.finding import (
    Finding,
    number,
    percent,
    series,
    share_confidence,
)
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.data.small_batches import movements_together
from insight_lib.dissection.run.initialisation import has_learnt_bias, looks_drawn
from insight_lib.dissection.run.network import main_tensors
from insight_lib.dissection.run.persistence import typical_of_moving
from insight_lib.dissection.run.still_layers import StillLayer, StillLimits, still_layers
from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """Ratios of movements, shares of traced steps, counts."""

    ratio: float = threshold(
        1e-3, source="The layers of a healthy network of the zoo differ by up to 21."
    )
    step_share: float = threshold(
        0.9, least=0.01, source="Persistence: a layer that is unfrozen later is no blind spot."
    )
    min_steps: int = threshold(
        3, source="SageMaker Debugger calls weights that stay for three steps untrained."
    )
    end_share: float = threshold(
        0.3, source="A layer that learnt before is given longer than one that never moved."
    )
    end_steps: int = threshold(
        5,
        source=(
            "TheDeepChecker's five checks; a layer that learnt before is given longer than three."
        ),
    )
    max_named: int = threshold(
        4,
        source=(
            "More layers than this make one finding on the lowest of them, not a list nobody reads."
        ),
    )


@dataclass(frozen=True)
class _Peers:
    """How many layers were traced, and how far those that move do so, None where not known."""

    layers: int
    movement: float | None


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield a finding for each layer that does not move, or one for all where they are many."""
    moving = movements_together(view)
    if len(moving.layers) < 2:
        return
    criteria = StillLimits(
        limits.ratio, limits.step_share, limits.min_steps, limits.end_share, limits.end_steps
    )
    blind = list(still_layers(moving, criteria))
    typical = typical_of_moving(moving.values)
    moved = typical[typical > 0]
    peers = _Peers(len(moving.layers), median(moved) if moved.size else None)
    if len(blind) > limits.max_named:
        yield _finding(view, blind, peers)
    else:
        for one in blind:
            yield _finding(view, [one], peers)


def _finding(view: RunView, blind: list[StillLayer], peers: _Peers) -> Finding:
    first = blind[0]
    weight = _weight(view, first.layer)
    return Finding(
        layer=first.layer,
        severity=_severity(view, weight),
        title=_title(view, blind, peers),
        first_step=first.first,
        last_step=int(first.since[-1]),
        evidence={
            "update_ratio": first.movement,
            "update_ratio_of_peers": peers.movement,
            "share_of_steps": first.still / first.since.size,
            "traced_steps": int(first.steps.size),
            "trainable": weight.trainable if weight else None,
            "layers_traced": peers.layers,
            **series("update_ratio", first.steps, first.movements),
        },
        advice=_advice(blind),
        layers=tuple(one.layer for one in blind),
        depth=first.depth,
        confidence=share_confidence(first.still, first.since.size),
    )


def _severity(view: RunView, weight: TensorSeries | None) -> Severity:
    if weight is None or weight.trainable:
        return "warning"
    is_ready = not looks_drawn(weight) or has_learnt_bias(view, weight.layer)
    is_meant = is_ready or _is_in_frozen_model(view, weight.layer)
    return "info" if is_meant else "warning"


def _is_in_frozen_model(view: RunView, layer: str) -> bool:
    """Return whether all of two layers or more that share this one's path are not trainable."""
    path, slash, _ = layer.rpartition("/")
    inside = [one for one in view.of_kind("weight") if one.layer.startswith(path + slash)]
    is_model = bool(path) and len({one.layer for one in inside}) > 1
    return is_model and all(one.trainable is False for one in inside)


def _title(view: RunView, blind: list[StillLayer], peers: _Peers) -> str:
    first = blind[0]
    who = f"Layer {first.layer}"
    if len(blind) > 1:
        who = f"{len(blind)} of {peers.layers} layers, from {first.layer} to {blind[-1].layer},"
    often = f"{percent(first.still / first.since.size)} of the traced steps"
    often += " since" if first.stopped else ""
    when = f"stopped learning at step {first.since[0]}" if first.stopped else "never learnt"
    what = "zero" if first.movement == 0 else f"{number(first.movement)} of the weights"
    if peers.movement is None:
        return f"{who} {when}: its weights show no change at {often}, while other layers learn"
    gets = _gradient_share(view, first)
    return (
        f"{who} {when}: the updates are {what} at {often}, and {number(peers.movement)} in the "
        f"other layers{gets}"
    )


def _gradient_share(view: RunView, one: StillLayer) -> str:
    """Return how much of the top layer's gradient a layer gets, where it is known and little."""
    for tensor in main_tensors(view, "gradient"):
        ratios = tensor["gradient_ratio_to_top"][np.isin(tensor.steps, one.since)]
        if tensor.layer == one.layer and np.isfinite(ratios).any():
            typical = float(np.nanmedian(ratios))
            return f"; it gets {number(typical)} of the top layer's gradient"
    return ""


def _weight(view: RunView, layer: str) -> TensorSeries | None:
    return next((one for one in main_tensors(view, "weight") if one.layer == layer), None)


def _advice(blind: list[StillLayer]) -> str:
    first = blind[0].layer
    who = f"layer {first}" if len(blind) == 1 else f"the layers {first} to {blind[-1].layer}"
    if blind[0].movement == 0:
        return (
            f"If {who} should learn, set trainable=True, pass the variables to the optimizer and "
            "check that the loss depends on the output; if it is frozen on purpose, do nothing."
        )
    return (
        f"Let more gradient reach {who} (ReLU-like activations, normalisation, residual "
        f"connections) or give {'it' if len(blind) == 1 else 'them'} a larger learning rate."
    )


RULE = Rule(
    name="blind_spot",
    title="Blind spot",
    needs=("updates or weights of at least two layers",),
    severity="warning",
    fault_type=FaultType.LAYERS,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "Layer embedding never learnt: the updates are zero at 100 % of the traced steps, and "
        "0.001 in the other layers"
    ),
    check=check,
    of_layers=True,
)
