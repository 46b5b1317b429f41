"""Labels that the last activation or the loss cannot reach.

**Looks for** labels of the traced batches that the recorded loss does not take: outside of 0 to 1
under a binary or a categorical cross entropy, a KL divergence or a categorical hinge, of -1 to 1
under the other hinges, below 0 under a Poisson loss or an error of logarithms; or that, under a
distance or a Poisson loss, lie outside of what the output can be: below 0 under a ReLU, outside of
-1 to 1 under a tanh. Outside by less than {tolerance:%} of the labels' own width or size is taken
for rounding.

**Why it matters** A loss of labels that it does not take has no meaning: it falls below zero
without end, or is clipped. No weights can give an output outside of its range: the loss has a floor
above zero and pushes the last layer to its end, where it has no gradient. It is an error where the
loss does not take the labels, and where the mean of the labels lies outside of the output, or
{large_part:%} of their width; what reaches out by less is a warning.

**What to do** Use a linear output with a squared error for a regression, or scale the labels into
the range. Code two classes as 0 and 1 (of a hinge as -1 and 1), not as 1 and 2. Counts under a
Poisson loss need an exponential or softplus output.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from insight_lib.dissection.findings.finding import (
    RUN_LAYER,
    Finding,
    number,
    series,
    share_confidence,
)
from insight_lib.dissection.findings.remedy import Change
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.data.label_domains import TOLERANCE, are_outside, domain_of
from insight_lib.dissection.run.data.labels import Labels, labels
from insight_lib.dissection.run.recorded import recorded_layers, recorded_training
from insight_lib.dissection.run.recorded.activation_ranges import output_range
from insight_lib.dissection.run.remedies.label_remedy import LabelRemedy, label_remedy
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """When labels are outside."""

    tolerance: float = threshold(
        TOLERANCE,
        source=(
            "Of the labels' width or size: a scaler fitted on other examples leaves some that are "
            "just outside. DeepDiagnosis takes any."
        ),
    )
    large_part: float = threshold(
        0.4,
        source=(
            "Of the labels' width: two classes of which one is outside are so by half of it or "
            "more."
        ),
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the output layer, where it is known, and one on what changes with it."""
    loss, seen = recorded_training.loss(view), labels(view)
    if seen is None or loss is None:
        return
    output = recorded_layers.output_layer(view)
    domain = domain_of(loss.name)
    if domain is not None and are_outside(seen, domain, limits.tolerance):
        after = f" after layer {output.name}" if output else ""
        who = f"the loss {loss.name}{after} only takes labels of {_said(domain)}"
        change = label_remedy(view, output, loss, seen, domain, is_of_loss=True)
        yield from _findings(output, seen, domain, "error", who, change)
        return
    is_distance = loss.name in recorded_training.DISTANCES | {"poisson"}
    reached = output_range(output.activation) if output and is_distance else None
    if output is None or reached is None or not are_outside(seen, reached, limits.tolerance):
        return
    who = f"layer {output.name} ({output.activation}) can only output values of {_said(reached)}"
    change = label_remedy(view, output, loss, seen, reached, is_of_loss=False)
    yield from _findings(output, seen, reached, _severity(seen, reached, limits), who, change)


def _said(reached: tuple[float, float]) -> str:
    low, high = reached
    return f"{number(low)} to {number(high)}" if high < float("inf") else f"{number(low)} and above"


def _severity(seen: Labels, reached: tuple[float, float], limits: Thresholds) -> Severity:
    low, high = reached
    width = max(seen.high - seen.low, 0.0)
    outside = max(low - seen.low, 0.0) + max(seen.high - high, 0.0)
    if not low <= seen.mean <= high or outside >= limits.large_part * width:
        return "error"
    return "warning"


def _findings(
    output: recorded_layers.OutputLayer | None,
    seen: Labels,
    reached: tuple[float, float],
    severity: Severity,
    who: str,
    change: LabelRemedy,
) -> Iterator[Finding]:
    found = _finding(output, seen, reached, severity, who, change.first)
    yield found
    if change.second is not None and output is not None:
        yield change.second.finding(severity, found.evidence)


def _finding(
    output: recorded_layers.OutputLayer | None,
    seen: Labels,
    reached: tuple[float, float],
    severity: Severity,
    who: str,
    change: Change,
) -> Finding:
    low, high = reached
    bad = (seen.lows < low) | (seen.highs > high)
    worst, steps = ("highs", seen.highs) if seen.high > high else ("lows", seen.lows)
    return Finding(
        layer=output.name if output else RUN_LAYER,
        severity=severity,
        title=f"Labels lie between {number(seen.low)} and {number(seen.high)}, but {who}",
        evidence={
            "label_min": seen.low,
            "label_max": seen.high,
            "label_mean": seen.mean,
            "activation": output.activation if output else None,
            **series(f"label {worst}", seen.steps, steps),
        },
        advice=change.advice,
        fault_type=change.fault_type,
        remedy=change.remedy,
        confidence=share_confidence(int(bad.sum()), bad.size),
    )


RULE = Rule(
    name="labels_outside_output",
    title="Labels outside the output's range",
    needs=("traced labels", "the recorded loss", "for the output's range, the topology"),
    severity="error",
    fault_type=FaultType.LABELS,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "Labels lie between 5 and 50, but layer out (sigmoid) can only output values of 0 to 1"
    ),
    check=check,
)
