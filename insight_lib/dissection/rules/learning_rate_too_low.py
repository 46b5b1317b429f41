"""Steps too small to get anywhere within the run.

**Looks for** a run that did not learn, with either

* updates of less than {update} of the weights in the typical layer that moves at all, and of less
  than {largest_update} in every one, at {step_share:%} of the traced steps ({min_steps} at least),
  with no update of {large_update} at any; or
* a training loss of at least {min_points} points that falls nearly as fast at its end as at its
  start: the last third of the run brought at least {steady:%} of what the first brought, and more
  than {noise_width} times its noise.

**Why it matters** The run ends, or the patience does, before anything is learnt. In the first case
nothing can be learnt: a warning. A loss that falls steadily may only need more epochs: a note.

**What to do** Raise the learning rate by ten until updates are near a thousandth of the weights, or
train longer; scale the inputs, whose small size makes small gradients.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.dissection.findings.finding import Finding, number, series, share_confidence
from insight_lib.dissection.findings.remedy import FaultType
from insight_lib.dissection.rules.rule import Rule, threshold
from insight_lib.dissection.run.learning import has_learnt
from insight_lib.dissection.run.losses import training_loss
from insight_lib.dissection.run.network import movements
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.series.change.levels import noise


@dataclass(frozen=True)
class Thresholds:
    """How small updates are, and how steady a fall."""

    update: float = threshold(1e-5, source="DeepDiagnosis: updates below 1e-5 of the weights.")
    largest_update: float = threshold(
        1e-4, source="Layers of a healthy network of the zoo differ by up to 21."
    )
    large_update: float = threshold(
        1e-3,
        source=(
            "One such step and it is not the learning rate that is small; DL4J calls 1e-3 usual."
        ),
    )
    step_share: float = threshold(0.8, least=0.01, source="Persistence: a warm-up may begin so.")
    min_steps: int = threshold(
        5, least=1, source="TheDeepChecker too judges over five checks; fewer say little."
    )
    min_points: int = threshold(
        10, least=6, source="Of each third the medians of two halves are taken."
    )
    steady: float = threshold(
        0.5,
        source=(
            "Of an exponential approach to its end, the last third brings a twentieth of the first."
        ),
    )
    noise_width: float = threshold(
        4.0, source="A fall must be seen in spite of the noise of a point."
    )


def check(view: RunView, limits: Thresholds) -> Iterator[Finding]:
    """Yield one finding on the run."""
    if has_learnt(view):
        return
    found = _of_updates(view, limits) or _of_loss(view, limits)
    if found is not None:
        yield found


def _of_updates(view: RunView, limits: Thresholds) -> Finding | None:
    moving = movements(view)
    moved = moving.values[(np.nan_to_num(moving.values) > 0).any(axis=1)]
    known = np.isfinite(moved).any(axis=0)
    if known.sum() < limits.min_steps:
        return None
    usual, largest = np.nanmedian(moved[:, known], axis=0), np.nanmax(moved[:, known], axis=0)
    small = (usual > 0) & (usual < limits.update) & (largest < limits.largest_update)
    if small.mean() < limits.step_share or largest.max() >= limits.large_update:
        return None
    typical, steps = float(np.median(usual)), moving.steps[known]
    return Finding(
        severity="warning",
        title=(
            f"The typical layer moves by {number(typical)} of its weights a step, and none by more "
            f"than {number(float(largest.max()))}"
        ),
        first_step=int(steps[small][0]),
        last_step=int(steps[small][-1]),
        origin_step=view.first_step,
        evidence={"update_ratio": typical, **series("update_ratio", steps, usual)},
        advice=(
            "Raise the learning rate by a factor of ten until updates are near 1e-3 of the "
            "weights; scale the inputs if they are small."
        ),
        confidence=share_confidence(int(small.sum()), small.size),
    )


def _of_loss(view: RunView, limits: Thresholds) -> Finding | None:
    loss = training_loss(view)
    if loss is None:
        return None
    known = np.isfinite(loss.series.values)
    values = loss.series.values[known]
    if values.size < limits.min_points:
        return None
    if not _falls_steadily(loss.series.steps[known], values, limits):
        return None
    return _steady(loss, values)


def _falls_steadily(steps: Integers, values: Floats, limits: Thresholds) -> bool:
    """Return whether the loss falls in the last third nearly as much as in the first."""
    ends = np.linspace(steps[0], steps[-1], 4)[1:3]
    # Points need not be equally far apart: a third of them may be nearly all of the training.
    first, _, last = np.split(values, np.searchsorted(steps, ends))
    if min(first.size, last.size) < limits.min_points // 3:
        return False
    early, late = _fall(first), _fall(last)
    return (
        early > 0
        and late >= limits.steady * early
        and late > limits.noise_width * noise(values) / np.sqrt(last.size)
    )


def _fall(values: Floats) -> float:
    """Return the difference between the medians of the first and of the second half."""
    half = values.size // 2
    return float(np.median(values[:half]) - np.median(values[half:]))


def _steady(loss: NamedSeries, values: Floats) -> Finding:
    falling = int((np.diff(values) < 0).sum())
    return Finding(
        severity="info",
        title=(
            f"The training loss {loss.name} still falls at its end ({number(values[-1])}) nearly "
            f"as fast as at its start ({number(values[0])})"
        ),
        first_step=int(loss.series.steps[0]),
        last_step=int(loss.series.steps[-1]),
        evidence={
            "loss_at_start": float(values[0]),
            "loss_at_end": float(values[-1]),
            **series(loss.name, loss.series.steps, loss.series.values),
        },
        advice="Train longer, or raise the learning rate by a factor of three to ten.",
        confidence=share_confidence(falling, values.size - 1),
    )


RULE = Rule(
    name="learning_rate_too_low",
    title="Learning rate too low",
    needs=("updates of layers, or a training loss that should fall",),
    severity="warning",
    fault_type=FaultType.LEARNING_RATE,
    documentation=__doc__,
    thresholds=Thresholds(),
    example="The typical layer moves by 1.5e-06 of its weights a step, and none by more than 2e-06",
    check=check,
)
