"""What to change first where labels lie outside of what the output, or the loss, can be."""

from dataclasses import dataclass

from insight_lib.columnar.median import median
from insight_lib.dissection.findings.finding import number
from insight_lib.dissection.findings.remedy import Change, remedy
from insight_lib.dissection.run.data.inputs import inputs
from insight_lib.dissection.run.data.kinds_of_labels import MOST_CLASSES
from insight_lib.dissection.run.data.label_domains import Domain
from insight_lib.dissection.run.data.labels import Labels
from insight_lib.dissection.run.mismatches.class_numbers import are_learnt_as_two, classes_of
from insight_lib.dissection.run.mismatches.distances import are_numbers_of_units
from insight_lib.dissection.run.mismatches.mismatch import (
    Second,
    activation_to,
    also_activation,
    loss_to,
    units_to,
)
from insight_lib.dissection.run.recorded import recorded_training
from insight_lib.dissection.run.recorded.activation_ranges import output_range
from insight_lib.dissection.run.recorded.recorded_layers import LINEAR, OutputLayer
from insight_lib.dissection.run.recorded.recorded_training import Loss
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType

_SYMMETRIC = (-1.0, 1.0)
_TWO = 2
# Of the size of labels: those of an autoencoder are its inputs, of which a few may be noisy.
_AS_INPUTS = 0.02


@dataclass(frozen=True)
class LabelRemedy:
    """What to change first, and what has to change with it."""

    first: Change
    second: Second | None = None


def label_remedy(
    view: RunView,
    output: OutputLayer | None,
    loss: Loss,
    seen: Labels,
    reached: Domain,
    *,
    is_of_loss: bool,
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
        is_of_loss: whether it is what the loss takes.
    """
    where = f"layer {output.name}" if output else "the last layer"
    if _are_inputs(view, seen):
        return _scaled(where, seen, reached)
    if output is not None and not is_of_loss and are_numbers_of_units(view, output):
        return _class_numbers(output, loss)
    if seen.classes == _TWO and _are_whole(seen):
        return _two_classes(where, output, loss, seen)
    if output is not None and are_learnt_as_two(view, output, loss, seen):
        return _several_classes(output, seen)
    if output is None or is_of_loss:
        return _other_loss(where, output, loss)
    return _other_output(output, loss, reached)


def _are_whole(seen: Labels) -> bool:
    return seen.high - seen.low < MOST_CLASSES


def _are_inputs(view: RunView, seen: Labels) -> bool:
    ends = (median(seen.lows), median(seen.highs))
    near = _AS_INPUTS * max(abs(end) for end in ends)
    return any(
        abs(one.typical("min") - ends[0]) <= near and abs(one.typical("max") - ends[1]) <= near
        for one in inputs(view)
    )


def _scaled(where: str, seen: Labels, reached: Domain) -> LabelRemedy:
    low, high = reached
    end = high if high < float("inf") else 1.0
    advice = (
        f"Labels are the inputs: scale both to {number(low)} to {number(end)}, which {where} can "
        "give, by dividing pixels by 255."
    )
    change = remedy("label_scale", end, old=seen.high)
    changed = change if end != seen.high else None
    return LabelRemedy(Change(advice, FaultType.PREPROCESSING, changed))


def _two_classes(where: str, output: OutputLayer | None, loss: Loss, seen: Labels) -> LabelRemedy:
    is_symmetric = (seen.low, seen.high) == _SYMMETRIC
    if output is not None and is_symmetric and loss.name in recorded_training.DISTANCES:
        advice = f"Use activation='tanh' in {where}, which reaches -1, or code classes as 0 and 1."
        change = activation_to(output, "tanh")
        return LabelRemedy(Change(advice, change.fault_type, change.remedy))
    code = "-1 and 1" if loss.name in recorded_training.HINGES else "0 and 1"
    old = f"{number(seen.low)} and {number(seen.high)}"
    advice = (
        f"Code the two classes as {code}, which {where} and the loss are made for, not as {old}; "
        "where they are quantities, use mean_squared_error and no activation."
    )
    return LabelRemedy(Change(advice, FaultType.LABELS, remedy("labels", code, old=old)))


def _several_classes(output: OutputLayer, seen: Labels) -> LabelRemedy:
    units = classes_of(seen)
    advice = (
        f"Where the labels are classes, give layer {output.name} {units} units with a softmax, and "
        "use sparse_categorical_crossentropy; where they are quantities, leave it with one unit "
        "without an activation and use mean_squared_error."
    )
    change = units_to(output, units)
    return LabelRemedy(Change(advice, change.fault_type, change.remedy))


def _class_numbers(output: OutputLayer, loss: Loss) -> LabelRemedy:
    advice = (
        f"Use sparse_categorical_crossentropy after layer {output.name}: each of its units is of "
        "one class number."
    )
    change = loss_to(loss, "sparse_categorical_crossentropy")
    return LabelRemedy(Change(advice, change.fault_type, change.remedy))


def _other_output(output: OutputLayer, loss: Loss, reached: Domain) -> LabelRemedy:
    if loss.name == "poisson":
        advice = f"Use activation='exponential' in layer {output.name}, which reaches every rate."
        change = activation_to(output, "exponential")
        return LabelRemedy(Change(advice, change.fault_type, change.remedy))
    low, high = reached
    span = f"{number(low)} to {number(high)}" if high < float("inf") else "its range"
    advice = (
        f"Where the labels are quantities, leave layer {output.name} without an activation, or "
        f"scale them into {span}; where they are classes, encode them as 0, 1, ..."
    )
    change = activation_to(output, LINEAR)
    return LabelRemedy(Change(advice, change.fault_type, change.remedy))


def _other_loss(where: str, output: OutputLayer | None, loss: Loss) -> LabelRemedy:
    advice = (
        f"Where the labels are quantities, use mean_squared_error and leave {where} without an "
        "activation; where they are classes, encode them as 0, 1, ..."
    )
    change = loss_to(loss, "mean_squared_error")
    is_linear = output is None or output_range(output.activation) is None
    second = None if output is None or is_linear else also_activation(output, LINEAR)
    return LabelRemedy(Change(advice, change.fault_type, change.remedy), second)
