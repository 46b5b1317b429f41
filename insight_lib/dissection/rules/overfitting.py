"""The training examples are memorised: the validation loss rises, or stays at chance.

**Looks for** one of these:

* a validation loss that ends (median of its last fifth, at least three points) {rise:%} above its
  best value, or {rise_by_heart:%} where the training loss is less than {by_heart:%} of it, and
  above its noise ({noise_width} standard errors); or one that has stepped away from its best level
  for good, by {rise_by_heart:%} or more and by {given_back:%} or more of what it had gained since
  its start. There are at least {min_points} points since that best one, the training loss fell
  further in that time, and the validation loss ends more than {gap:%} above it.
  Where only the parts of the loss are logged, each part of one is compared with its own part of the
  other;
* a validation loss that is, after {min_points} points or more, still at {validation_chance:%} or
  more of what guessing gives, while the training loss is below {training_chance:%} of that;
* where no validation loss is logged, a score on held-out data ({min_points_score} points at least)
  that is {poor_score} at most and does not rise over the second half of the run, in which the
  training loss, or a part of it, still fell by {fall:%} or more.

**Why it matters** From the best step on, the model memorises its training examples: the weights at
the end are worse on new data than those of the best step. Where the validation loss never left
chance, nothing was learnt that holds for new data. It is a note where the scores on held-out data
end within {accuracy_loss} of their best, and at {good_accuracy} or above or while only a part of
the loss rose: the model only grew surer of what it gets wrong anyway.

**What to do** Keep the weights of the best step (``EarlyStopping(restore_best_weights=True)``),
then add dropout or weight decay, use a smaller model, or more or augmented data. Where the
validation loss never was below guessing, labels do not belong to their inputs (a shuffle of one of
both, a wrong join), and no weights are worth keeping; where it rises from the very start, check
that first.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from insight_lib.dissection.findings.finding import (
    Finding,
    number,
    percent,
    series,
    share_confidence,
)
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.batch_norm import lag_explains_validation
from insight_lib.dissection.run.curves.held_out_scores import (
    Stalled,
    held_out_scores,
    stalled_score,
)
from insight_lib.dissection.run.curves.loss_curves import (
    END_POINTS,
    Curves,
    curves_of_parts,
    ends_beyond_noise,
    fell_since_best,
    gave_back,
    loss_curves,
)
from insight_lib.dissection.run.curves.unlike_validation import (
    TRAINING_CHANCE,
    VALIDATION_CHANCE,
    never_below_guessing,
    unlike_validation,
)
from insight_lib.dissection.run.guessing.baseline import guessing_loss, guessing_validation_loss
from insight_lib.dissection.run.view import RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import end_level


@dataclass(frozen=True)
class Thresholds:
    """Ratios of losses, widths in standard errors, counts of points."""

    gap: float = threshold(
        0.1, source="SageMaker Debugger: (validation - training) / training above 10 %."
    )
    rise: float = threshold(
        0.3,
        source=(
            "A gap alone is normal, so a rise over the run's own best is asked for too; three "
            "times the gap of SageMaker Debugger."
        ),
    )
    rise_by_heart: float = threshold(
        0.1,
        source=(
            "Where the examples are memorised a smaller rise will do: in runs of the zoo made to "
            "overfit it is 13 % and more."
        ),
    )
    by_heart: float = threshold(
        0.25,
        source=(
            "In healthy runs of the zoo the training loss ends above 0.59 of the validation loss."
        ),
    )
    min_points: int = threshold(
        5, least=1, source="TheDeepChecker too judges over five checks; fewer say little."
    )
    noise_width: float = threshold(
        8.0,
        source=(
            "Of 3,000 flat series of noise (8 to 60 points, spread 2 to 25 %) 1.5 % would pass; "
            "runs made to overfit reach 13 and more."
        ),
    )
    training_chance: float = threshold(
        TRAINING_CHANCE,
        source=(
            "A training loss below this share of guessing has learnt something, if only by "
            "memorising."
        ),
    )
    validation_chance: float = threshold(
        VALIDATION_CHANCE,
        source=("Closer to guessing than this, the validation loss does not differ from guessing."),
    )
    given_back: float = threshold(
        1.0, source="It ends where it began: for new data the training brought nothing."
    )
    min_points_score: int = threshold(
        20, least=8, source="Of each half ten points, so that a slow rise is seen in the noise."
    )
    poor_score: float = threshold(
        0.5, source="More wrong than right; a plateau at a good level may be all there is."
    )
    fall: float = threshold(
        0.25, source="As much as counts as learnt below guessing everywhere in this catalogue."
    )
    good_accuracy: float = threshold(
        0.9,
        source=(
            "An accuracy that stays there has not got worse: the loss only grew on the few "
            "examples that were wrong anyway."
        ),
    )
    accuracy_loss: float = threshold(0.03, source="AutoTrainer takes a swing of 0.03 for noise.")


_TINY = 1e-12


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run's validation loss, a part of it or a score."""
    if unlike_validation(view) is not None or lag_explains_validation(view):
        return
    curves = loss_curves(view, limits.min_points)
    judged = curves_of_parts(view, limits.min_points) if curves is None else [curves]
    rising = [one for one in judged if _overfits(one, limits)]
    guessing = guessing_validation_loss(view)
    if curves is not None and guessing is not None and _never_fell(view, curves, guessing, limits):
        yield _of_labels(view, curves, guessing)
    elif rising:
        worst = max(rising, key=lambda one: one.ends[1] / max(one.lowest, _TINY))
        is_right = _is_still_right(view, limits, is_part=curves is None)
        severity: Severity = "info" if is_right else "warning"
        yield _finding(view, worst, severity, _risen(worst))
    elif curves is None:
        stalled = (
            None
            if judged
            else stalled_score(view, limits.min_points_score, limits.poor_score, limits.fall)
        )
        if stalled is not None:
            yield _of_score(stalled)
    elif guessing is not None and _validation_alone_is_at_chance(view, curves, guessing, limits):
        end = number(curves.ends[1])
        what = (
            f"is back at chance ({end}, and guessing gives {number(guessing)}) after its best of "
            f"{number(curves.lowest)}"
        )
        yield _finding(view, curves, "warning", what)


