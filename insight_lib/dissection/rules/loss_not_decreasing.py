"""The training loss does not fall, ends above its start, or stays at chance.

**Looks for** a training loss whose level at the end (median of the last fifth) is within 2 % of its
level at the start (10 % where the weights hardly move), or at least twice as high; or that has not
fallen by half and is still what guessing by the recorded class frequencies gives. Where the loss of
single steps is written beside that of epochs, it must not have fallen either: most of the fall may
lie within the first epoch. A loss that spiked and came back, an accuracy that rises or has no room
left, reinforcement learning and adversarial training (whose losses follow a moving target) are not
meant.

**Why it matters** Nothing is learnt, or what was learnt is lost. It is an error where the loss
rose, and where a flat loss is seen from the run's first update on or with an accuracy that is flat
too. A loss that is flat without any of these may belong to a model that was loaded ready, and one
that ends at chance to a hard problem: a warning.

**What to do** Tiny updates (below 1e-5 of the weights) call for a larger learning rate, a rising
loss for a smaller one. Otherwise check that labels belong to their inputs, that inputs are scaled,
that the last activation fits the loss, and whether a few examples can be learnt by heart.
"""

from collections.abc import Iterator

import numpy as np

from insight_lib.dissection.finding import RUN_LAYER, Finding, Severity, number
from insight_lib.dissection.loss_shape import guessing_loss, has_risen, is_at_chance, is_flat
from insight_lib.dissection.losses import (
    LossSeries,
    accuracies,
    batch_loss,
    end_level,
    fall_of_training,
    noise,
    start_level,
    training_loss,
)
from insight_lib.dissection.network import movements
from insight_lib.dissection.rules.rule import Rule
from insight_lib.dissection.view import RunView

MIN_POINTS = 5
# A few points suffice to see a loss double and stay there.
MIN_POINTS_RISE = 4
GOOD_ACCURACY = 0.95
ACCURACY_GAIN = 0.1
# A level of single steps must fall by more than twice the noise of a step to be believed.
NOISE_WIDTH = 2.0
# DeepDiagnosis: updates below 1e-5 of the weights, above 0.1.
SMALL_UPDATE = 1e-5
LARGE_UPDATE = 0.1
# Weights that move by less than that cannot lower a loss; what dropout makes of it is noise.
FLAT_WHEN_STILL = 0.1
# A loss that fell by half has learnt something, whatever its regularisation adds.
FALL = 0.5


def check(view: RunView) -> Iterator[Finding]:
    """Yield one finding on the run's training loss."""
    loss = training_loss(view)
    if loss is None:
        return
    values = loss.series.values[np.isfinite(loss.series.values)]
    ends = f"{number(start_level(values))} at the start and {number(end_level(values))} at the end"
    if values.size >= MIN_POINTS_RISE and has_risen(values, _known_start(view)):
        low = min(start_level(values), _known_start(view))
        yield _finding(view, loss, "error", f"rose from {number(low)} to {number(values[-1])}")
    elif values.size >= MIN_POINTS and _is_flat(view, loss):
        known = _seen_from_start(view) or bool(accuracies(view))
        yield _finding(view, loss, "error" if known else "warning", f"did not fall: it is {ends}")
    elif values.size >= MIN_POINTS and (guessing := _guessing_if_at_chance(view, loss)):
        what = f"stays at chance: it is {ends}, and guessing gives {number(guessing)}"
        yield _finding(view, loss, "warning", what)


def _finding(view: RunView, loss: LossSeries, severity: Severity, what: str) -> Finding:
    update = _typical_update(view)
    values = loss.series.values
    return Finding(
        view.run_id,
        RULE.name,
        RUN_LAYER,
        severity,
        f"The training loss {loss.name} {what}, after {values.size} points",
        int(loss.series.steps[0]),
        int(loss.series.steps[-1]),
        {
            "series": loss.name,
            "loss_at_start": start_level(values),
            "loss_at_end": end_level(values),
            "lowest_loss": float(np.nanmin(values)),
            "points": int(values.size),
            "typical_update_ratio": update,
            "accuracy_at_end": next((end_level(a.values) for a in accuracies(view)), None),
            "loss_of_guessing": guessing_loss(view.config),
        },
        _advice(update, rose=what.startswith("rose")),
    )


def _known_start(view: RunView) -> float:
    """The loss of the first step and its noise, infinite where single steps were not written.

    With a learning rate far too high, the mean over the first epoch is already that of a wreck.
    """
    steps = batch_loss(view)
    if steps is None or not np.isfinite(steps.series.values[0]):
        return np.inf
    return float(steps.series.values[0]) + NOISE_WIDTH * noise(steps.series.values)


def _is_flat(view: RunView, loss: LossSeries) -> bool:
    values = loss.series.values[np.isfinite(loss.series.values)]
    update = _typical_update(view)
    stands_still = update is not None and update < SMALL_UPDATE
    tolerance = FLAT_WHEN_STILL * abs(start_level(values)) if stands_still else 0.0
    return is_flat(values, tolerance) and not _learns_elsewhere(view, loss)


def _learns_elsewhere(view: RunView, loss: LossSeries) -> bool:
    """Whether the loss of single steps fell, or the accuracy rose or has no room left."""
    steps = batch_loss(view)
    if steps is not None and steps.tag != loss.tag:
        values = steps.series.values[np.isfinite(steps.series.values)]
        if values.size >= MIN_POINTS and not is_flat(values, NOISE_WIDTH * noise(values)):
            return True
    found = [accuracy.values for accuracy in accuracies(view)]
    if any(end_level(values) - start_level(values) > ACCURACY_GAIN for values in found):
        return True
    return not _seen_from_start(view) and any(end_level(v) >= GOOD_ACCURACY for v in found)


def _guessing_if_at_chance(view: RunView, loss: LossSeries) -> float | None:
    """The loss of guessing, if the loss ended there; None if it did not, or it is not known."""
    guessing, fall = guessing_loss(view.config), fall_of_training(view)
    if guessing is None or fall is None or fall >= FALL:
        return None
    return guessing if is_at_chance(loss.series.values, guessing) else None


def _seen_from_start(view: RunView) -> bool:
    """Whether the first update itself was traced."""
    return any(series.steps[0] <= 1 for series in view.layers.values() if series.kind == "gradient")


def _typical_update(view: RunView) -> float | None:
    moved = movements(view).values
    known = moved[np.isfinite(moved)]
    return float(np.median(known)) if known.size else None


def _advice(update: float | None, *, rose: bool) -> str:
    if rose or (update is not None and update > LARGE_UPDATE):
        return (
            "Lower the learning rate by a factor of ten, warm it up over the first steps or clip "
            "the gradient norm; go back to a checkpoint from before the rise."
        )
    if update is not None and update < SMALL_UPDATE:
        return (
            f"Updates are only {number(update)} of the weights a step: raise the learning rate by "
            "a factor of ten until they are near 1e-3, and scale the inputs."
        )
    return (
        "Check that labels still belong to their inputs (shuffling, joins), that inputs are scaled "
        "and that the last activation fits the loss; try the learning rate ten times larger and "
        "smaller, and whether a few dozen examples can be learnt by heart."
    )


RULE = Rule(
    name="loss_not_decreasing",
    title="Loss not decreasing",
    needs=("a training loss that should fall",),
    severity="error",
    documentation=__doc__,
    check=check,
)
