"""The moving statistics of BatchNormalization lag, so that validation sees another network.

**Looks for** a BatchNormalization layer whose momentum m is recorded and whose moving statistics
still weigh their start, no mean and unit variance, by {start_share:%} or more (m^n after n steps),
and are not those of the batches at the last traced steps: the variances differ {variance_factor}
times or more, or the means by {mean_distance} moving standard deviations or more. It is a warning
where validation keeps less than {kept:%} of what training gained over guessing, a note where no
validation shows it, and else of no consequence.

**Why it matters** Training normalises by the batch, validation by moving averages of all batches so
far. With a momentum of 0.99, 100 steps leave 37 % of the start in them. The training loss falls
to nothing, and validation stays at chance from its first point on, which looks like overfitting but
is not: the weights are good.

**What to do** Lower the momentum, so that m^n is small, or train for more steps (smaller batches,
more epochs). Dropout or more data change nothing of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from insight_lib.dissection.findings.finding import Finding, number, percent
from insight_lib.dissection.findings.remedy import remedy
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.batch_norm import (
    KEPT,
    MEAN_DISTANCE,
    START_SHARE,
    VARIANCE_FACTOR,
    Lag,
    lagging_layers,
    usual_momentum,
)
from insight_lib.dissection.run.curves.kept_gain import kept_gain
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """Shares, a ratio and a distance in standard deviations."""

    start_share: float = threshold(
        START_SHARE,
        source="What a start of mean 0 and variance 1 weighs after 22 steps with momentum 0.9.",
    )
    variance_factor: float = threshold(
        VARIANCE_FACTOR,
        source=(
            "Outputs are twice as large or half as large as in training; trained for long they "
            "differ by less than a tenth."
        ),
        least=1,
    )
    mean_distance: float = threshold(
        MEAN_DISTANCE,
        source="Half of a ReLU's inputs change sign; trained for long it is below 0.25.",
    )
    kept: float = threshold(
        KEPT, source="As much of its room as counts as learnt everywhere in this catalogue."
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the layer whose variance differs most."""
    lagging = lagging_layers(view, limits.start_share, limits.variance_factor, limits.mean_distance)
    kept = kept_gain(view) if lagging else None
    if lagging and (kept is None or kept < limits.kept):
        yield _finding(lagging, kept)


def _finding(lagging: list[Lag], kept: float | None) -> Finding:
    worst = max(lagging, key=lambda lag: lag.factor)
    target = usual_momentum(worst)
    shown = "" if kept is None else f"; validation keeps {percent(max(kept, 0))} of the gain"
    return Finding(
        layer=worst.layer,
        severity="info" if kept is None else "warning",
        title=(
            f"The moving statistics of layer {worst.layer} still weigh their start by "
            f"{percent(worst.start_share)} after {worst.steps} steps (momentum "
            f"{worst.momentum:g}); the batches' variance is {number(worst.variance_ratio)} times "
            f"theirs, their mean {number(worst.mean_distance)} standard deviations away{shown}"
        ),
        evidence={
            "momentum": worst.momentum,
            "steps": worst.steps,
            "start_share": worst.start_share,
            "variance_ratio": worst.variance_ratio,
            "mean_distance": worst.mean_distance,
            "kept_in_validation": kept,
        },
        advice=(
            f"Lower the momentum of layer {worst.layer} from {worst.momentum:g} to {target:g}, or "
            "train for more steps: validation normalises by moving averages that have not reached "
            "the batches' statistics. It is no overfitting."
        ),
        remedy=remedy("momentum", target, old=worst.momentum, layer=worst.layer),
        layers=tuple(lag.layer for lag in lagging),
        depth=worst.depth,
    )


RULE = Rule(
    name="lagging_batch_norm",
    title="Batch normalisation lags",
    needs=("weights and updates of BatchNormalization", "its recorded momentum", "a validation"),
    severity="warning",
    fault_type=FaultType.LAYERS,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The moving statistics of layer bn still weigh their start by 90 % after 102 steps "
        "(momentum 0.999); the batches' variance is 21 times theirs, their mean 0.1 standard "
        "deviations away; validation keeps 0 % of the gain"
    ),
    check=check,
    of_layers=True,
)
