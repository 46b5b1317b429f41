"""A part of the network whose weights do not move while the rest learns.

**Looks for** layers whose weights, at nearly every traced step, changed by less than a thousandth
of what the layers that learn change by (updates relative to the weights; of an embedding only the
rows that the batch touched), or did not change at all.

**Why it matters** The layer stays at its initial, random values, or at those it was loaded with:
what it should have learnt is missing. A layer frozen on purpose looks the same in the event files,
which is why this is a warning and never an error.

**What to do** If the layer should learn: set ``trainable=True``, pass its variables to the
optimizer, and check that the loss depends on it (no ``stop_gradient``, no unused output). If it was
frozen on purpose, nothing. If a vanishing gradient or dead units are reported too, mend those.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.finding import Finding, held, number, percent, series
from insight_lib.dissection.network import Movements, movements
from insight_lib.dissection.persistence import typical_of_moving
from insight_lib.dissection.rules.rule import Rule
from insight_lib.dissection.view import FloatArray, IntArray, RunView


@dataclass(frozen=True)
class Thresholds:
    """Ratios of movements, shares of traced steps, counts."""

    # The layers of a healthy network of the zoo differ by up to 21.
    ratio: float = 1e-3
    # Persistence: a layer that is unfrozen later is none.
    step_share: float = 0.9
    min_steps: int = 3
    # More layers than this make one finding on the lowest of them, not a list nobody reads.
    max_named: int = 4


@dataclass(frozen=True)
class _Blind:
    layer: str
    depth: int | None
    movement: float
    of: int
    steps: IntArray
    traced: IntArray
    movements: FloatArray

    @property
    def share(self) -> float:
        return self.steps.size / self.of


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield a finding for each layer that does not move, or one for all where they are many."""
    moving = movements(view)
    if len(moving.layers) < 2:
        return
    peers = typical_of_moving(moving.values)
    blind = list(_blind(moving, peers, limits))
    typical_peer = float(np.nanmedian(peers[peers > 0])) if (peers > 0).any() else np.nan
    if len(blind) > limits.max_named:
        yield _finding(view, blind, typical_peer, len(moving.layers))
    else:
        for one in blind:
            yield _finding(view, [one], typical_peer, len(moving.layers))


def _blind(moving: Movements, peers: FloatArray, limits: Thresholds) -> Iterator[_Blind]:
    values = moving.values
    with np.errstate(invalid="ignore"):
        still = values < limits.ratio * peers
    judged = np.isfinite(values) & (peers > 0)
    times = (still & judged).sum(axis=1)
    of = judged.sum(axis=1)
    for place in np.flatnonzero((of >= limits.min_steps) & (times >= limits.step_share * of)):
        known = judged[place]
        yield _Blind(
            moving.layers[place],
            moving.depths[place],
            float(np.median(values[place][known])),
            int(of[place]),
            moving.steps[still[place] & known],
            moving.steps[known],
            values[place][known],
        )


def _finding(view: RunView, blind: list[_Blind], peer: float, layers: int) -> Finding:
    first = blind[0]
    return Finding(
        view.run_id,
        RULE.name,
        first.layer,
        "warning",
        _title(blind, peer, layers),
        int(first.steps[0]),
        int(first.steps[-1]),
        {
            "update_ratio": first.movement,
            "update_ratio_of_peers": peer,
            "share_of_steps": first.share,
            "traced_steps": first.of,
            "depth": first.depth,
            "layers": [one.layer for one in blind],
            "layers_traced": layers,
            **series("update_ratio", first.traced, first.movements),
        },
        _advice(blind),
        held(first.steps.size, first.of),
    )


def _title(blind: list[_Blind], peer: float, layers: int) -> str:
    first = blind[0]
    what = (
        "do not change at all"
        if first.movement == 0
        else f"change by {number(first.movement)} of their size a step"
    )
    who = f"The weights of layer {first.layer}"
    if len(blind) > 1:
        last = blind[-1].layer
        who = f"The weights of {len(blind)} of {layers} layers, from {first.layer} to {last},"
    return (
        f"{who} {what} at {percent(first.share)} of the traced steps, while those of the other "
        f"layers change by {number(peer)}"
    )


def _advice(blind: list[_Blind]) -> str:
    first = blind[0].layer
    who = f"layer {first}" if len(blind) == 1 else f"the layers {first} to {blind[-1].layer}"
    if blind[0].movement == 0:
        return (
            f"If {who} should learn, set trainable=True, pass the variables to the optimizer and "
            "check that the loss depends on the output; if frozen on purpose, nothing is to do."
        )
    return (
        f"Let more gradient reach {who} (ReLU-like activations, normalisation, residual "
        "connections) or give them a larger learning rate of their own."
    )


RULE = Rule(
    name="blind_spot",
    title="Blind spot",
    needs=("updates or weights of at least two layers",),
    severity="warning",
    documentation=__doc__,
    thresholds=Thresholds(),
    check=check,
)
