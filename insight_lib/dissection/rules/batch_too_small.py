"""Batches of so few examples that the noise of a step outweighs what it learns.

**Looks for** a run that did not learn, in batches

* of one example, with a batch normalisation of vectors among its layers; or
* of at most {most_rows} examples, {min_steps} an epoch and more, in which one traced step in ten
  moved a layer by {large_update:%} of its weights or more, and the mean loss of {min_epochs} epochs
  or more did not fall by {fell:%} from the second on, at a learning rate that would suit batches of
  {usual_rows} examples: no more than the default of its Keras optimizer times {usual_rows} over the
  batch (with momentum m, that times 1 - m).

**Why it matters** The mean of one example is the example: a normalisation by it gives 0 for every
input. The gradient of few examples is that of all plus noise, in inverse proportion to the batch
(McCandlish et al. 2018), and what noise does to the weights grows with the learning rate over the
batch (Smith et al. 2018): a rate that suits larger batches throws the weights about with batches of
one. Both are a warning.

**What to do** Use batches of {usual_rows} examples; or lower the learning rate as the batch (Goyal
et al. 2017), and normalise by layer instead of by batch.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.findings.finding import (
    Finding,
    number,
    percent,
    share_confidence,
)
from insight_lib.dissection.findings.remedy import remedy
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.data.batches import Batches, batches
from insight_lib.dissection.run.learning import has_learnt, tells_of_learning
from insight_lib.dissection.run.network import movements
from insight_lib.dissection.run.recorded import recorded_training
from insight_lib.dissection.run.recorded.topology import graph_layers
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """Examples, steps, epochs, shares of weights and of a loss."""

    most_rows: int = threshold(
        4, source="Masters and Luschi 2018: the best batches are of 2 to 32 examples."
    )
    min_steps: int = threshold(
        100, source="Of fewer steps a batch of four is a large part of all examples."
    )
    min_epochs: int = threshold(
        4, least=2, source="As few points show a rise in loss_not_decreasing."
    )
    large_update: float = threshold(
        0.02, source="DL4J calls 1e-3 usual; batches of one that learn digits stay below 0.013."
    )
    fell: float = threshold(
        0.2, source="Batches of one that learn digits bring that in one more epoch, up to the last."
    )
    usual_rows: int = threshold(32, least=1, source="Keras's default.")


_RATE_OF_SGD, _RATE_OF_OTHERS = 1e-2, 1e-3
# A rate is recorded in single precision.
_ROUNDING = 1e-6


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run's batches, or on the lowest batch normalisation."""
    found = batches(view)
    if found is None or not tells_of_learning(view) or has_learnt(view):
        return
    normalised = _normalised(view) if found.rows == 1 else None
    if normalised is not None:
        yield _of_normalisation(normalised, found, limits)
    elif _are_small(found, limits) and _suits_larger(view, found, limits):
        large = _large_movement(view)
        if large >= limits.large_update:
            yield _of_noise(found, large, limits)


def _normalised(view: RunView) -> str | None:
    """Return the first layer that normalises vectors by their batch; None of none."""
    layers = graph_layers(view).values()
    found = (
        one for one in layers if one.kind == "BatchNormalization" and len(one.sizes or ()) == 1
    )
    return next((layer.name for layer in found), None)


def _are_small(found: Batches, limits: Thresholds) -> bool:
    """Return whether there are small batches, so many that a mean loss would tell of a fall."""
    if found.rows > limits.most_rows or found.steps_per_epoch < limits.min_steps:
        return False
    losses = found.losses
    return losses.size >= limits.min_epochs and bool(losses[-1] > (1 - limits.fell) * losses[1])


def _suits_larger(view: RunView, found: Batches, limits: Thresholds) -> bool:
    """Return whether the learning rate is one for larger batches, rather than too high for any."""
    known = recorded_training.optimizer(view)
    if known is None or known.learning_rate is None or known.name is None:
        return False
    usual = _RATE_OF_SGD if known.name == "SGD" else _RATE_OF_OTHERS
    rate = known.learning_rate / (1 - known.momentum) if 0 <= known.momentum < 1 else np.inf
    return bool(rate <= usual * limits.usual_rows / found.rows * (1 + _ROUNDING))


def _large_movement(view: RunView) -> float:
    """Return what a tenth of the traced steps moved some layer by; 0 where not known."""
    moved = movements(view).values
    largest = np.where(np.isfinite(moved), moved, 0.0).max(axis=0, initial=0.0)
    return float(np.quantile(largest, 0.9)) if largest.size else 0.0


def _of_normalisation(layer: str, found: Batches, limits: Thresholds) -> Finding:
    return Finding(
        layer=layer,
        severity="warning",
        title=f"Layer {layer} normalises by a batch of 1 example, which gives 0 for every input",
        evidence={"batch_size": found.rows, "steps_per_epoch": found.steps_per_epoch},
        advice=(
            f"Use batches of {limits.usual_rows} examples, or normalise by layer in place of "
            f"layer {layer}."
        ),
        remedy=remedy("batch_size", limits.usual_rows, old=found.rows),
    )


def _of_noise(found: Batches, large: float, limits: Thresholds) -> Finding:
    each = f"{found.rows} example{'s' * (found.rows != 1)}"
    return Finding(
        severity="warning",
        title=(
            f"Batches of {each} move a layer by {percent(large)} of its weights and more a step, "
            f"and {found.losses.size} epochs hardly lowered the training loss: it is "
            f"{number(float(found.losses[1]))} in the second and "
            f"{number(float(found.losses[-1]))} in the last"
        ),
        evidence={
            "batch_size": found.rows,
            "steps_per_epoch": found.steps_per_epoch,
            "large_update": large,
            "loss_of_epochs": found.losses.tolist(),
        },
        advice=(
            f"Use batches of {limits.usual_rows} examples, or lower the learning rate by "
            f"{number(limits.usual_rows / found.rows)} times."
        ),
        remedy=remedy("batch_size", limits.usual_rows, old=found.rows),
        confidence=share_confidence(found.losses.size, found.losses.size),
    )


RULE = Rule(
    name="batch_too_small",
    title="Batch too small",
    needs=("traced labels and updates", "a training loss of each epoch", "the recorded optimizer"),
    severity="warning",
    fault_type=FaultType.BATCH_SIZE,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "Batches of 1 example move a layer by 20 % of its weights and more a step, and 6 epochs "
        "hardly lowered the training loss: it is 2.3 in the second and 2.3 in the last"
    ),
    check=check,
)
