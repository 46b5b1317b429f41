"""The best epoch is long past.

**Looks for** a validation loss whose best point lies at least {since_best} points and {run_share:%}
of the run before its end, and which ends (median of its last fifth) at least {rise:%} above it and
above its noise ({noise_width} standard errors).

**Why it matters** The time since then was spent on weights that are no better on new data. Where
the loss rises much it is overfitting, which is reported by itself; this is a note.

**What to do** Stop early and keep the best weights (``EarlyStopping(patience=5,
restore_best_weights=True)``), or let the learning rate decay.
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
from insight_lib.dissection.run.batch_norm import lag_explains_validation
from insight_lib.dissection.run.curves.loss_curves import Curves, ends_beyond_noise, loss_curves
from insight_lib.dissection.run.curves.unlike_validation import (
    never_below_guessing,
    unlike_validation,
)
from insight_lib.dissection.run.guessing.baseline import guessing_validation_loss
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType


@dataclass(frozen=True)
class Thresholds:
    """When an epoch is long past."""

    since_best: int = threshold(10, least=1, source="A usual patience of EarlyStopping.")
    run_share: float = threshold(0.5, source="Long past: in the first half of the run.")
    rise: float = threshold(
        0.05, source="TheDeepChecker: a loss that moves by less than 5 % does not move."
    )
    noise_width: float = threshold(8.0, source="As in overfitting.")


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run's validation loss."""
    if unlike_validation(view) is not None or lag_explains_validation(view):
        return
    curves = loss_curves(view, limits.since_best)
    if curves is None or curves.since_best < limits.since_best or curves.lowest <= 0:
        return
    guessing = guessing_validation_loss(view)
    if guessing is not None and never_below_guessing(view, curves, guessing):
        return
    is_early = curves.since_best >= limits.run_share * curves.validation.values.size
    is_above = curves.ends[1] > (1 + limits.rise) * curves.lowest
    if is_early and is_above and ends_beyond_noise(curves, limits.noise_width):
        yield _finding(curves)


def _finding(curves: Curves) -> Finding:
    values = curves.validation.values
    above = int((values[curves.best + 1 :] > curves.lowest).sum())
    return Finding(
        severity="info",
        title=(
            f"The validation loss {curves.names[1]} was best at step {curves.best_step} "
            f"({number(curves.lowest)}), {curves.since_best} points before the end, and ends "
            f"{percent(curves.ends[1] / curves.lowest - 1)} above that"
        ),
        first_step=curves.best_step,
        last_step=int(curves.validation.steps[-1]),
        evidence={
            "best_step": curves.best_step,
            "best_validation_loss": curves.lowest,
            "validation_loss_at_end": curves.ends[1],
            "points_since_best": curves.since_best,
            **series(curves.names[1], curves.validation.steps, values),
        },
        advice=(
            "Use EarlyStopping with restore_best_weights=True, or let the learning rate decay; the "
            f"weights of step {curves.best_step} are the ones to keep."
        ),
        confidence=share_confidence(above, curves.since_best),
    )


RULE = Rule(
    name="overtraining",
    title="Best epoch long past",
    needs=("a training and a validation loss",),
    severity="info",
    fault_type=FaultType.EPOCH,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The validation loss validation/epoch_loss was best at step 2 (0.7), 13 points before the "
        "end, and ends 8 % above that"
    ),
    check=check,
)
