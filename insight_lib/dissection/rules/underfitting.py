"""The model is equally poor on training and on validation data.

**Looks for** an accuracy (in validation where none in training was written) that ends less than
{way:%} of the way from guessing (the share of the most frequent class) to 1, with a training loss
of at least {min_points} points that is flat (within {flat:%} of its start) over the last half of
the run and a validation loss within {gap:%} of it.

**Why it matters** Nothing is memorised and nothing more is to come: the model is too small, too
restrained, or the inputs do not tell the classes apart. As the last is no fault of the training,
this is a note. Layers of which it is known that they are too few or too narrow get a warning of
their own, see too_narrow.

**What to do** More units or layers, less dropout and weight decay, better features, a longer or a
larger learning rate; see whether a few dozen examples can be memorised.
"""

from collections.abc import Iterator
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
from insight_lib.dissection.run.curves.loss_curves import Curves, loss_curves
from insight_lib.dissection.run.curves.loss_shape import late_levels
from insight_lib.dissection.run.curves.losses import accuracies
from insight_lib.dissection.run.guessing.baseline import guessing_accuracy
from insight_lib.dissection.run.recorded.topology import chain_to_output
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import end_level
from insight_lib.series.series import Series


@dataclass(frozen=True)
class Thresholds:
    """What is poor, and what is equal."""

    way: float = threshold(1 / 3, source="Healthy runs of the zoo close more than half of the way.")
    gap: float = threshold(0.1, source="SageMaker Debugger: from 10 % on it is overfitting.")
    flat: float = threshold(0.02, source="As in loss_not_decreasing.")
    min_points: int = threshold(10, least=3, source="As in plateau.")


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run's accuracy."""
    curves, guessing = loss_curves(view, limits.min_points), guessing_accuracy(view)
    accuracy = next(iter(accuracies(view)), None)
    if curves is None or guessing is None or accuracy is None:
        return
    reached = end_level(accuracy.values)
    if reached < guessing + limits.way * (1 - guessing) and _is_settled(curves, limits):
        found = _finding(accuracy, guessing, curves, limits)
        yield replace(found, remedy=_wider(view))


def _wider(view: RunView) -> Remedy | None:
    """Return twice the units of the first hidden layer; None where none is known."""
    hidden = [one for one in chain_to_output(view) if one.is_weighted][:-1]
    first = next((one for one in hidden if one.width is not None), None)
    if first is None or first.width is None:
        return None
    parameter = "units" if first.is_dense or first.is_recurrent else "filters"
    return remedy(parameter, 2 * first.width, old=first.width, layer=first.name)


def _is_settled(curves: Curves, limits: Thresholds) -> bool:
    """Return whether the training loss goes nowhere any more and the validation loss is with it."""
    training, validation = curves.ends
    middle, end = late_levels(curves.training.values)
    is_flat = abs(middle - end) <= limits.flat * float(curves.training.values[0])
    return is_flat and abs(validation - training) <= limits.gap * training


def _finding(accuracy: Series, guessing: float, curves: Curves, limits: Thresholds) -> Finding:
    end, steps = end_level(accuracy.values), curves.training.steps
    limit = guessing + limits.way * (1 - guessing)
    low = int((accuracy.values < limit).sum())
    return Finding(
        severity="info",
        title=(
            f"The accuracy ends at {percent(end)}, where guessing gives {percent(guessing)}, "
            f"and both losses have settled near {number(curves.ends[0])}"
        ),
        # Both losses have been where they are for the last half.
        first_step=int(steps[steps.size // 2]),
        last_step=int(steps[-1]),
        evidence={
            "accuracy_at_end": end,
            "accuracy_of_guessing": guessing,
            "training_loss_at_end": curves.ends[0],
            "validation_loss_at_end": curves.ends[1],
            **series("accuracy", accuracy.steps, accuracy.values),
        },
        advice=(
            "Try more units or layers, less dropout and weight decay and better features, and test "
            "whether the model can memorise a few dozen examples."
        ),
        confidence=share_confidence(low, accuracy.values.size),
    )


RULE = Rule(
    name="underfitting",
    title="Underfitting",
    needs=("an accuracy, both losses", "the shares of the classes, recorded or traced"),
    severity="info",
    fault_type=FaultType.LAYERS,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The accuracy ends at 58 %, where guessing gives 50 %, and both losses have settled near "
        "0.66"
    ),
    check=check,
)
