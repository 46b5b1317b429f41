"""What to change first where labels lie outside of what the output, or the loss, can be."""

from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.findings.finding import number
from insight_lib.dissection.findings.remedy import FaultType, Remedy, remedy
from insight_lib.dissection.run import recorded_training
from insight_lib.dissection.run.activation_ranges import output_range
from insight_lib.dissection.run.inputs import inputs
from insight_lib.dissection.run.label_domains import Domain
from insight_lib.dissection.run.labels import MOST_CLASSES, Labels
from insight_lib.dissection.run.mismatches.mismatch import activation_to, loss_to, units_to
from insight_lib.dissection.run.recorded_layers import LINEAR, OutputLayer
from insight_lib.dissection.run.recorded_training import Loss
from insight_lib.dissection.run.view import RunView

_SYMMETRIC = (-1.0, 1.0)
_TWO = 2
# Of the size of labels: those of an autoencoder are its inputs, of which a few may be noisy.
_AS_INPUTS = 0.02


@dataclass(frozen=True)
class LabelRemedy:
    """What to change: in words, of which part of the training and, where known, to what value."""

    advice: str
    fault_type: FaultType
    remedy: Remedy | None = None


def label_remedy(
    view: RunView, output: OutputLayer | None, loss: Loss, seen: Labels, reached: Domain
) -> LabelRemedy:
    """Return what to change of a run whose labels lie outside of a range.

    Two whole numbers are classes in another code; several before one unit of probabilities, or
    judged by an accuracy, are classes that need a unit each; the inputs themselves are to be
    scaled; all else are quantities, which need another loss or a linear output.

    Args:
        view: the run.
        output: its output layer, where known.
        loss: its loss.
        seen: its labels.
        reached: what the loss takes or, where it takes these labels, what the output reaches.
    """
    where = f"layer {output.name}" if output else "the last layer"
    if _are_inputs(view, seen):
        return _scaled(where, seen, reached)
    if seen.classes == _TWO and _are_whole(seen):
        return _two_classes(where, output, loss, seen)
    if output is not None and _need_units(view, output, loss, seen):
        return _several_classes(output, seen)
    return _quantities(where, output, loss, reached)


def _are_whole(seen: Labels) -> bool:
    return seen.high - seen.low < MOST_CLASSES


def _are_inputs(view: RunView, seen: Labels) -> bool:
    ends = (float(np.median(seen.lows)), float(np.median(seen.highs)))
    near = _AS_INPUTS * max(abs(end) for end in ends)
    return any(
        abs(one.typical("min") - ends[0]) <= near and abs(one.typical("max") - ends[1]) <= near
        for one in inputs(view)
    )


def _need_units(view: RunView, output: OutputLayer, loss: Loss, seen: Labels) -> bool:
    """Return whether one unit learns whole numbers that are classes."""
    if output.units != 1 or seen.classes is None or seen.low < 0 or not _are_whole(seen):
        return False
    is_of_classes = loss.name in recorded_training.BINARY_LOSSES and output.activation != LINEAR
    return is_of_classes or recorded_training.accuracy(view) is not None


def _scaled(where: str, seen: Labels, reached: Domain) -> LabelRemedy:
    low, high = reached
    end = high if high < float("inf") else 1.0
    advice = (
        f"Labels are the inputs: scale both to {number(low)} to {number(end)}, which {where} can "
        "give, by dividing pixels by 255."
    )
    change = remedy("label_scale", end, old=seen.high)
    return LabelRemedy(advice, FaultType.PREPROCESSING, change if end != seen.high else None)


def _two_classes(where: str, output: OutputLayer | None, loss: Loss, seen: Labels) -> LabelRemedy:
    is_symmetric = (seen.low, seen.high) == _SYMMETRIC
    if output is not None and is_symmetric and loss.name in recorded_training.DISTANCES:
        advice = f"Use activation='tanh' in {where}, which reaches -1, or code classes as 0 and 1."
        change = activation_to(output, "tanh")
        return LabelRemedy(advice, change.fault_type, change.remedy)
    code = "-1 and 1" if loss.name in recorded_training.HINGES else "0 and 1"
    old = f"{number(seen.low)} and {number(seen.high)}"
    advice = (
        f"Code the two classes as {code}, which {where} and the loss are made for, not as {old}; "
        "where they are quantities, use mean_squared_error and no activation."
    )
    return LabelRemedy(advice, FaultType.LABELS, remedy("labels", code, old=old))


def _several_classes(output: OutputLayer, seen: Labels) -> LabelRemedy:
    units = int(seen.high) + 1
    advice = (
        f"Where the labels are classes, give layer {output.name} {units} units with a softmax, and "
        "use sparse_categorical_crossentropy; where they are quantities, leave it with one unit "
        "without an activation and use mean_squared_error."
    )
    change = units_to(output, units)
    return LabelRemedy(advice, change.fault_type, change.remedy)


def _quantities(where: str, output: OutputLayer | None, loss: Loss, reached: Domain) -> LabelRemedy:
    is_of_output = output is not None and output_range(output.activation) == reached
    if output is not None and is_of_output and loss.name in recorded_training.DISTANCES:
        low, high = reached
        span = f"{number(low)} to {number(high)}" if high < float("inf") else "its range"
        advice = (
            f"Where the labels are quantities, leave {where} without an activation, or scale them "
            f"into {span}; where they are classes, encode them as 0, 1, ..."
        )
        change = activation_to(output, LINEAR)
        return LabelRemedy(advice, change.fault_type, change.remedy)
    advice = (
        f"Where the labels are quantities, use mean_squared_error and leave {where} without an "
        "activation; where they are classes, encode them as 0, 1, ..."
    )
    change = loss_to(loss, "mean_squared_error")
    return LabelRemedy(advice, change.fault_type, change.remedy)
