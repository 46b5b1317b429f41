"""Labels that the last activation or the loss cannot reach.

**Looks for** labels of the traced batches that lie outside of what the output can be: outside of 0
to 1 under a binary cross entropy, below 0 under a ReLU, outside of -1 to 1 under a tanh. Outside by
less than {tolerance:%} of the labels' own width or size is taken for rounding.

**Why it matters** No weights can give such an output: the loss has a floor above zero, pushes the
last layer to its end, where it has no gradient, and under a cross entropy falls below zero without
end. It is an error where a cross entropy takes such labels, and where the mean of the labels lies
outside, or {large_part:%} of their width; what reaches out by less is a warning.

**What to do** Use a linear output for a regression, or scale the labels into the output's range.
Code two classes as 0 and 1, not as -1 and 1 or 1 and 2.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.findings.remedy import FaultType
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run import recorded_layers, recorded_training
from insight_lib.dissection.run.activation_ranges import output_range
from insight_lib.dissection.run.labels import Labels, labels
from insight_lib.dissection.run.view import RunView


@dataclass(frozen=True)
class Thresholds:
    """When labels are outside."""

    tolerance: float = threshold(
        0.01,
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
    """Yield one finding on the output layer."""
    output, loss, seen = (
        recorded_layers.output_layer(view),
        recorded_training.loss(view),
        labels(view),
    )
    if output is None or seen is None:
        return
    is_binary = loss is not None and loss.name in recorded_training.BINARY_LOSSES
    is_distance = loss is not None and loss.name in recorded_training.DISTANCES
    reached = (0.0, 1.0) if is_binary else output_range(output.activation) if is_distance else None
    if reached is None:
        return
    low, high = reached
    outside = max(low - seen.low, seen.high - high)
    width = max(seen.high - seen.low, abs(seen.high), abs(seen.low))
    if outside <= limits.tolerance * width:
        return
    severity = _severity(seen, reached, limits, is_binary=is_binary)
    yield _finding(output, seen, reached, severity)


def _severity(
    seen: Labels, reached: tuple[float, float], limits: Thresholds, *, is_binary: bool
) -> Severity:
    low, high = reached
    width = max(seen.high - seen.low, 0.0)
    outside = max(low - seen.low, 0.0) + max(seen.high - high, 0.0)
    if is_binary or not low <= seen.mean <= high or outside >= limits.large_part * width:
        return "error"
    return "warning"


def _finding(
    output: recorded_layers.OutputLayer,
    seen: Labels,
    reached: tuple[float, float],
    severity: Severity,
) -> Finding:
    low, high = reached
    bad = (seen.lows < low) | (seen.highs > high)
    worst, steps = ("highs", seen.highs) if seen.high > high else ("lows", seen.lows)
    is_bounded = high < float("inf")
    reach = f"{number(low)} to {number(high)}" if is_bounded else f"{number(low)} and above"
    return Finding(
        layer=output.name,
        severity=severity,
        title=(
            f"Labels lie between {number(seen.low)} and {number(seen.high)}, but layer "
            f"{output.name} ({output.activation}) can only output values of {reach}"
        ),
        evidence={
            "label_min": seen.low,
            "label_max": seen.high,
            "label_mean": seen.mean,
            "activation": output.activation,
            **series(f"label {worst}", seen.steps, steps),
        },
        advice=(
            f"Where the labels are quantities, leave layer {output.name} without an activation and "
            f"use mean_squared_error, or scale them into {reach}; where they are classes, encode "
            "them as 0, 1, ..."
        ),
        confidence=share_confidence(int(bad.sum()), bad.size),
    )


RULE = Rule(
    name="labels_outside_output",
    title="Labels outside the output's range",
    needs=("traced labels", "the recorded topology and loss"),
    severity="error",
    fault_type=FaultType.LABELS,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "Labels lie between -1 and 1, but layer out (sigmoid) can only output values of 0 to 1"
    ),
    check=check,
)
