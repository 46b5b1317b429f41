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
from insight_lib.dissection.findings.remedy import Change
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.chance_loss import guessing_if_at_chance
from insight_lib.dissection.run.curves.loss_remedy import (
    LARGE_UPDATE,
    SMALL_UPDATE,
    loss_remedy,
    typical_update,
)
from insight_lib.dissection.run.curves.losses import accuracies, batch_loss, training_loss
from insight_lib.dissection.run.curves.progress import improves_on_held_out_data
from insight_lib.dissection.run.curves.risen_loss import Rise, find_rise
from insight_lib.dissection.run.curves.signs_of_learning import (
    Signs,
    has_better_part,
    is_seen_from_start,
    learns_elsewhere,
)
from insight_lib.dissection.run.curves.still_loss import (
    is_still,
    shows_falls,
    stays_within_noise,
)
from insight_lib.dissection.run.curves.told_levels import (
    end_said,
    points_confidence,
    start_said,
    told_start,
)
from insight_lib.dissection.run.guessing.baseline import guessing_loss
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import end_level


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
        SMALL_UPDATE, source="DeepDiagnosis: updates below 1e-5 of the weights."
    )
    large_update: float = threshold(
        LARGE_UPDATE, source="DeepDiagnosis: updates above 0.1 of the weights."
    )
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


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run's training loss."""
    loss = training_loss(view)
    if loss is None or has_better_part(view, loss, limits.part, limits.noise_width):
        return
    rise = find_rise(
        view,
        loss,
        rise=limits.rise,
        noise_width=limits.noise_width,
        min_points=limits.min_points_rise,
    )
    if rise is not None:
        yield _of_rise(view, loss, rise, limits)
    elif _is_long(loss, limits) or _has_steps(view, limits):
        yield from _of_stalled(view, loss, limits)


def _of_rise(view: RunView, loss: NamedSeries, rise: Rise, limits: Thresholds) -> Finding:
    what = f"rose from {number(rise.low)} to {number(loss.series.values[-1])}"
    todo = loss_remedy(view, limits.small_update, limits.large_update, rose=True)
    found = _finding(view, loss, ("error", what), todo)
    sure = share_confidence(rise.points, rise.points)
    return replace(found, first_step=rise.since, confidence=sure)


def _of_stalled(view: RunView, loss: NamedSeries, limits: Thresholds) -> Iterator[Finding]:
    said = _stalled(view, loss, limits)
    if said is not None:
        yield _finding(view, loss, said, _remedy_of_stalled(view, limits))


def _remedy_of_stalled(view: RunView, limits: Thresholds) -> Change:
    return loss_remedy(view, limits.small_update, limits.large_update, rose=False)


_Said = tuple[Severity, str]


def _stalled(view: RunView, loss: NamedSeries, limits: Thresholds) -> _Said | None:
    """Return how bad a loss is that did not fall, and what it did; None of one that did."""
    fits = shows_falls(loss, late=limits.late, fall_width=limits.fall_width)
    is_stalled = fits and not learns_elsewhere(view, loss, _signs(limits))
    if is_stalled and _is_long(loss, limits) and _is_still(view, loss, limits):
        known = is_seen_from_start(view) or bool(accuracies(view))
        # A warning that it did not fall would contradict what is said of the epochs.
        is_epochs = _remedy_of_stalled(view, limits).fault_type is FaultType.EPOCH
        fell = "hardly fell" if is_epochs else "did not fall"
        first = "" if _started_there(loss, limits) else " after its first points"
        return "error" if known else "warning", f"{fell}{first}: {_ends(loss)}"
    guessing = guessing_if_at_chance(view, loss, chance=limits.chance, fall=limits.fall)
    if guessing:
        stays = limits.chance * told_start(loss) <= guessing
        came = "stays at" if stays else "only fell to"
        return "warning", f"{came} chance: {_ends(loss)}, and guessing gives {number(guessing)}"
    if is_stalled and _is_noise(loss, limits) and not improves_on_held_out_data(view):
        return "warning", f"did not fall beyond its noise: {_ends(loss)}"
    return None


def _ends(loss: NamedSeries) -> str:
    return f"it is {start_said(loss)} at the start and {end_said(loss)} at the end"


def _is_noise(loss: NamedSeries, limits: Thresholds) -> bool:
    return stays_within_noise(
        loss, flat=limits.flat, fall_width=limits.fall_width, min_points=limits.min_points_noisy
    )


def _is_still(view: RunView, loss: NamedSeries, limits: Thresholds) -> bool:
    return is_still(
        view,
        loss,
        flat=limits.flat,
        flat_when_still=limits.flat_when_still,
        small_update=limits.small_update,
    )


def _started_there(loss: NamedSeries, limits: Thresholds) -> bool:
    """Return whether a flat loss was no higher at the point that people know as its start."""
    start, end = told_start(loss), end_level(loss.series.values)
    return start - end <= max(limits.flat, limits.flat_when_still) * abs(start)


def _is_long(loss: NamedSeries, limits: Thresholds) -> bool:
    return int(np.isfinite(loss.series.values).sum()) >= limits.min_points


def _has_steps(view: RunView, limits: Thresholds) -> bool:
    """Return whether the loss of single steps tells of the course of a few epochs."""
    steps = batch_loss(view)
    return steps is not None and steps.series.values.size >= limits.min_points


def _signs(limits: Thresholds) -> Signs:
    return Signs(
        flat=limits.flat,
        ready=limits.ready,
        low=limits.low,
        good_accuracy=limits.good_accuracy,
        accuracy_gain=limits.accuracy_gain,
        noise_width=limits.noise_width,
        min_points=limits.min_points,
    )


def _finding(view: RunView, loss: NamedSeries, said: _Said, todo: Change) -> Finding:
    severity, what = said
    values = loss.series.values
    return Finding(
        severity=severity,
        title=f"The training loss {loss.name} {what}, after {values.size} points",
        first_step=int(loss.series.steps[0]),
        last_step=int(loss.series.steps[-1]),
        evidence={
            "series": loss.name,
            "loss_at_start": told_start(loss),
            "loss_at_end": end_level(values),
            "lowest_loss": float(np.nanmin(values)),
            "points": int(values.size),
            "typical_update_ratio": typical_update(view),
            "accuracy_at_end": next((end_level(a.values) for a in accuracies(view)), None),
            "loss_of_guessing": guessing_loss(view),
            **series(loss.name, loss.series.steps, loss.series.values),
        },
        advice=todo.advice,
        fault_type=todo.fault_type,
        remedy=todo.remedy,
        confidence=points_confidence(view, loss),
    )


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
