"""The loss became NaN or infinite.

**Looks for** a loss series (training, validation or of a part) with NaN or infinite values. Where
layers were traced, also for the layer whose tensors were not finite first.

**Why it matters** From the first update with a NaN gradient on, every weight is NaN: the run cannot
recover and the time spent after that step is lost. A value that is not finite once and recovers (an
empty batch, a step skipped by loss scaling) is only a warning.

**What to do** If an exploding gradient is reported too, fix that. Otherwise look for a logarithm or
a division of zero in the loss, and for NaN in inputs and labels of the batch at that step.
"""

from collections.abc import Iterator

import numpy as np

from insight_lib.dissection.findings.finding import (
    Finding,
    back_to,
    number,
    series,
    share_confidence,
)
from insight_lib.dissection.rules.rule import NoThresholds, Rule
from insight_lib.dissection.run.curves.losses import losses
from insight_lib.dissection.run.network import first_nonfinite
from insight_lib.dissection.run.view import NamedSeries, RunView
from insight_lib.fault_types import FaultType

_ADVICE = (
    "Stop the run and {back}. Lower the learning rate or clip the gradient norm (clipnorm=1.0); "
    "check inputs and labels of the batch at that step{layer} for NaN, and the loss for a "
    "logarithm or a division of zero."
)


def check(view: RunView, _limits: NoThresholds) -> Iterator[Finding]:
    """Yield one finding on the loss that was not finite first, of those that end so if any does."""
    broken = [loss for loss in losses(view) if not np.isfinite(loss.series.values).all()]
    if not broken:
        return
    ending_so = [loss for loss in broken if not np.isfinite(loss.series.values[-1])]
    loss, lasting = min(ending_so or broken, key=_first_bad), bool(ending_so)
    bad = ~np.isfinite(loss.series.values)
    steps = loss.series.steps[bad]
    origin = first_nonfinite(view)
    at_layer = f" (layer {origin.layer} was the first that was not finite)" if origin else ""
    yield Finding(
        severity="error" if lasting else "warning",
        title=_title(loss, lasting),
        first_step=int(steps[0]),
        last_step=int(steps[-1]),
        evidence={
            "series": loss.name,
            "points": int(bad.size),
            "non_finite_points": int(bad.sum()),
            "last_finite_value": _last_finite(loss),
            "all_series": sorted(other.name for other in broken),
            "first_layer": origin.layer if origin else None,
            "first_tensor": f"{origin.tensor}/{origin.kind}" if origin else None,
            **series(loss.name, loss.series.steps, loss.series.values),
        },
        advice=_ADVICE.format(back=back_to(int(steps[0])), layer=at_layer),
        confidence=1.0 if lasting else share_confidence(int(bad.sum()), int(bad.size)),
    )


def _first_bad(loss: NamedSeries) -> int:
    return int(loss.series.steps[~np.isfinite(loss.series.values)][0])


def _title(loss: NamedSeries, lasting: bool) -> str:
    bad = np.flatnonzero(~np.isfinite(loss.series.values))
    value, step = number(loss.series.values[bad[0]]), int(loss.series.steps[bad[0]])
    if lasting:
        return f"The loss {loss.name} became {value} at step {step} and did not recover"
    return f"The loss {loss.name} was not finite at {bad.size} points, first {value} at step {step}"


def _last_finite(loss: NamedSeries) -> float | None:
    before = loss.series.values[: np.argmin(np.isfinite(loss.series.values))]
    return float(before[-1]) if before.size else None


RULE = Rule(
    name="non_finite_loss",
    title="Loss not finite",
    needs=("a loss",),
    severity="error",
    fault_type=FaultType.LEARNING_RATE,
    documentation=__doc__,
    thresholds=NoThresholds(),
    example="The loss train/epoch_loss became NaN at step 2 and did not recover",
    check=check,
)
