"""Inputs whose numbers are far from 1.

**Looks for** an input with a feature whose root mean square, in the typical batch, is above
{largest} or whose largest is below {smallest}. Models that bring their inputs to scale by a first
layer (a normalisation, Rescaling) are not judged.

**Why it matters** Initialisers and usual learning rates are made for inputs near 1. With larger
ones the first outputs are large, units saturate or die in the first steps and the loss jumps;
features of different sizes make some weights learn thousands of times faster than others. With
smaller ones the first layer hardly learns. It is a warning where the run did not learn, where one
feature is above {mixed} and {mixed} times the median one, so that the rest hardly counts, unless
the run is known to have closed three quarters of the way from guessing to all right, and of pixels
of 0 to 255 where it closed less than {well:%} of it; and a note where the run learnt all the same.

**What to do** Standardise each feature (subtract its mean, divide by its spread, both taken from
the training examples), divide pixels by 255, or let ``keras.layers.Normalization`` do so.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.data.inputs import Input, inputs
from insight_lib.dissection.run.learning import has_learnt, has_learnt_well
from insight_lib.dissection.run.recorded import recorded_layers
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """Between which sizes of a feature an input is scaled."""

    largest: float = threshold(
        10.0,
        source=(
            "DeepDiagnosis and UMLAUT ask for -1 to 1, SageMaker Debugger for a mean below 0.2: "
            "standardised features with rare values reach a few, pixels of 0 to 255 about 100."
        ),
    )
    smallest: float = threshold(
        0.01, source="scikit-learn's scaled diabetes features, which learn slowly, are 0.05."
    )
    mixed: float = threshold(
        100.0,
        source=(
            "Of scikit-learn's tables as measured, breast cancer and wine are mixed so, diabetes "
            "is not."
        ),
    )

    well: float = threshold(
        0.5,
        source=(
            "Half of the way from guessing to all right: on raw pixels the first layer's units "
            "are easily lost, with what they could have added."
        ),
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the input that is the furthest from 1."""
    if recorded_layers.scales_its_inputs(view):
        return
    far = [one for one in inputs(view) if _is_far(one, limits)]
    if far:
        worst = max(far, key=lambda one: abs(np.log(one.typical(_LARGEST))))
        yield _finding(view, worst, limits)


_LARGEST = "largest_feature_scale"


def _is_far(one: Input, limits: Thresholds) -> bool:
    scale = one.typical(_LARGEST)
    return scale > limits.largest or 0 < scale < limits.smallest


def _is_mixed(one: Input, limits: Thresholds) -> bool:
    """Return whether one feature drowns the others."""
    scale, usual = one.typical(_LARGEST), one.typical("median_feature_scale")
    return scale > limits.mixed * max(usual, 1.0)


def _severity(view: RunView, one: Input, limits: Thresholds) -> Severity:
    if not has_learnt(view):
        return "warning"
    if _is_mixed(one, limits):
        return "info" if has_learnt_well(view, unknown=False) else "warning"
    is_poor = _are_pixels(one) and not has_learnt_well(view, limits.well)
    return "warning" if is_poor else "info"


def _are_pixels(one: Input) -> bool:
    """Return whether numbers lie between 0 and 255, and use most of it."""
    return one.typical("min") >= 0 and _MOST_OF_BYTES < one.typical("max") <= _BYTES


_BYTES, _MOST_OF_BYTES = 255, 200


def _finding(view: RunView, one: Input, limits: Thresholds) -> Finding:
    scales = one[_LARGEST]
    judged = scales[np.isfinite(scales)]
    times = int(((judged > limits.largest) | (judged < limits.smallest)).sum())
    scale, usual = one.typical(_LARGEST), one.typical("median_feature_scale")
    feature = one.typical("worst_feature")
    which = f"feature {int(feature)} of input" if np.isfinite(feature) else "input"
    return Finding(
        severity=_severity(view, one, limits),
        title=(
            f"The size of {which} {one.name} is {number(scale)} (root mean square), where about 1 "
            f"is usual; that of its median feature is {number(usual)}"
        ),
        evidence={
            "input": one.name,
            "feature": int(feature) if np.isfinite(feature) else None,
            "largest_feature_scale": scale,
            "median_feature_scale": usual,
            **series(f"input/{one.name}/{_LARGEST}", one.steps, scales),
        },
        advice=(
            f"Standardise each feature of input {one.name} by the mean and spread of the training "
            "examples, divide pixels by 255, or put keras.layers.Normalization first."
        ),
        confidence=share_confidence(times, judged.size),
    )


RULE = Rule(
    name="unscaled_inputs",
    title="Inputs not scaled",
    needs=("traced inputs",),
    severity="warning",
    fault_type=FaultType.PREPROCESSING,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The size of feature 3 of input x is 2e+03 (root mean square), where about 1 is usual; "
        "that of its median feature is 3"
    ),
    check=check,
)
