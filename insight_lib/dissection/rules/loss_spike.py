"""The training loss rose all at once, far beyond its noise, and came back or did not.

**Looks for** a point of a training loss that lies {width} robust standard deviations above the
median of the points before it, and {rise:%} above that median. The loss recovered once three points
in a row are near that median again, or where it ends less than {rise:%} above it. A gradient norm
that is written too is searched for a spike of its own at the {lead} points of the loss before.

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

from insight_lib.dissection.findings.finding import (
    Finding,
    back_to,
    number,
    series,
    share_confidence,
)
from insight_lib.dissection.findings.severity import Severity
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.losses import training_losses
from insight_lib.dissection.run.curves.sudden_rises import SuddenRise, sudden_rises
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import start_level
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


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the training loss with the most points."""
    loss = max(training_losses(view), key=lambda one: one.series.steps.size, default=None)
    if loss is None:
        return
    rises = [one for one in sudden_rises(loss, limits.width) if one.is_beyond(limits.rise)]
    if rises:
        yield _finding(view, loss, rises, limits)


def _finding(
    view: RunView, loss: NamedSeries, rises: list[SuddenRise], limits: Thresholds
) -> Finding:
    lasts = rises[-1].recovered_step is None
    chosen = rises[-1] if lasts else max(rises, key=lambda one: one.height)
    gradient = _gradient(view, loss, chosen, limits)
    count = f", the highest of {len(rises)} such spikes" if len(rises) > 1 and not lasts else ""
    severity, outcome = _outcome(chosen, start_level(loss.series.values), limits)
    return Finding(
        severity=severity,
        title=(
            f"The training loss {loss.name} rose from {number(chosen.usual)} to "
            f"{number(chosen.peak)} at step {chosen.step}{count}{_before(gradient)}, and {outcome}"
        ),
        first_step=chosen.step,
        last_step=int(loss.series.steps[-1]) if lasts else chosen.recovered_step,
        evidence={
            "spikes": len(rises),
            "loss_before": chosen.usual,
            "loss_at_peak": chosen.peak,
            "loss_at_end": chosen.end,
            "recovered_at_step": chosen.recovered_step,
            "gradient_norm_before": None if gradient is None else gradient.usual,
            "gradient_norm_at_peak": None if gradient is None else gradient.peak,
            "gradient_norm_step": None if gradient is None else gradient.step,
            **series(loss.name, loss.series.steps, loss.series.values),
        },
        advice=_advice(chosen, gradient, is_alarm=severity != "info"),
        confidence=share_confidence(chosen.place, chosen.place),
    )


def _outcome(rise: SuddenRise, start: float, limits: Thresholds) -> tuple[Severity, str]:
    """Return how bad a rise is, and what came of it."""
    later = "1 point" if rise.after.size == 1 else f"{rise.after.size} points"
    lost = rise.end - rise.usual
    if rise.recovered_step is not None:
        return "info", f"was back at step {rise.recovered_step}"
    if rise.after.size < limits.after:
        return "info", f"it is too early to say whether it recovers, {later} later"
    if lost < limits.rise * abs(rise.usual):
        return "info", f"has come back to {number(rise.end)} by the end, {later} later"
    learnt = start - rise.usual
    severity: Severity = "error" if learnt > 0 and lost >= limits.lost * learnt else "warning"
    return severity, f"has not recovered: it is {number(rise.end)} at the end, {later} later"


def _gradient(
    view: RunView, loss: NamedSeries, rise: SuddenRise, limits: Thresholds
) -> SuddenRise | None:
    """Return the largest spike of a gradient norm just before the loss, or with it."""
    first = int(loss.series.steps[max(0, rise.place - limits.lead)])
    found = [
        one
        for norm in view.with_role(Role.GRADIENT_NORM)
        for one in sudden_rises(norm, limits.width)
        if first <= one.step <= rise.step
    ]
    return max(found, key=lambda one: one.peak, default=None)


def _before(gradient: SuddenRise | None) -> str:
    if gradient is None:
        return ""
    return (
        f", after the gradient norm {gradient.name} rose from {number(gradient.usual)} to "
        f"{number(gradient.peak)} at step {gradient.step}"
    )


def _advice(rise: SuddenRise, gradient: SuddenRise | None, *, is_alarm: bool) -> str:
    near = "" if gradient is None else f" near {number(2 * gradient.usual)}"
    back = (
        f"{back_to(rise.step)}, skip the batches around it or lower the learning rate"
        if is_alarm
        else f"look at the batches around step {rise.step}, and lengthen the warm-up"
    )
    return f"Clip the norm of the gradient{near}; {back}."


RULE = Rule(
    name="loss_spike",
    title="Loss spike",
    needs=("a training loss that should fall",),
    severity="error",
    fault_type=FaultType.LEARNING_RATE,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The training loss train/loss rose from 2 to 6.1 at step 20, after the gradient norm "
        "train/grad_norm rose from 0.508 to 35 at step 10, and was back at step 23"
    ),
    check=check,
)
