"""Steps too large for the loss to settle.

**Looks for**, in a run that did not learn, any of these:

* updates of at least {update} of the weights at {step_share:%} of the traced steps of the run's
  second half ({min_steps} at least), or any one update of more than {throw} times the weights that
  it changed;
* a loss ({min_points} points at least) that lies at {never_back} times its first point or above at
  every later one: a few steps destroyed what the initial weights gave;
* a loss of epochs (as many points) that turns at more than {turns:%} of its points in the
  second half, moves by {swing:%} of its start or more from one to the next (median), and has no
  trend down beyond noise that brings as much;
* an optimizer that moves every weight by about its learning rate, whatever the gradient (Adam,
  RMSprop and their kin), whose recorded or told rate is {adaptive_rate} or more, with a training
  loss of {min_told_points} points or more;

and, in any run whose optimizer and rate are known, a training loss that ends {rise} times as high
as it began; of which one point lies {blow_up} times above what the loss is at all points after it,
from which it does not move by more than {flat:%}; or that is {absurd} or more under an optimizer
that follows the gradient, such as SGD. A step threw the weights there.

**Why it matters** Each step leaps over what the one before had found: the loss jumps about instead
of falling, units die in a single step, and weights may grow until nothing is finite.

**What to do** Lower the learning rate by ten (and then by three), warm it up over the first steps,
use larger batches, or clip the gradient norm. With inputs or targets that are not scaled, scale
them first.
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
from insight_lib.dissection.findings.remedy import FaultType
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run import recorded_training
from insight_lib.dissection.run.curves.divergence import ThrowLimits, find_throw, moves_by_its_rate
from insight_lib.dissection.run.curves.losses import (
    is_per_epoch,
    start_of_training,
    training_loss,
)
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.network import Movements, movements
from insight_lib.dissection.run.persistence import share_of_known
from insight_lib.dissection.run.rate_remedy import changed_rate
from insight_lib.dissection.run.recorded_training import Optimizer
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.change.levels import end_level
from insight_lib.series.change.shift import SIGNIFICANT
from insight_lib.series.change.trend import trend


@dataclass(frozen=True)
class Thresholds:
    """How large updates and swings must be."""

    update: float = threshold(
        0.1, source="DeepDiagnosis and TheDeepChecker: a tenth of the weights."
    )
    throw: float = threshold(
        1.0, source="No weight is left of what it was; healthy runs of the zoo stay below 0.4."
    )
    step_share: float = threshold(0.8, least=0.01, source="Persistence: a spike comes and goes.")
    min_steps: int = threshold(
        5, source="TheDeepChecker too judges over five checks; fewer say little."
    )
    turns: float = threshold(
        0.5, source="TheDeepChecker: the loss turns at more than half of its points."
    )
    swing: float = threshold(0.1, source="A tenth, as of the weights, of the loss at its start.")
    never_back: float = threshold(
        1.5, source="Beyond the noise of a first point: of eight others none comes near to it."
    )
    min_points: int = threshold(
        8, least=5, source="Of the second half two points at least can turn."
    )
    adaptive_rate: float = threshold(
        0.1,
        source=(
            "Each step of Adam moves a weight by up to its rate (Kingma, Ba 2015), and weights "
            "are drawn of about that size; its usual rate is 0.001."
        ),
    )
    min_told_points: int = threshold(3, least=1, source="Two points are a beginning.")
    rise: float = threshold(
        100.0,
        source=(
            "A loss that ends at twice its start diverges; two points of one batch each, which may "
            "be easy or hard, need more."
        ),
    )
    blow_up: float = threshold(
        1e6, source="What is learnt within one point brings a loss down by less than that."
    )
    flat: float = threshold(0.02, source="As in loss_not_decreasing.")
    absurd: float = threshold(
        1e12,
        source=(
            "A squared error of a million squared: labels that large throw the weights of plain "
            "SGD by themselves."
        ),
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the layer with the largest updates, or on the run's loss."""
    found = None if has_learnt(view) else _of_unlearnt(view, limits)
    found = found or _of_diverging(view, limits)
    if found is not None:
        # The learning rate was too high before the step that shows it.
        yield replace(found, origin_step=view.first_step, remedy=changed_rate(view, 0.1))


