"""The training loss rose all at once, far beyond its noise, and came back or did not.

**Looks for** a point of a training loss that lies {width} robust standard deviations above the
median of the points before it, and {rise:%} above that median. The loss recovered once three points
in a row are near that median again. A gradient norm that is written too is searched for a spike of
its own at the {lead} points of the loss before.

**Why it matters** A batch, or a step, threw the weights away from what they had learnt. Most such
spikes recover within some hundred steps and cost only time, which is a note. One that has not
recovered {after} points later is a warning, and an error if it took back {lost:%} of what had been
learnt: from there the run trains another, worse model.

**What to do** Clip the norm of the gradient. After a spike that does not recover, go back to the
checkpoint before it and skip the batches around it, or go on with a lower learning rate. If spikes
recur, lengthen the warm-up, lower the second moment's decay (Adam's beta_2 to 0.95), and look at
the batches just before.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.losses import training_losses
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.change.levels import start_level
from insight_lib.series.change.spikes import Spike, spikes
from insight_lib.series.role import Role


@dataclass(frozen=True)
class Thresholds:
    """How far a loss must rise, and what it is to recover."""

    width: float = threshold(
        10.0,
        least=1.0,
        source=(
            "Hampel (1974) rejects a value beyond 3. Beyond 10 there was one in 900 series of "
            "1,000 points of white and of autocorrelated noise."
        ),
    )
    rise: float = threshold(
        0.25, source="A loss of 2.4 nats rises to 3.0, so that the perplexity nearly doubles."
    )
    after: int = threshold(
        5, least=1, source="TheDeepChecker too judges over five checks; fewer say little."
    )
    lost: float = threshold(0.5, source="The larger part of what the loss had fallen.")
    lead: int = threshold(
        10, source="A gradient acts at its own step; the loss may be a mean over some."
    )


@dataclass(frozen=True)
class _Rise:
    """A spike of a series: its step, the level before it, and its highest value."""

    name: str
    spike: Spike
    step: int
    usual: float
    peak: float


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the training loss with the most points."""
    found = max(training_losses(view), key=lambda loss: loss.series.steps.size, default=None)
    if found is None:
        return
    rises = [
        one for one in _rises(found, limits) if one.peak - one.usual >= limits.rise * abs(one.usual)
    ]
    if rises:
        yield _finding(view, found, rises, limits)


def _rises(one: NamedSeries, limits: Thresholds) -> list[_Rise]:
    """Return the spikes of a series."""
    steps, values = one.series.steps, one.series.values
    found = []
    for spike in spikes(values, width=limits.width):
        during = values[spike.place : spike.recovered_place]
        peak = float(during[np.isfinite(during)].max())
        found.append(_Rise(one.name, spike, int(steps[spike.place]), peak - spike.height, peak))
    return found


def _finding(view: RunView, loss: NamedSeries, rises: list[_Rise], limits: Thresholds) -> Finding:
    lasting = rises[-1].spike.recovered_place is None
    chosen = rises[-1] if lasting else max(rises, key=lambda one: one.peak - one.usual)
    after = _after(loss, chosen)
    gradient = _gradient(view, loss, chosen, limits)
    count = f", the highest of {len(rises)} such spikes" if len(rises) > 1 and not lasting else ""
    return Finding(
        severity=_severity(loss, chosen, after, limits),
        title=(
            f"The training loss {loss.name} rose from {number(chosen.usual)} to "
            f"{number(chosen.peak)} at step {chosen.step}{count}{_before(gradient)}, and "
            f"{_outcome(loss, chosen, after, limits)}"
        ),
        first_step=chosen.step,
        last_step=_last_step(loss, chosen),
        evidence={
            "spikes": len(rises),
            "loss_before": chosen.usual,
            "loss_at_peak": chosen.peak,
            "loss_after": float(np.median(after)) if after.size else None,
            "recovered_at_step": None if lasting else _last_step(loss, chosen),
            "gradient_norm_before": None if gradient is None else gradient.usual,
            "gradient_norm_at_peak": None if gradient is None else gradient.peak,
            "gradient_norm_step": None if gradient is None else gradient.step,
            **series(loss.name, loss.series.steps, loss.series.values),
        },
        advice=_advice(chosen, gradient, lasting=lasting),
        confidence=share_confidence(chosen.spike.place, chosen.spike.place),
    )


def _after(loss: NamedSeries, rise: _Rise) -> Floats:
    """Return the known values after the first of a spike."""
    values = loss.series.values[rise.spike.place + 1 :]
    return values[np.isfinite(values)]


def _is_judged(after: Floats, limits: Thresholds) -> bool:
    return after.size >= limits.after


def _severity(loss: NamedSeries, rise: _Rise, after: Floats, limits: Thresholds) -> Severity:
    if rise.spike.recovered_place is not None or not _is_judged(after, limits):
        return "info"
    learnt = start_level(loss.series.values) - rise.usual
    lost = float(np.median(after)) - rise.usual
    return "error" if learnt > 0 and lost >= limits.lost * learnt else "warning"


def _outcome(loss: NamedSeries, rise: _Rise, after: Floats, limits: Thresholds) -> str:
    if rise.spike.recovered_place is not None:
        return f"was back at step {_last_step(loss, rise)}"
    if not _is_judged(after, limits):
        return f"it is too early to say whether it recovers, {_points(after.size)} later"
    return (
        f"has not recovered {_points(after.size)} later, with a median of "
        f"{number(float(np.median(after)))}"
    )


def _points(count: int) -> str:
    return "1 point" if count == 1 else f"{count} points"


def _last_step(loss: NamedSeries, rise: _Rise) -> int:
    """Return the step at which the loss was usual again, or its last."""
    place = rise.spike.recovered_place
    return int(loss.series.steps[-1 if place is None else place])


def _gradient(view: RunView, loss: NamedSeries, rise: _Rise, limits: Thresholds) -> _Rise | None:
    """Return the largest spike of a gradient norm just before the loss, or with it."""
    first = int(loss.series.steps[max(0, rise.spike.place - limits.lead)])
    found = [
        one
        for norm in view.with_role(Role.GRADIENT_NORM)
        for one in _rises(norm, limits)
        if first <= one.step <= rise.step
    ]
    return max(found, key=lambda one: one.peak, default=None)


def _before(gradient: _Rise | None) -> str:
    if gradient is None:
        return ""
    return (
        f", after the gradient norm {gradient.name} rose from {number(gradient.usual)} to "
        f"{number(gradient.peak)} at step {gradient.step}"
    )


def _advice(rise: _Rise, gradient: _Rise | None, *, lasting: bool) -> str:
    clip = (
        "Clip the norm of the gradient"
        if gradient is None
        else f"Clip the norm of the gradient near {number(2 * gradient.usual)}"
    )
    back = (
        f"go back to the checkpoint before step {rise.step}, skip the batches around it or lower "
        "the learning rate"
        if lasting
        else f"look at the batches just before step {rise.step}, and lengthen the warm-up"
    )
    return f"{clip}; {back}."


RULE = Rule(
    name="loss_spike",
    title="Loss spike",
    needs=("a training loss that should fall",),
    severity="error",
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The training loss train/loss rose from 2 to 6.1 at step 20, after the gradient norm "
        "train/grad_norm rose from 0.508 to 35 at step 10, and was back at step 23"
    ),
    check=check,
)
