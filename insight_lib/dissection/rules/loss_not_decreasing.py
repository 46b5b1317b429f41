"""The training loss does not fall, ends above its start, or stays at chance.

**Looks for** a training loss whose level at the end (median of the last fifth) is within {flat:%}
of its level at the start ({flat_when_still:%} where the weights move by less than {small_update}),
or, of {min_points_noisy} points and more, within its noise ({fall_width} standard errors) without a
trend down; or at least {rise} times as high; or that ends at {chance:%} or more of what guessing
gives (the best answer that is the same for all examples, by the class frequencies as recorded, by
the traced labels, or by the number of classes, as loss and accuracy tell it), with nothing else to
show that the run learnt. It takes {min_points} points, {min_points_rise} of a loss that rose, which
must have done so by more than {noise_width} times its noise, and one epoch at chance, of which
single steps are written. Where the loss of single steps is written at as many points, it must not
have fallen either, beyond {noise_width} times its noise: most of the fall may lie within the first
epoch; and of a run of one or two epochs, whose steps are traced more rarely the later they are, the
mean of the last one must not either. Not judged are a loss that spiked and came back, one whose
noise would hide a fall by a quarter, one whose first step lies more than {late:%} of its length
from step 0 and so goes on with a training whose start is not seen, one of which a part fell by
{part:%} of the whole or more (as when the weight of another is annealed), one that lies below
{ready:%} of guessing throughout or, where neither guessing nor an accuracy is known, below {low},
an accuracy that rises by more than {accuracy_gain} or, in a log that does not begin with the first
update, reaches {good_accuracy}, a regularised loss that fell by {fall:%}, reinforcement learning
and adversarial training (whose losses follow a moving target).

**Why it matters** Nothing is learnt, or what was learnt is lost. It is an error where the loss
rose, and where a flat loss is seen from the run's first update on or with an accuracy that is flat
too. A loss that is flat without any of these may belong to a model that was loaded ready, and one
that ends at chance to a hard problem: a warning.

**What to do** Tiny updates (below {small_update} of the weights) call for a larger learning rate; a
rising loss, updates above {large_update} or one larger than the weights that it changed for a
smaller one; where no weight moves at all, none of them is trained; a loss that falls steadily all
the same asks for more epochs (see too_few_epochs). Otherwise check that labels
belong to their inputs, that inputs are scaled, that the last activation fits the loss, and whether
a few examples can be memorised.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.findings.remedy import Change, FaultType
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.baseline import guessing_loss
from insight_lib.dissection.run.curves.loss_remedy import loss_remedy, typical_update
from insight_lib.dissection.run.curves.loss_shape import (
    has_risen,
    is_flat,
    is_within_noise,
    level_before_rise,
    would_show_fall,
)
from insight_lib.dissection.run.curves.losses import (
    accuracies,
    batch_loss,
    end_of_training,
    fall_of_training,
    training_loss,
)
from insight_lib.dissection.run.curves.progress import improves_on_held_out_data
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.recorded_layers import is_regularised
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.change.levels import end_level, noise, start_level
from insight_lib.series.role import Phase, Role


@dataclass(frozen=True)
class Thresholds:
    """Shares of the loss at the start or of guessing, update ratios, counts of points."""

    min_points: int = threshold(
        5, least=1, source="DeepDiagnosis and TheDeepChecker judge over five."
    )
    min_points_rise: int = threshold(
        4, source="A few points suffice to see a loss double and stay there."
    )
    rise: float = threshold(
        2.0,
        source=(
            "TheDeepChecker: above twice its minimum a loss diverges; here twice the start, to "
            "spare spikes."
        ),
    )
    flat: float = threshold(
        0.02,
        source=(
            "TheDeepChecker asks for 5 % over five checks; models that learn slowly but well need "
            "less."
        ),
    )
    chance: float = threshold(
        0.95,
        source=(
            "Of the zoo's runs on balanced classes, healthy ones end below 0.45 of guessing; 5 % "
            "is what a model gains by memorising a few examples."
        ),
    )
    ready: float = threshold(0.5, source="An untrained model does not reach it by luck.")
    low: float = threshold(
        0.1,
        source="A cross entropy of 90 % sure right answers; a tenth of scaled targets' variance.",
    )
    good_accuracy: float = threshold(
        0.8, source="A model that was loaded ready, unless one class holds as many examples."
    )
    accuracy_gain: float = threshold(
        0.1,
        source=(
            "One that rose, whatever the loss does; AutoTrainer takes a swing of 0.03 for noise."
        ),
    )
    noise_width: float = threshold(
        2.0,
        source=(
            "A level of single steps must fall by more than twice the noise of a step to be "
            "believed."
        ),
    )
    late: float = threshold(0.5, source="As in return_never_improved.")
    part: float = threshold(
        0.2, source="As in learning_lost: a loss that fell by less has hardly learnt anything."
    )
    min_points_noisy: int = threshold(
        30, source="From there on the start of a loss is the median of three points."
    )
    fall_width: float = threshold(
        3.0, source="Of flat noise 3 in 1,000 medians lie further off than that."
    )
    small_update: float = threshold(
        1e-5, source="DeepDiagnosis: updates below 1e-5 of the weights."
    )
    large_update: float = threshold(0.1, source="DeepDiagnosis: updates above 0.1 of the weights.")
    flat_when_still: float = threshold(
        0.1,
        source=(
            "Weights that move by less than that cannot lower a loss; what dropout makes of it is "
            "noise."
        ),
    )
    fall: float = threshold(
        0.5,
        source=(
            "What regularisation adds to a loss may be more than guessing costs; it falls with the "
            "weights."
        ),
    )


# An order of magnitude is more than a part that was raised brings: the loss diverges.
_MOST_OF_PARTS = 10.0


_Said = tuple[Severity, str, Change]


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run's training loss."""
    loss = training_loss(view)
    if loss is None:
        return
    values = loss.series.values[np.isfinite(loss.series.values)]
    ends = f"{number(start_level(values))} at the start and {number(end_level(values))} at the end"
    known_start = _known_start(view, limits)
    if _has_better_part(view, loss, limits):
        return
    if values.size >= limits.min_points_rise and has_risen(
        values, limits.rise, limits.noise_width, known_start
    ):
        low = min(level_before_rise(values), known_start)
        what = f"rose from {number(low)} to {number(values[-1])}"
        above = int((values >= limits.rise * low).sum())
        todo = loss_remedy(view, limits.small_update, limits.large_update, rose=True)
        found = _finding(view, loss, ("error", what, todo), share_confidence(above, values.size))
        yield replace(found, first_step=_risen_since(loss, limits.rise * low))
        return
    is_long = values.size >= limits.min_points
    if not is_long and not _has_steps(view, limits):
        return
    todo = loss_remedy(view, limits.small_update, limits.large_update, rose=False)
    # A warning that it did not fall would contradict what is said of the epochs.
    fell = "hardly fell" if todo.fault_type is FaultType.EPOCH else "did not fall"
    all_points = share_confidence(values.size, values.size)
    if is_long and _is_flat(view, loss, limits):
        known = _seen_from_start(view) or bool(accuracies(view))
        said: _Said = ("error" if known else "warning", f"{fell}: it is {ends}", todo)
        yield _finding(view, loss, said, all_points)
    elif guessing := _guessing_if_at_chance(view, loss, limits):
        stays = limits.chance * start_level(values) <= guessing
        came = "stays at" if stays else "only fell to"
        what = f"{came} chance: it is {ends}, and guessing gives {number(guessing)}"
        yield _finding(view, loss, ("warning", what, todo), all_points)
    elif _is_within_noise(view, loss, limits):
        what = f"did not fall beyond its noise: it is {ends}"
        yield _finding(view, loss, ("warning", what, todo), all_points)


