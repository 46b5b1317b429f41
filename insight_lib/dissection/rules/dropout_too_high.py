"""Dropout that is too high for the layer to learn.

**Looks for** a model with recorded dropout whose validation accuracy ends at least {gap} above its
training accuracy, of {min_points} points each at least.

**Why it matters** While training, each unit is dropped by the layer's rate, which is the share that
is lost and not the share that is kept. Some gap is what dropout is for; one as wide says that the
remaining units hardly carry any information, so that the gradient is mostly noise.

**What to do** A rate of 0.2 to 0.5 in hidden layers (Srivastava et al. 2014); 1 - rate if
the share to keep was intended; no dropout on narrow layers.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from insight_lib.dissection.findings.finding import (
    Finding,
    number,
    percent,
    series,
    share_confidence,
)
from insight_lib.dissection.findings.remedy import FaultType, Remedy, remedy
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.losses import HELD_OUT
from insight_lib.dissection.run.recorded_layers import dropout_rates
from insight_lib.dissection.run.view import RunView
from insight_lib.series.change.levels import end_level
from insight_lib.series.role import Phase, Role
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


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the layer that drops most."""
    rates = dropout_rates(view)
    training = _accuracy(view, {Phase.TRAIN}, limits)
    validation = _accuracy(view, HELD_OUT, limits)
    if not rates or training is None or validation is None:
        return
    low, high = end_level(training.values), end_level(validation.values)
    if high - low < limits.gap:
        return
    layer = max(rates, key=lambda name: rates[name])
    yield Finding(
        layer=layer,
        severity="warning",
        title=(
            f"Layer {layer} drops {percent(rates[layer])} of its inputs: the training accuracy "
            f"ends at {percent(low)}, that of validation, where nothing is dropped, at "
            f"{percent(high)}"
        ),
        evidence={
            "rate": rates[layer],
            "training_accuracy_at_end": low,
            "validation_accuracy_at_end": high,
            **series("training accuracy", training.steps, training.values),
        },
        advice=(
            f"Lower the rate of layer {layer} to between 0.2 and 0.5; if {number(rates[layer])} "
            f"was intended as the share to keep, set the rate to {number(1 - rates[layer])}."
        ),
        remedy=_remedy(layer, rates[layer]),
        confidence=share_confidence(
            int((training.values <= high - limits.gap).sum()), training.values.size
        ),
    )


def _accuracy(view: RunView, phases: Collection[Phase], limits: Thresholds) -> Series | None:
    found = [one.series for one in view.with_role(Role.ACCURACY, phases=phases)]
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
