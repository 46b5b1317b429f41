"""Dropout that is too high for the layer to learn.

**Looks for** a model with recorded dropout whose validation accuracy ends at least {gap} above its
training accuracy, of {min_points} points each at least; or whose training loss ends at {chance:%}
or more of what guessing gives, where a layer drops more than {most:%} of its inputs.

**Why it matters** While training, each unit is dropped by the layer's rate, which is the share that
is lost and not the share that is kept. Some gap is what dropout is for; one as wide says that the
remaining units hardly carry any information, so that the gradient is mostly noise.

**What to do** A rate of 0.2 to 0.5 in hidden layers (Srivastava et al. 2014); 1 - rate if
the share to keep was intended; no dropout on narrow layers.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from insight_lib.dissection.findings.finding import (
    Finding,
    number,
    percent,
    series,
    share_confidence,
)
from insight_lib.dissection.findings.remedy import Remedy, remedy
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.chance_loss import guessing_if_at_chance
from insight_lib.dissection.run.curves.losses import HELD_OUT, accuracies_of, training_loss
from insight_lib.dissection.run.curves.told_levels import points_confidence
from insight_lib.dissection.run.learning import FALL
from insight_lib.dissection.run.recorded.recorded_layers import dropout_rates
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import end_level
from insight_lib.series.role import Phase
from insight_lib.series.series import Series


@dataclass(frozen=True)
class Thresholds:
    """How far the accuracies are apart."""

    gap: float = threshold(
        0.3, source="With rates up to 0.5 the zoo's healthy runs differ by less than 0.1."
    )
    min_points: int = threshold(
        3, source="In the first epoch or two the training accuracy lags behind anyway."
    )
    most: float = threshold(
        0.7, source="Srivastava et al. (2014) see no gain beyond 0.5; 0.8 is a share to keep."
    )
    chance: float = threshold(
        0.9,
        source=(
            "0.95 in loss_not_decreasing; what is dropped adds noise, so that a little may be "
            "learnt."
        ),
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the layer that drops most."""
    rates = dropout_rates(view)
    if not rates:
        return
    layer = max(rates, key=lambda name: rates[name])
    found = _of_gap(view, layer, rates[layer], limits)
    if found is None and rates[layer] > limits.most:
        found = _of_chance(view, layer, rates[layer], limits)
    if found is not None:
        yield found


def _of_gap(view: RunView, layer: str, rate: float, limits: Thresholds) -> Finding | None:
    """Return a finding on accuracies that are far apart, if they are."""
    training = _accuracy(view, {Phase.TRAIN}, limits)
    validation = _accuracy(view, HELD_OUT, limits)
    if training is None or validation is None:
        return None
    low, high = end_level(training.values), end_level(validation.values)
    if high - low < limits.gap:
        return None
    found = _finding(
        layer,
        rate,
        f"the training accuracy ends at {percent(low)}, that of validation, where nothing is "
        f"dropped, at {percent(high)}",
        {
            "training_accuracy_at_end": low,
            "validation_accuracy_at_end": high,
            **series("training accuracy", training.steps, training.values),
        },
    )
    below = int((training.values <= high - limits.gap).sum())
    return replace(found, confidence=share_confidence(below, training.values.size))


def _of_chance(view: RunView, layer: str, rate: float, limits: Thresholds) -> Finding | None:
    """Return a finding on a loss that ends where guessing does, if it does."""
    loss = training_loss(view)
    if loss is None or loss.series.values.size < limits.min_points:
        return None
    guessing = guessing_if_at_chance(view, loss, chance=limits.chance, fall=FALL)
    if guessing is None:
        return None
    end = end_level(loss.series.values)
    found = _finding(
        layer,
        rate,
        f"the training loss {loss.name} ends at {number(end)}, and guessing gives "
        f"{number(guessing)}",
        {
            "loss_at_end": end,
            "loss_of_guessing": guessing,
            **series(loss.name, loss.series.steps, loss.series.values),
        },
    )
    return replace(found, confidence=points_confidence(view, loss))


def _finding(layer: str, rate: float, what: str, evidence: Mapping[str, object]) -> Finding:
    return Finding(
        layer=layer,
        severity="warning",
        title=f"Layer {layer} drops {percent(rate)} of its inputs: {what}",
        evidence={"rate": rate, **evidence},
        advice=(
            f"Lower the rate of layer {layer} to between 0.2 and 0.5; if {number(rate)} "
            f"was intended as the share to keep, set the rate to {number(1 - rate)}."
        ),
        remedy=_remedy(layer, rate),
    )


def _accuracy(view: RunView, phases: Collection[Phase], limits: Thresholds) -> Series | None:
    found = [one.series for one in accuracies_of(view, phases)]
    return next((one for one in found if one.steps.size >= limits.min_points), None)


def _remedy(layer: str, rate: float) -> Remedy | None:
    """Return the next lower of the ends of what is usual."""
    lower = next((usual for usual in (0.5, 0.2) if usual < rate), None)
    return None if lower is None else remedy("rate", lower, old=rate, layer=layer)


RULE = Rule(
    name="dropout_too_high",
    title="Dropout too high",
    needs=("the recorded topology", "a training and a validation accuracy"),
    severity="warning",
    fault_type=FaultType.REGULARISATION,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "Layer drop_2 drops 95 % of its inputs: the training accuracy ends at 20 %, that of "
        "validation, where nothing is dropped, at 70 %"
    ),
    check=check,
)