def _has_steps(view: RunView, limits: Thresholds) -> bool:
    """Return whether the loss of single steps tells of the course of a few epochs."""
    steps = batch_loss(view)
    return steps is not None and steps.series.values.size >= limits.min_points


def _risen_since(loss: NamedSeries, limit: float) -> int:
    """Return the step since which a loss that ends at a limit or above stays there."""
    known = np.isfinite(loss.series.values)
    below = np.flatnonzero(loss.series.values[known] < limit)
    return int(loss.series.steps[known][below[-1] + 1 if below.size else 0])


def _finding(view: RunView, loss: NamedSeries, said: _Said, confidence: float) -> Finding:
    severity, what, todo = said
    update = typical_update(view)
    values = loss.series.values
    return Finding(
        severity=severity,
        title=f"The training loss {loss.name} {what}, after {values.size} points",
        first_step=int(loss.series.steps[0]),
        last_step=int(loss.series.steps[-1]),
        evidence={
            "series": loss.name,
            "loss_at_start": start_level(values),
            "loss_at_end": end_level(values),
            "lowest_loss": float(np.nanmin(values)),
            "points": int(values.size),
            "typical_update_ratio": update,
            "accuracy_at_end": next((end_level(a.values) for a in accuracies(view)), None),
            "loss_of_guessing": guessing_loss(view),
            **series(loss.name, loss.series.steps, loss.series.values),
        },
        advice=todo.advice,
        fault_type=todo.fault_type,
        remedy=todo.remedy,
        confidence=confidence,
    )


def _known_start(view: RunView, limits: Thresholds) -> float:
    """Return the loss of the first step plus its noise, infinite if single steps were not written.

    With a learning rate far too high, the mean over the first epoch is already that of a wreck.
    """
    steps = batch_loss(view)
    if steps is None or not np.isfinite(steps.series.values[0]):
        return np.inf
    return float(steps.series.values[0]) + limits.noise_width * noise(steps.series.values)


