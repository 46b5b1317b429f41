"""Rates that are too large as they are known, and the losses that they drove away."""

import numpy as np

from insight_lib.dissection.findings.finding import Finding, number, series
from insight_lib.dissection.run.curves.divergence import ThrowLimits, find_throw, moves_by_its_rate
from insight_lib.dissection.run.curves.losses import training_loss
from insight_lib.dissection.run.recorded import recorded_training
from insight_lib.dissection.run.recorded.recorded_training import Optimizer
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.change.levels import end_level


def find_large_rate(view: RunView, *, adaptive_rate: float, min_points: int) -> Finding | None:
    """Return a finding on the rate itself, if steps of that size leave nothing of the weights.

    Args:
        view: the run.
        adaptive_rate: such a rate of an optimizer that moves every weight by about its rate.
        min_points: so many points of the training loss are known at least.
    """
    loss, optimizer = training_loss(view), recorded_training.optimizer(view)
    if loss is None or optimizer is None or optimizer.learning_rate is None:
        return None
    values = loss.series.values[np.isfinite(loss.series.values)]
    if not moves_by_its_rate(optimizer) or optimizer.learning_rate < adaptive_rate:
        return None
    if values.size < min_points:
        return None
    what = (
        f"{_said(optimizer)} moves every weight by about as much in a step, and nothing shows that "
        f"the run learnt: the training loss {loss.name} ends at {number(end_level(values))}"
    )
    return _of_optimizer(optimizer, loss, what, int(loss.series.steps[0]))


def find_divergence(view: RunView, limits: ThrowLimits) -> Finding | None:
    """Return a finding on a loss that a known optimizer drove away from what it was."""
    loss, optimizer = training_loss(view), recorded_training.optimizer(view)
    if loss is None or optimizer is None or optimizer.learning_rate is None:
        return None
    throw = find_throw(loss.series, optimizer, limits)
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
