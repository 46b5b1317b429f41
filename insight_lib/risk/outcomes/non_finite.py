"""A loss or a weight that became NaN or infinite, and stayed so."""

from collections.abc import Iterator

import numpy as np

from insight_lib.dissection.run.curves.losses import losses
from insight_lib.dissection.run.network import nonfinite
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.outcomes.outcome import Failure, Kind

# Of the points since the first one that is not finite: with as many the loss says nothing.
_MOST = 0.5
# One last point may be that of an empty batch; nothing else makes so many.
_SURE_OF_ONE, _SURE = 0.8, 1.0


def non_finite(run: RunView) -> Failure | None:
    """Return the loss or weight that was not finite first, of those that stayed or ended so."""
    return min(
        (*_of_losses(run), *_of_weights(run)),
        key=lambda found: (found.failed_at, -found.sure),
        default=None,
    )


def _of_losses(run: RunView) -> Iterator[Failure]:
    for loss in losses(run):
        bad = ~np.isfinite(loss.series.values)
        if not bad.any():
            continue
        first = int(np.argmax(bad))
        if bad[-1] or bad[first:].mean() >= _MOST:
            step = int(loss.series.steps[first])
            sure = _SURE_OF_ONE if bad.sum() == 1 and bad.size > 1 else _SURE
            yield Failure(Kind.NON_FINITE, step, sure, f"{loss.name} is not finite since {step}")


def _of_weights(run: RunView) -> Iterator[Failure]:
    for weight in run.of_kind("weight"):
        bad = nonfinite(weight) > 0
        if bad[-1]:
            step = int(weight.steps[np.argmax(bad)])
            why = f"weights of {weight.layer} are not finite since step {step}"
            yield Failure(Kind.NON_FINITE, step, _SURE, why)