def _is_flat(view: RunView, loss: NamedSeries, limits: Thresholds) -> bool:
    values = loss.series.values[np.isfinite(loss.series.values)]
    if not would_show_fall(values, limits.fall_width) or _goes_on(loss, limits):
        return False
    update = typical_update(view)
    stands_still = update is not None and update < limits.small_update
    tolerance = limits.flat_when_still * abs(start_level(values)) if stands_still else 0.0
    return is_flat(values, limits.flat, tolerance) and not _learns_elsewhere(view, loss, limits)


def _is_within_noise(view: RunView, loss: NamedSeries, limits: Thresholds) -> bool:
    known = np.isfinite(loss.series.values)
    steps, values = loss.series.steps[known], loss.series.values[known]
    if values.size < limits.min_points_noisy or _goes_on(loss, limits):
        return False
    if not is_within_noise(steps, values, limits.flat, limits.fall_width):
        return False
    return not _learns_elsewhere(view, loss, limits) and not improves_on_held_out_data(view)


def _goes_on(loss: NamedSeries, limits: Thresholds) -> bool:
    """Return whether the loss goes on with a training whose start was logged elsewhere, if at all.

    The first of points at equal distances comes after a quarter of the way between five of them.
    """
    first, last = int(loss.series.steps[0]), int(loss.series.steps[-1])
    return first > limits.late * (last - first)


def _learns_elsewhere(view: RunView, loss: NamedSeries, limits: Thresholds) -> bool:
    """Return whether the loss of single steps fell, or the accuracy rose or has no room left.

    A loss far below guessing from the first point on is that of a model that was loaded ready, or
    that learnt within the first epoch; of quantities, guessing gives their mean.
    """
    guessing = guessing_loss(view)
    if guessing is not None and max(_levels(loss)) <= limits.ready * guessing:
        return True
    # Most of the fall of a run of one or two epochs may lie between the traced steps.
    if end_of_training(view, loss) < (1 - limits.flat) * min(_levels(loss)):
        return True
    steps = batch_loss(view)
    is_finer = steps is not None and steps.series.steps.size >= loss.series.steps.size
    if steps is not None and is_finer and steps.tag != loss.tag:
        values = steps.series.values[np.isfinite(steps.series.values)]
        wide = limits.noise_width * noise(values)
        if values.size >= limits.min_points and not is_flat(values, limits.flat, wide):
            return True
    found = [accuracy.values for accuracy in accuracies(view)]
    if any(end_level(values) - start_level(values) > limits.accuracy_gain for values in found):
        return True
    if _seen_from_start(view):
        return False
    # Where no accuracy says otherwise, a loss that low is that of a model that was loaded ready.
    is_low = not found and loss.series.values.min() >= 0 and max(_levels(loss)) <= limits.low
    return is_low or any(end_level(values) >= limits.good_accuracy for values in found)


def _has_better_part(view: RunView, loss: NamedSeries, limits: Thresholds) -> bool:
    """Return whether a part of the loss fell, so that another one, or its weight, was raised."""
    start = abs(start_level(loss.series.values))
    if end_level(loss.series.values) >= _MOST_OF_PARTS * start:
        return False
    parts = [one.series.values for one in view.with_role(Role.PARTIAL_LOSS, phases={Phase.TRAIN})]
    for values in parts:
        wide, first = limits.noise_width * noise(values), start_level(values)
        fall = first - end_level(values)
        if first <= start + wide and fall >= max(limits.part * start, wide):
            return True
    return False


def _levels(loss: NamedSeries) -> tuple[float, float]:
    return start_level(loss.series.values), end_level(loss.series.values)


def _guessing_if_at_chance(view: RunView, loss: NamedSeries, limits: Thresholds) -> float | None:
    """Return the loss of guessing if the loss ended there; None if not, or unknown."""
    guessing, fall = guessing_loss(view), fall_of_training(view)
    if guessing is None or fall is None or has_learnt(view):
        return None
    if fall >= limits.fall and is_regularised(view):
        return None
    return guessing if end_of_training(view, loss) >= limits.chance * guessing else None


def _seen_from_start(view: RunView) -> bool:
    """Return whether the first update itself was traced."""
    return any(series.steps[0] <= 1 for series in view.layers.values() if series.kind == "gradient")


RULE = Rule(
    name="loss_not_decreasing",
    title="Loss not decreasing",
    needs=("a training loss that should fall",),
    severity="error",
    fault_type=FaultType.OTHER,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The training loss train/epoch_loss did not fall: it is 2.3 at the start and 2.3 at the "
        "end, after 6 points"
    ),
    check=check,
)
