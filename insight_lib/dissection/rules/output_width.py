"""The number of output units does not fit the classes.

**Looks for**

* class numbers below 0, or as high as the number of units or higher, under
  ``sparse_categorical_crossentropy``; more recorded classes than units under any loss that compares
  classes;
* fractions as class numbers under ``sparse_categorical_crossentropy``, which cuts them to whole
  numbers;
* one unit that learns class numbers (whole numbers, {fewest_classes} or more, less than 20 apart)
  as if they were a quantity, with an accuracy as its metric, which ends below {good_accuracy};
* at least {spare_units} times as many units as recorded classes.

**Why it matters** A class without a unit cannot be predicted; its loss is NaN or an exception: an
error, and so are fractions, of which those below 1 all become class 0. A squared error on class
numbers says that class 9 is closer to 8 than to 0, and a number between two classes is none: a
warning. Units without a class only waste weights: a note.

**What to do** As many units as classes with a softmax, labels from 0 on; for labels that begin at
1, subtract 1.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.findings.finding import Finding, number
from insight_lib.dissection.findings.remedy import remedy
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.data.labels import Labels, labels
from insight_lib.dissection.run.mismatches.class_numbers import (
    FEWEST_CLASSES,
    GOOD_ACCURACY,
    are_learnt_as_quantity,
    classes_of,
)
from insight_lib.dissection.run.mismatches.mismatch import FirstChange, units_to
from insight_lib.dissection.run.recorded import recorded_layers, recorded_training
from insight_lib.dissection.run.recorded.recorded_layers import OutputLayer
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """When class numbers are several, and when units are too many."""

    fewest_classes: int = threshold(
        FEWEST_CLASSES, source="Fewer are two classes, which one unit can distinguish."
    )
    good_accuracy: float = threshold(
        GOOD_ACCURACY, source="An accuracy of less says that what is rounded is rarely the class."
    )
    spare_units: float = threshold(
        2.0, source="A unit more, for labels that begin at 1 or for what is unknown, is usual."
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the output layer."""
    output = recorded_layers.output_layer(view)
    if output is None or output.units is None:
        return
    found = (
        _without_unit(view, output)
        or _of_fractions(view, output)
        or _as_quantity(view, output, limits)
        or _without_class(view, output, limits)
    )
    if found is not None:
        yield found


def _without_unit(view: RunView, output: OutputLayer) -> Finding | None:
    loss, seen, classes = (
        recorded_training.loss(view),
        labels(view),
        recorded_training.classes(view),
    )
    if loss is None or output.units is None or loss.name not in recorded_training.CLASS_LOSSES:
        return None
    is_sparse = loss.name in recorded_training.SPARSE_LOSSES
    if is_sparse and seen is not None and (seen.high >= output.units or seen.low < 0):
        what = f"class numbers lie between {number(seen.low)} and {number(seen.high)}"
        needed = int(seen.high - min(seen.low, 0)) + 1
        change = _of_numbers(output, output.units, seen, needed)
        advice = (
            f"Number the classes from 0 to {output.units - 1}; if there are more of them, give "
            f"layer {output.name} up to {needed} units."
        )
    elif classes is not None and classes > output.units:
        what = f"there are {classes} classes"
        advice = f"Give layer {output.name} {classes} units, and let class numbers begin at 0."
        change = units_to(output, classes)
    else:
        return None
    title = f"Layer {output.name} has units for class numbers below {output.units}, but {what}"
    return _finding(output, "error", title, advice, change, seen)


def _of_numbers(output: OutputLayer, units: int, seen: Labels, needed: int) -> FirstChange:
    """Return what to change: the numbers where there is a unit for each, else how many units."""
    if seen.low < 0 or seen.high - seen.low < units:
        old = f"{number(seen.low)} to {number(seen.high)}"
        return FirstChange(FaultType.LABELS, remedy("labels", f"0 to {units - 1}", old=old))
    return units_to(output, needed)


def _of_fractions(view: RunView, output: OutputLayer) -> Finding | None:
    loss, seen = recorded_training.loss(view), labels(view)
    if loss is None or loss.name not in recorded_training.SPARSE_LOSSES or seen is None:
        return None
    if not (np.any(seen.lows % 1) or np.any(seen.highs % 1)):
        return None
    return _finding(
        output,
        "error",
        f"The class numbers that layer {output.name} learns lie between {number(seen.low)} and "
        f"{number(seen.high)} and are fractions, which {loss.name} truncates to integers",
        f"Give layer {output.name} class numbers as they are, 0, 1, 2, ...: inputs are scaled, "
        "labels are not.",
        FirstChange(FaultType.LABELS),
        seen,
    )


def _as_quantity(view: RunView, output: OutputLayer, limits: Thresholds) -> Finding | None:
    loss, seen = recorded_training.loss(view), labels(view)
    if (
        loss is None
        or seen is None
        or not are_learnt_as_quantity(
            view,
            output,
            loss,
            fewest_classes=limits.fewest_classes,
            good_accuracy=limits.good_accuracy,
        )
    ):
        return None
    return _finding(
        output,
        "warning",
        f"The one unit of layer {output.name} learns {seen.classes} class numbers as a quantity, "
        f"by {loss.name}",
        f"Give layer {output.name} a softmax over one unit a class, with "
        "sparse_categorical_crossentropy; where the labels are a quantity, drop the accuracy.",
        units_to(output, classes_of(seen)),
        seen,
    )


def _without_class(view: RunView, output: OutputLayer, limits: Thresholds) -> Finding | None:
    loss, classes = recorded_training.loss(view), recorded_training.classes(view)
    if loss is None or classes is None or output.units is None:
        return None
    is_wide = output.units >= limits.spare_units * classes
    if loss.name not in recorded_training.CLASS_LOSSES or not is_wide:
        return None
    return _finding(
        output,
        "info",
        f"Layer {output.name} has {output.units} units for {classes} classes",
        f"Give layer {output.name} {classes} units, or check the number of classes.",
        units_to(output, classes),
        None,
    )


def _finding(
    output: OutputLayer,
    severity: Severity,
    title: str,
    advice: str,
    change: FirstChange,
    seen: Labels | None,
) -> Finding:
    evidence = {
        "units": output.units,
        "label_min": seen and seen.low,
        "label_max": seen and seen.high,
        "label_classes": seen and seen.classes,
    }
    return Finding(
        layer=output.name,
        severity=severity,
        title=title,
        evidence=evidence,
        advice=advice,
        fault_type=change.fault_type,
        remedy=change.remedy,
    )


RULE = Rule(
    name="output_width",
    title="Output width and classes do not fit",
    needs=("the recorded topology and loss", "traced labels or a recorded number of classes"),
    severity="error",
    fault_type=FaultType.LAYERS,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "Layer out has units for class numbers below 10, but class numbers lie between 1 and 10"
    ),
    check=check,
)
