"""The gradient grew out of all proportion and took the loss with it.

**Looks for** traced steps at which the norm of the whole gradient is more than {growth} times what
it was at the start of the run, or infinite, or NaN after an update larger than the weight that it
changed, *and* a loss that at or after those steps became NaN or infinite, or rose above {loss_rise}
times its start. A large gradient alone, without such a loss, is not reported, nor is a NaN that
came from elsewhere. Runs without traced layers are judged by a scalar such as ``train/grad_norm``.

**Why it matters** An update of that size throws the weights far from anything learnt. If the loss
comes back by itself and ends {fall:%} below its start, it is a warning; otherwise the run is lost
from that step on.

**What to do** Lower the learning rate (by ten, then by three), warm it up over the first steps, or
clip the gradient norm; scale inputs and targets to mean 0 and spread 1.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats
from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.curves.losses import losses, training_losses
from insight_lib.dissection.run.gradients import (
    Gradients,
    first_thrown,
    follows_throw,
    gradients_of,
)
from insight_lib.dissection.run.remedies.rate_remedy import changed_rate
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.fault_types import FaultType
from insight_lib.series.change.levels import end_level, start_level


@dataclass(frozen=True)
class Thresholds:
    """Ratios to the run's own start."""

    growth: float = threshold(
        100.0,
        source=(
            "AutoTrainer calls a ratio of 70 between layers explosion, TheDeepChecker a growth of "
            "2 over five checks. Against the run's own first gradient, healthy runs of the zoo "
            "stay below 5."
        ),
    )
    loss_rise: float = threshold(
        2.0,
        source=(
            "TheDeepChecker: a loss above twice its minimum diverges. Against the start instead of "
            "the minimum a run that merely stopped improving is not judged."
        ),
    )
    fall: float = threshold(
        0.5, source="A loss that ends below half of its start has learnt something after all."
    )


