"""The validation examples are of other classes than those of training, or coded otherwise.

**Looks for** a validation accuracy that is {below:%} of what guessing gives at most, at every point
from the first on ({min_points} at least), while the training accuracy or, where none was written,
the training loss closed {learnt:%} of its way from guessing to the best. Guessing gives the share
of the most frequent class or, where that is not known, one of as many classes as the output has
units. Where validation has a loss alone, that is {above} times what guessing costs at every point
or more, and the traced training labels miss a class of the output.

**Why it matters** A model that memorised its training examples guesses on new ones, and is right as
often as guessing is. One that is less often right from the first epoch on was never shown the
classes that it is asked for: the data were sorted by class when their last part was split off
(``validation_split`` takes the last part as it lies, before any shuffling), or validation codes its
classes otherwise. The validation says nothing about the model, and the model misses these classes.

**What to do** Shuffle the examples before they are split, or split each class alike
(``train_test_split(..., stratify=y)``); compare the classes of both sets and how they are coded.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from insight_lib.dissection.findings.finding import (
    Finding,
    number,
    percent,
    series,
    share_confidence,
)
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.unlike_validation import (
    ABOVE_GUESSING,
    BELOW_GUESSING,
    LEARNT,
    MIN_POINTS,
    UnlikeValidation,
    missing_classes,
    unlike_validation,
)
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """Shares of accuracies, a count of points."""

    below: float = threshold(
        BELOW_GUESSING,
        source=(
            "Of 100 examples of ten balanced classes, guesses hit five or fewer 6 times in 100; "
            "at each of three points hardly ever."
        ),
    )
    learnt: float = threshold(
        LEARNT, source="As much of its room as counts as learnt everywhere in this catalogue."
    )
    min_points: int = threshold(
        MIN_POINTS, least=1, source="One or two epochs of a small validation set may be bad luck."
    )
    above: float = threshold(
        ABOVE_GUESSING,
        source="Labels that do not belong to their inputs begin at what guessing costs.",
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run's validation accuracy."""
    found = unlike_validation(view, limits.below, limits.learnt, limits.min_points, limits.above)
    if found is not None:
        yield _finding(view, found)


def _finding(view: RunView, found: UnlikeValidation) -> Finding:
    validation, points = found.validation, found.validation.steps.size
    what = "loss" if found.is_loss else "accuracy"
    return Finding(
        severity="error",
        title=f"The validation {what} is {_worse(found)} {_reached(found)}{_missing(view)}",
        first_step=int(validation.steps[0]),
        last_step=int(validation.steps[-1]),
        origin_step=view.first_step,
        evidence={
            f"best_validation_{what}": _best(found),
            "training_accuracy": found.training_accuracy,
            "training_loss": found.training_loss,
            f"{what}_of_guessing": found.guessing,
            "points": points,
            **series(f"validation {what}", validation.steps, validation.values),
        },
        advice=(
            "Shuffle the examples before they are split: validation_split takes the last part of "
            "the data as it lies, and of data sorted by class training never sees these classes. "
            "Compare the classes of both sets and how they are coded."
        ),
        confidence=share_confidence(points, points),
    )


def _best(found: UnlikeValidation) -> float:
    values = found.validation.values
    return float(values.min() if found.is_loss else values.max())


def _worse(found: UnlikeValidation) -> str:
    points = found.validation.steps.size
    if found.is_loss:
        return (
            f"{number(_best(found))} or more in each of {points} points, where guessing gives "
            f"{number(found.guessing)}"
        )
    return (
        f"{percent(_best(found))} at most in each of {points} points, where guessing gives "
        f"{percent(found.guessing)}"
    )


def _reached(found: UnlikeValidation) -> str:
    if found.training_loss is not None:
        return f"and the training loss falls to {number(found.training_loss)}"
    return f"and training reaches {percent(found.training_accuracy or 0.0)}"


def _missing(view: RunView) -> str:
    """Return how many of the output's classes training was seen to have, if not all."""
    found = missing_classes(view)
    if found is None:
        return ""
    if found[0] == 1:
        return "; training labels are all the same"
    return f"; training labels are of {found[0]} of the output's {found[1]} classes"


RULE = Rule(
    name="validation_unlike_training",
    title="Validation unlike training",
    needs=("an accuracy in training and in validation", "the classes, recorded or traced"),
    severity="error",
    fault_type=FaultType.VALIDATION,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The validation accuracy is 1 % at most in each of 3 points, where guessing gives 10 % "
        "and training reaches 97 %"
    ),
    check=check,
)