def _of_score(stalled: Stalled) -> Finding:
    one, since = stalled.score, stalled.since
    steps, values = one.series.steps, one.series.values
    return Finding(
        severity="warning",
        title=(
            f"The score {one.name} has stayed near {number(end_level(values))} since step "
            f"{int(steps[since])}, while the training loss {stalled.training.name} fell by another "
            f"{percent(stalled.fall)} in the second half of the run"
        ),
        first_step=int(steps[since]),
        last_step=int(steps[-1]),
        evidence={
            "score_at_end": end_level(values),
            "training_series": stalled.training.name,
            "fall_in_second_half": stalled.fall,
            **series(one.name, steps, values),
        },
        advice=_advice(int(steps[int(np.argmax(values))]), never_fell=False),
        confidence=share_confidence(values.size - since, values.size),
    )


def _of_labels(view: RunView, curves: Curves, guessing: float) -> Finding:
    """Return the finding on labels that say nothing of new examples: no weights are worth keeping.

    Examples can be memorised whatever their labels; what holds for new ones must be learnt.
    """
    lowest, end = number(curves.lowest), number(curves.ends[1])
    what = (
        f"never was clearly below guessing ({number(guessing)}; its best is {lowest}, it ends at "
        f"{end})"
    )
    found = _finding(view, curves, "warning", what)
    count = int(curves.validation.steps.size)
    return replace(
        found,
        title=f"{found.title}, as if labels did not belong to their inputs",
        first_step=int(curves.validation.steps[0]),
        advice=_CHECK_LABELS,
        fault_type=FaultType.LABELS,
        confidence=share_confidence(count, count),
    )