def _of_unlearnt(view: RunView, limits: Thresholds) -> Finding | None:
    moving = movements(view)
    return (
        _of_updates(moving, limits)
        or _of_throw(moving, limits)
        or _of_rate(view, limits)
        or _of_blow_up(view, limits)
        or _of_loss(view, limits)
    )


def _of_updates(moving: Movements, limits: Thresholds) -> Finding | None:
    """Return a finding on the layer whose updates are too large, if there is one."""
    late = moving.values[:, moving.steps.size // 2 :]
    shares = share_of_known(late >= limits.update, np.isfinite(late), limits.min_steps)
    if not shares.size or shares.max() < limits.step_share:
        return None
    place = int(np.argmax(shares))
    layer = moving.layers[place]
    judged = late[place][np.isfinite(late[place])]
    typical = float(np.median(judged))
    large = moving.steps[np.nan_to_num(moving.values[place]) >= limits.update]
    return Finding(
        layer=layer,
        severity="warning",
        title=(
            f"A step changes the weights of layer {layer} by {number(typical)} of their size, and "
            f"by {number(limits.update)} or more at {percent(shares[place])} of the traced steps "
            "of the second half, and nothing shows that the run learnt"
        ),
        first_step=int(large[0]),
        last_step=int(large[-1]),
        evidence={"update_ratio": typical, **_evidence(moving, place)},
        advice=_advice(layer),
        depth=moving.depths[place],
        confidence=share_confidence(int((judged >= limits.update).sum()), judged.size),
    )


def _of_throw(moving: Movements, limits: Thresholds) -> Finding | None:
    """Return a finding on the layer with the largest single update, if it is too large."""
    sizes = np.nan_to_num(moving.values, nan=0.0, posinf=0.0)
    if not sizes.size or sizes.max() <= limits.throw:
        return None
    place, at = np.unravel_index(int(sizes.argmax()), sizes.shape)
    layer, thrown = moving.layers[place], moving.steps[sizes[place] > limits.throw]
    return Finding(
        layer=layer,
        severity="warning",
        title=(
            f"The update of step {int(moving.steps[at])} was {number(float(sizes.max()))} times "
            f"the weights of layer {layer}, and nothing shows that the run learnt after it"
        ),
        first_step=int(thrown[0]),
        last_step=int(thrown[-1]),
        evidence={"update_ratio": float(sizes.max()), **_evidence(moving, int(place))},
        advice=_advice(layer),
        depth=moving.depths[place],
    )


def _advice(layer: str) -> str:
    return (
        f"Lower the learning rate by a factor of ten (layer {layer} shows it most), warm it up, or "
        "clip the gradient norm; scale inputs and targets first if they are not."
    )


def _evidence(moving: Movements, place: int) -> dict[str, object]:
    """Return a layer's movement at the steps at which it is known."""
    values = moving.values[place]
    known = np.isfinite(values)
    return {
        "traced_steps": int(known.sum()),
        **series("update_ratio", moving.steps[known], values[known]),
    }


def _of_blow_up(view: RunView, limits: Thresholds) -> Finding | None:
    """Return a finding on the loss, if it left its first point for good."""
    loss = training_loss(view)
    if loss is None or loss.series.values.size < limits.min_points:
        return None
    first, later = float(loss.series.values[0]), loss.series.values[1:]
    if not first > 0 or not later.min() >= limits.never_back * first:
        return None
    steps = loss.series.steps
    return Finding(
        severity="warning",
        title=(
            f"The training loss {loss.name} was {number(first)} at step {int(steps[0])} and has "
            f"not come below {number(float(later.min()))} since"
        ),
        first_step=int(steps[1]),
        last_step=int(steps[-1]),
        evidence={
            "first_loss": first,
            "lowest_later_loss": float(later.min()),
            **series(loss.name, steps, loss.series.values),
        },
        advice=_LOWER,
        confidence=share_confidence(later.size, later.size),
    )


def _of_loss(view: RunView, limits: Thresholds) -> Finding | None:
    """Return a finding on the loss of epochs, if it swings instead of falling."""
    loss = training_loss(view)
    if loss is None or not is_per_epoch(loss):
        return None
    values = loss.series.values[np.isfinite(loss.series.values)]
    if values.size < limits.min_points or values.size < loss.series.values.size:
        return None
    late = values[values.size // 2 :]
    moves = np.diff(late)
    turns = float((np.sign(moves[1:]) * np.sign(moves[:-1]) < 0).mean())
    swing = float(np.median(np.abs(moves)))
    start, whole = start_of_training(view, loss), trend(loss.series.steps, values)
    if turns <= limits.turns or not 0 < limits.swing * start <= swing:
        return None
    if whole.p_value < SIGNIFICANT and -whole.change >= swing:
        return None
    return _swinging(loss, turns, swing, moves.size - 1)


def _swinging(loss: NamedSeries, turns: float, swing: float, judged: int) -> Finding:
    return Finding(
        severity="warning",
        title=(
            f"The training loss {loss.name} turns at {percent(turns)} of the points of the second "
            f"half, moves by {number(swing)} from one to the next, and does not settle"
        ),
        first_step=int(loss.series.steps[loss.series.steps.size // 2]),
        last_step=int(loss.series.steps[-1]),
        evidence={
            "share_of_turns": turns,
            "typical_swing": swing,
            **series(loss.name, loss.series.steps, loss.series.values),
        },
        advice=_LOWER,
        confidence=share_confidence(round(turns * judged), judged),
    )


def _of_rate(view: RunView, limits: Thresholds) -> Finding | None:
    """Return a finding on the rate itself, if steps of that size leave nothing of the weights."""
    loss, optimizer = training_loss(view), recorded_training.optimizer(view)
    if loss is None or optimizer is None or optimizer.learning_rate is None:
        return None
    values = loss.series.values[np.isfinite(loss.series.values)]
    if not moves_by_its_rate(optimizer) or optimizer.learning_rate < limits.adaptive_rate:
        return None
    if values.size < limits.min_told_points:
        return None
    what = (
        f"{_said(optimizer)} moves every weight by about as much in a step, and nothing shows that "
        f"the run learnt: the training loss {loss.name} ends at {number(end_level(values))}"
    )
    return _of_optimizer(optimizer, loss, what, int(loss.series.steps[0]))


def _of_diverging(view: RunView, limits: Thresholds) -> Finding | None:
    """Return a finding on a loss that a known optimizer drove away from what it was."""
    loss, optimizer = training_loss(view), recorded_training.optimizer(view)
    if loss is None or optimizer is None or optimizer.learning_rate is None:
        return None
    throw = find_throw(
        loss.series,
        optimizer,
        ThrowLimits(
            limits.rise, limits.blow_up, limits.flat, limits.min_told_points, limits.absurd
        ),
    )
    if throw is None:
        return None
    what, end = (number(value) for value in throw.values)
    where = f"rose from {what} to {end}" if throw.is_rise else f"was {what} at step {throw.step}"
    since = "" if throw.is_rise else f": a step threw the weights; it ends at {end}"
    said = f"The training loss {loss.name} {where} under {_said(optimizer)}{since}"
    return _of_optimizer(optimizer, loss, said, throw.step)


def _said(optimizer: Optimizer) -> str:
    rate = number(optimizer.learning_rate or 0.0)
    return f"{optimizer.name or 'an optimizer'} with a learning rate of {rate}"


def _of_optimizer(optimizer: Optimizer, loss: NamedSeries, title: str, first_step: int) -> Finding:
    return Finding(
        severity="warning",
        title=title,
        first_step=first_step,
        evidence={
            "optimizer": optimizer.name,
            "learning_rate": optimizer.learning_rate,
            "told_by": optimizer.told_by,
            **series(loss.name, loss.series.steps, loss.series.values),
        },
        advice=(
            "Lower the learning rate by a factor of ten and again, until the loss falls from its "
            "first points on; scale inputs and targets first if they are not."
        ),
    )


_LOWER = (
    "Lower the learning rate by a factor of ten, warm it up, use larger batches, or clip the "
    "gradient norm; scale inputs and targets first if they are not."
)

RULE = Rule(
    name="learning_rate_too_high",
    title="Learning rate too high",
    needs=("updates of layers, a loss of epochs, or a known optimizer and a loss",),
    severity="warning",
    fault_type=FaultType.LEARNING_RATE,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "A step changes the weights of layer b by 0.5 of their size, and by 0.1 or more at 100 % "
        "of the traced steps of the second half, and nothing shows that the run learnt"
    ),
    check=check,
)