@dataclass(frozen=True)
class _Explosion:
    """Places of the base and the onset, ``steps`` (s,) that exploded, and what the loss did."""

    base: int
    onset: int
    steps: Booleans
    loss: NamedSeries
    recovered: bool


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the layer whose gradient grew most when the growth began."""
    gradients = gradients_of(view)
    if gradients is None:
        return
    started = np.flatnonzero(np.isfinite(gradients.total) & (gradients.total > 0))
    if not started.size:
        return
    base = int(started[0])
    grown = gradients.total > limits.growth * gradients.total[base]
    unknown = np.isnan(gradients.total)
    thrown = unknown & follows_throw(view, gradients.steps) if unknown.any() else unknown
    onsets = np.flatnonzero(grown | thrown)
    if not onsets.size:
        return
    onset = int(onsets[0])
    loss = _worst_loss(view, int(gradients.steps[onset]), limits)
    if loss is not None:
        exploded = grown | (unknown & (gradients.steps >= gradients.steps[onset]))
        recovered = _recovered(loss, limits)
        yield _finding(view, gradients, _Explosion(base, onset, exploded, loss, recovered), limits)


def _finding(
    view: RunView, gradients: Gradients, explosion: _Explosion, limits: Thresholds
) -> Finding:
    base, onset, loss = explosion.base, explosion.onset, explosion.loss
    total, step = gradients.total, int(gradients.steps[onset])
    exploded = explosion.steps
    layer = gradients.layers[_culprit(gradients.norms, base, onset)]
    growth = float(total[onset]) / float(total[base])
    became = f"{number(growth)} times its start" if np.isfinite(growth) else "no longer finite"
    return Finding(
        layer=layer,
        severity="warning" if explosion.recovered else "error",
        title=(
            f"The gradient {f'of layer {layer}' if layer else 'norm'} exploded: at step {step} the "
            f"whole gradient was {became}, and the loss {loss.name} {_fate(explosion)}"
        ),
        first_step=step,
        last_step=int(gradients.steps[np.flatnonzero(exploded)[-1]]),
        evidence={
            "gradient_norm_at_start": float(total[base]),
            "gradient_norm_at_onset": float(total[onset]),
            "largest_gradient_norm": float(np.nanmax(total)),
            "traced_steps": int(total.size),
            "exploded_steps": int(exploded.sum()),
            "first_step_of_oversized_update": first_thrown(view),
            "loss": loss.name,
            "loss_at_start": _start(loss),
            "loss_at_end": float(loss.series.values[-1]),
            **series("gradient_norm", gradients.steps, total),
        },
        advice=_advice(layer),
        remedy=changed_rate(view, 0.1),
        # An explosion shows in the gradient only after the update that brought it about.
        origin_step=first_thrown(view),
        confidence=_confidence(loss, step, limits),
    )


def _confidence(loss: NamedSeries, onset: int, limits: Thresholds) -> float:
    """Return how surely the loss broke: of one that ends so, its points since the rise show it."""
    values = _since(loss, onset)
    if not np.isfinite(values[-1]):
        return 1.0
    broken = ~(values <= limits.loss_rise * _start(loss))
    fine = np.flatnonzero(~broken)
    since_fine = int(broken.size - 1 - fine[-1]) if fine.size else int(broken.size)
    if since_fine:
        return share_confidence(since_fine, since_fine)
    return share_confidence(int(broken.sum()), int(broken.size))


def _culprit(norms: Floats, base: int, onset: int) -> int:
    """Return the layer that grew most at the onset, or before it if nothing was finite then."""
    judged = onset if np.isfinite(norms[:, onset]).any() else max(base, onset - 1)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        growth = norms[:, judged] / norms[:, base]
    return int(np.argmax(np.nan_to_num(growth, nan=0.0, posinf=np.inf)))


def _worst_loss(view: RunView, onset: int, limits: Thresholds) -> NamedSeries | None:
    """Return the loss that broke at or after the onset, those that did not recover first."""
    broken = [loss for loss in losses(view) if not np.isfinite(_since(loss, onset)).all()]
    broken += [loss for loss in training_losses(view) if _rose(loss, onset, limits)]
    training = {loss.name for loss in training_losses(view)}

    def rank(loss: NamedSeries) -> tuple[bool, bool, str]:
        return not _recovered(loss, limits), loss.name in training, loss.name

    return max(broken, key=rank, default=None)


def _since(loss: NamedSeries, onset: int) -> Floats:
    return loss.series.values[loss.series.steps >= onset]


def _start(loss: NamedSeries) -> float:
    """Return the level before the explosion, which may come with the very first update."""
    finite = loss.series.values[np.isfinite(loss.series.values)]
    return min(start_level(finite), float(finite[0])) if finite.size else np.nan


def _rose(loss: NamedSeries, onset: int, limits: Thresholds) -> bool:
    start = _start(loss)
    return bool(start > 0 and (_since(loss, onset) > limits.loss_rise * start).any())


def _recovered(loss: NamedSeries, limits: Thresholds) -> bool:
    values = loss.series.values
    return bool(np.isfinite(values[-1]) and end_level(values) <= (1 - limits.fall) * _start(loss))


def _fate(explosion: _Explosion) -> str:
    loss = explosion.loss
    values = loss.series.values
    if not np.isfinite(values[-1]):
        return "is no longer finite"
    if explosion.recovered:
        return f"rose to {number(np.nanmax(values))} before it recovered"
    start, end, peak = _start(loss), end_level(values), float(np.nanmax(values))
    if end < _SEEN_RISE * start:
        return f"rose from {number(start)} to {number(peak)} and ends at {number(end)}"
    return f"rose from {number(start)} to {number(end)}"


# A rise from 2.35 to 2.4 is none to speak of.
_SEEN_RISE = 1.1


def _advice(layer: str) -> str:
    where = f", beginning with what feeds layer {layer}" if layer else ""
    return (
        "Lower the learning rate by a factor of ten, or clip the gradient norm (clipnorm=1.0) and "
        f"warm the learning rate up; check that inputs and targets are scaled{where}."
    )


RULE = Rule(
    name="exploding_gradient",
    title="Exploding gradient",
    needs=("gradients of layers, or a gradient norm", "a loss"),
    severity="error",
    fault_type=FaultType.LEARNING_RATE,
    documentation=__doc__,
    thresholds=Thresholds(),
    example=(
        "The gradient of layer dense exploded: at step 2 the whole gradient was 1.46e+03 times "
        "its start, and the loss train/loss is no longer finite"
    ),
    check=check,
)
