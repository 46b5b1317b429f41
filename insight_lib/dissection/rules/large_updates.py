"""The updates are so large that they overwrite the weights.

**Looks for** layers whose updates are more than {ratio} of their weights at {step_share:%} or more
of the traced steps ({min_steps} at least) after the first {settling_share:%}, in a run that has not
learnt. The first steps are left out: small weights may well double at once.

**Why it matters** A step of that size leaves nothing of what the steps before it found: the loss
jumps about or rises. It is mostly the learning rate.

**What to do** Lower the learning rate by ten until the updates are near {healthy} of the weights,
warm it up, or clip the gradient norm.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Integers
from insight_lib.dissection.findings.finding import (
    RUN_LAYER,
    Finding,
    number,
    percent,
    series,
    share_confidence,
)
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.network import Movements, movements
from insight_lib.dissection.run.persistence import share_of_known
from insight_lib.dissection.run.remedies.rate_remedy import changed_rate
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """Update ratios, shares of traced steps, counts."""

    ratio: float = threshold(
        0.1,
        source=(
            "DeepDiagnosis and TheDeepChecker: 0.1. In healthy runs of the zoo the layer that "
            "moves most does so by 0.06."
        ),
    )
    settling_share: float = threshold(0.25, source="Left to the run to settle.")
    step_share: float = threshold(0.5, least=0.01, source="Persistence: a spike comes and goes.")
    min_steps: int = threshold(
        3, source="SageMaker Debugger too asks for three steps before it calls a layer untrained."
    )
    healthy: float = threshold(1e-3, source="DL4J: what to aim at.")


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding: on the run where most layers are thrown, else on the one thrown most."""
    whole = movements(view)
    moving = _after_settling(whole, limits)
    known = np.isfinite(moving.values)
    with np.errstate(invalid="ignore"):
        shares = share_of_known(moving.values > limits.ratio, known, limits.min_steps)
    thrown = np.flatnonzero(shares >= limits.step_share)
    if thrown.size and not has_learnt(view):
        with np.errstate(invalid="ignore"):
            first = int(whole.steps[(whole.values[thrown] > limits.ratio).any(axis=0)][0])
        yield _finding(view, moving, _Thrown(thrown, first), limits)


@dataclass(frozen=True)
class _Thrown:
    """The places of the layers that are thrown, and the first step at which one of them was."""

    places: Integers
    first_step: int


def _after_settling(moving: Movements, limits: Thresholds) -> Movements:
    first = int(np.ceil(moving.steps.size * limits.settling_share))
    return Movements(
        moving.layers,
        moving.depths,
        moving.steps[first:],
        moving.values[:, first:],
        moving.moved[:, first:],
    )


def _finding(view: RunView, moving: Movements, thrown: _Thrown, limits: Thresholds) -> Finding:
    places = thrown.places
    medians = np.nanmedian(moving.values[places], axis=1)
    worst = int(places[np.argmax(medians)])
    most = places.size > len(moving.layers) / 2
    layer = RUN_LAYER if most else moving.layers[worst]
    ratios, typical = moving.values[worst], float(medians.max())
    known = np.isfinite(ratios)
    large = known & (np.nan_to_num(ratios) > limits.ratio)
    who = f"{places.size} of {len(moving.layers)} layers" if most else f"layer {layer}"
    return Finding(
        layer=layer,
        severity="warning",
        title=(
            f"The updates of {who} are too large: up to {number(typical)} of the weights a step"
            f"{f', most in layer {moving.layers[worst]}' if most else ''}, above "
            f"{number(limits.ratio)} at {percent(large.sum() / known.sum())} of the traced steps"
        ),
        first_step=thrown.first_step,
        last_step=int(moving.steps[large][-1]),
        evidence={
            "typical_update_ratio": typical,
            "traced_steps": int(known.sum()),
            **series("update_ratio", moving.steps, ratios),
        },
        remedy=changed_rate(view, 0.1),
        advice=(
            f"Lower the learning rate{f' of layer {layer}' if layer else ''} by a factor of ten, "
            f"until the updates are near {number(limits.healthy)} of the weights; warm it up, or "
            "clip the gradient norm."
        ),
        layers=tuple(moving.layers[place] for place in places),
        depth=None if most else moving.depths[worst],
        confidence=share_confidence(int(large.sum()), int(known.sum())),
    )


RULE = Rule(
    name="large_updates",
    title="Updates too large",
    needs=("updates and weights",),
    severity="warning",
    fault_type=FaultType.LEARNING_RATE,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The updates of 2 of 2 layers are too large: up to 0.75 of the weights a step, most in "
        "layer a, above 0.1 at 100 % of the traced steps"
    ),
    check=check,
    of_layers=True,
)
