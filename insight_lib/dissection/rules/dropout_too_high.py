"""Dropout that is too high for the layer to learn.

**Looks for** a model with recorded dropout whose validation accuracy ends at least {gap} above its
training accuracy, of {min_points} points each at least; or a layer that drops {most:%} and more in
a run that did not learn, with a training loss of as many points.

**Why it matters** While training, each unit is dropped by the layer's rate, which is the share that
is lost and not the share that is kept. Some gap is what dropout is for; one as wide says that the
remaining units hardly carry any information, so that the gradient is mostly noise.

**What to do** A rate of 0.2 to 0.5 in hidden layers (Srivastava et al. 2014); 1 - rate if
the share to keep was intended; no dropout on narrow layers.
"""

from collections.abc import Collection, Iterator, Mapping
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
from insight_lib.dissection.run.curves.losses import HELD_OUT, accuracies_of, training_loss
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.recorded_layers import dropout_rates
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.change.levels import end_level
from insight_lib.series.role import Phase
from insight_lib.series.series import Series


@dataclass(frozen=True)
class Thresholds:
    """How far the accuracies are apart."""

    gap: float = threshold(
        0.3, source="With rates up to 0.5 the zoo's healthy runs differ by less than 0.1."
    )
    most: float = threshold(
        0.8,
        source="Srivastava et al. (2014) keep half of the hidden units, and eight in ten inputs.",
    )
    min_points: int = threshold(
        3, source="In the first epoch or two the training accuracy lags behind anyway."
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the layer that drops most."""
    rates = dropout_rates(view)
    if not rates:
        return
    layer = max(rates, key=lambda name: rates[name])
    training = _accuracy(view, {Phase.TRAIN}, limits)
    validation = _accuracy(view, HELD_OUT, limits)
    loss = training_loss(view)
    if training is not None and validation is not None and _gap(training, validation) >= limits.gap:
        yield _finding(layer, rates[layer], _of_gap(training, validation, limits))
    elif (
        rates[layer] >= limits.most
        and loss is not None
        and loss.series.steps.size >= limits.min_points
        and not has_learnt(view)
    ):
        yield _finding(layer, rates[layer], _of_loss(loss))


@dataclass(frozen=True)
class _Shown:
    """What shows that the dropout is too high."""

    said: str
    evidence: Mapping[str, object]
    confidence: float


def _gap(training: Series, validation: Series) -> float:
    return end_level(validation.values) - end_level(training.values)


def _of_gap(training: Series, validation: Series, limits: Thresholds) -> _Shown:
    low, high = end_level(training.values), end_level(validation.values)
    return _Shown(
        f"the training accuracy ends at {percent(low)}, that of validation, where nothing is "
        f"dropped, at {percent(high)}",
        {
            "training_accuracy_at_end": low,
            "validation_accuracy_at_end": high,
            **series("training accuracy", training.steps, training.values),
        },
        share_confidence(int((training.values <= high - limits.gap).sum()), training.values.size),
    )


def _of_loss(loss: NamedSeries) -> _Shown:
    steps, values = loss.series.steps, loss.series.values
    return _Shown(
        f"the training loss {loss.name} ends at {number(float(values[-1]))}, and nothing shows "
        "that the run learnt",
        {"training_loss_at_end": float(values[-1]), **series(loss.name, steps, values)},
        share_confidence(values.size, values.size),
    )


def _finding(layer: str, rate: float, shown: _Shown) -> Finding:
    return Finding(
        layer=layer,
        severity="warning",
        title=f"Layer {layer} drops {percent(rate)} of its inputs: {shown.said}",
        evidence={"rate": rate, **shown.evidence},
        advice=(
            f"Lower the rate of layer {layer} to between 0.2 and 0.5; if {number(rate)} "
            f"was intended as the share to keep, set the rate to {number(1 - rate)}."
        ),
        remedy=_remedy(layer, rate),
        confidence=shown.confidence,
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
    needs=("the recorded topology", "both accuracies, or a training loss"),
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
