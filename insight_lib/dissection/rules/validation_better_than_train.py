"""The validation loss is clearly below the training loss.

**Looks for** a validation loss that ends (median of its last fifth) at less than {ratio:%} of the
training loss ({min_points} points each at least), and of its last value and of the last traced
steps too, since the mean over an epoch lags. It asks for knowledge: recorded layers in which
nothing makes the training harder (dropout, noise, augmentation, weight decay) or, where none are
recorded, accuracies of which that of validation also leaves less than {ratio:%} of the errors.
Where weights of examples multiply the training loss, the two cannot be compared.

**Why it matters** Dropout, augmentation and weight decay make the training loss larger than that of
the same weights in validation, and the mean over an epoch lags behind: then all is well. Otherwise
the validation examples are easier, or known from the training. Since the usual reasons are
harmless, this is a note.

**What to do** Check that no example is in both sets (duplicates, several records of one person,
neighbours in time) and that both were drawn alike; evaluate the training set without dropout.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.loss_curves import Curves, loss_curves
from insight_lib.dissection.run.curves.losses import HELD_OUT, accuracies_of, batch_loss
from insight_lib.dissection.run.data.label_weights import label_weights
from insight_lib.dissection.run.recorded import recorded_layers
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import end_level
from insight_lib.series.role import Phase


@dataclass(frozen=True)
class Thresholds:
    """How far below."""

    ratio: float = threshold(
        0.5,
        source=(
            "Half of the examples would have to be known for certain: no mean that lags by an "
            "epoch does that to a settled loss."
        ),
    )
    min_points: int = threshold(
        5, least=1, source="TheDeepChecker too judges over five checks; fewer say little."
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run's two losses."""
    if recorded_layers.is_restrained(view) or label_weights(view) is not None:
        return
    if not recorded_layers.are_recorded(view) and not _errs_less(view, limits):
        return
    curves = loss_curves(view, limits.min_points)
    if curves is None:
        return
    # Traced steps grow apart: a loss that still falls is much lower at its last than at its end.
    training = min(curves.ends[0], float(curves.training.values[-1]))
    steps = batch_loss(view)
    if steps is not None and np.isfinite(level := end_level(steps.series.values)):
        training = min(training, level)
    if 0 < curves.ends[1] < limits.ratio * training:
        yield _finding(curves)


def _errs_less(view: RunView, limits: Thresholds) -> bool:
    """Return whether the accuracies leave validation as much fewer errors."""
    trained = [one.series.values for one in accuracies_of(view, {Phase.TRAIN})]
    validated = [one.series.values for one in accuracies_of(view, HELD_OUT)]
    if not trained or not validated:
        return False
    errors = [1 - max(end_level(values) for values in some) for some in (validated, trained)]
    return errors[0] < limits.ratio * errors[1]


def _finding(curves: Curves) -> Finding:
    training, validation = curves.ends
    steps, values = curves.validation.steps, curves.validation.values
    return Finding(
        severity="info",
        title=(
            f"The validation loss {curves.names[1]} ends at {number(validation)}, the training "
            f"loss {curves.names[0]} at {number(training)}"
        ),
        first_step=int(steps[-curves.end_points :][0]),
        last_step=int(steps[-1]),
        evidence={
            "training_loss_at_end": training,
            "validation_loss_at_end": validation,
            **series(curves.names[1], steps, values),
        },
        advice=(
            "Check that no example is in both sets and that both were drawn in the same way; with "
            "dropout, augmentation or weight decay this is usual."
        ),
        confidence=share_confidence(int((values < training).sum()), values.size),
    )


RULE = Rule(
    name="validation_better_than_train",
    title="Validation better than training",
    needs=("a training and a validation loss",),
    severity="info",
    fault_type=FaultType.VALIDATION,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The validation loss validation/epoch_loss ends at 0.2, the training loss "
        "train/epoch_loss at 0.6"
    ),
    check=check,
)