def _finding(view: RunView, curves: Curves, severity: Severity, what: str) -> Finding:
    training_end, validation_end = curves.ends
    steps, best = curves.validation.steps, curves.best
    # None of the points since the best one is better, by what the best one is.
    judged = curves.since_best
    return Finding(
        severity=severity,
        title=(
            f"The validation loss {curves.names[1]} {what}, while the training loss goes on "
            f"falling, to {number(training_end)}"
        ),
        first_step=int(steps[best]),
        last_step=int(steps[-1]),
        evidence={
            "validation_series": curves.names[1],
            "training_series": curves.names[0],
            "best_validation_loss": curves.lowest,
            "best_step": curves.best_step,
            "validation_loss_at_end": validation_end,
            "training_loss_at_end": training_end,
            "points_since_best": curves.since_best,
            "points": int(steps.size),
            "loss_of_guessing": guessing_validation_loss(view),
            **series(curves.names[1], steps, curves.validation.values),
        },
        advice=_advice(int(steps[best]), never_fell=best == 0),
        confidence=share_confidence(judged, judged),
    )


def _overfits(curves: Curves, limits: Thresholds) -> bool:
    return _has_gap(curves, limits) and _has_risen(curves, limits) and fell_since_best(curves)


def _is_still_right(view: RunView, limits: Thresholds, *, is_part: bool) -> bool:
    """Return whether every score on held-out data is as good as it ever was, and good enough.

    Where only a part of the loss got worse, no score need be good. False without a score.
    """
    found = [score.values for score in held_out_scores(view)]
    kept = all(end_level(v) >= np.nanmax(v) - limits.accuracy_loss for v in found)
    is_good = is_part or all(end_level(v) >= limits.good_accuracy for v in found)
    return bool(found) and kept and is_good


def _risen(curves: Curves) -> str:
    lowest, end = curves.lowest, curves.ends[1]
    above = percent(end / lowest - 1) if lowest > 0 else number(end - lowest)
    return (
        f"was best at step {curves.best_step} ({number(lowest)}) and ends {above} above that "
        f"({number(end)})"
    )


def _has_gap(curves: Curves, limits: Thresholds) -> bool:
    training, validation = curves.ends
    return validation - training > limits.gap * abs(training)


def _has_risen(curves: Curves, limits: Thresholds) -> bool:
    values, lowest = curves.validation.values, curves.lowest
    training, validation = curves.ends
    by_heart = training < limits.by_heart * validation
    rise = limits.rise_by_heart if by_heart else limits.rise
    lasting = values[-END_POINTS:].min() > lowest + rise / 2 * abs(lowest)
    enough = validation - lowest > rise * abs(lowest) and lasting
    if curves.since_best < limits.min_points:
        return False
    surely = enough and ends_beyond_noise(curves, limits.noise_width)
    return bool(surely) or _is_back(curves, limits)


def _is_back(curves: Curves, limits: Thresholds) -> bool:
    """Return whether the validation loss gave back what it had gained."""
    return gave_back(curves, limits.rise_by_heart) >= limits.given_back


def _never_fell(view: RunView, curves: Curves, guessing: float, limits: Thresholds) -> bool:
    return never_below_guessing(
        view, curves, guessing, limits.training_chance, limits.validation_chance
    )


def _validation_alone_is_at_chance(
    view: RunView, curves: Curves, guessing: float, limits: Thresholds
) -> bool:
    training, validation = curves.ends
    # Weights of examples are of the training alone.
    learnt = training < limits.training_chance * (guessing_loss(view) or guessing)
    return learnt and validation >= limits.validation_chance * guessing


_CHECK_LABELS = (
    "Check that labels belong to their inputs: that both are shuffled by one order, joined by the "
    "right key and read in one order; no weights of this run are worth keeping. If they do, the "
    "model only memorises: use more data, better inputs, a smaller model or dropout."
)


def _advice(step: int, *, never_fell: bool) -> str:
    labels = "Check that labels belong to their inputs (shuffling, joins). " * never_fell
    return (
        f"{labels}Keep the weights of step {step} (EarlyStopping with restore_best_weights=True); "
        "add dropout or weight decay, use a smaller model or more data."
    )


RULE = Rule(
    name="overfitting",
    title="Overfitting",
    needs=("a training and a validation loss",),
    severity="warning",
    fault_type=FaultType.REGULARISATION,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The validation loss validation/epoch_loss was best at step 2 (0.8) and ends 62 % above "
        "that (1.3), while the training loss goes on falling, to 0.05"
    ),
    check=check,
)
