"""Whether a statistic of a tensor stays beyond a limit: at nearly every step, not once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats, Integers
from insight_lib.columnar.median import median
from insight_lib.dissection.findings.finding import series, share_confidence
from insight_lib.dissection.run.data.small_batches import least_together, steps_together
from insight_lib.dissection.run.network import nonfinite
from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import RunView

_OF_EVERY_EXAMPLE = frozenset({"dead_fraction", "constant_fraction"})


@dataclass(frozen=True)
class Persistence:
    """When a share of units counts as lasting: in the second half, or from some step to the end.

    Attributes:
        limit: at or above which a step counts.
        share: of the traced steps of the second half at which it must count, 0..1.
        least: traced steps that must be judged.
        end_span: of the run's steps; a stretch at its end that covers so much of it is enough,
            since late steps are traced more rarely than early ones.
    """

    limit: float
    share: float
    least: int
    end_span: float


@dataclass(frozen=True)
class Lasting:
    """A statistic that stays at or above a limit.

    Steps from which on a weight is not finite are not judged: what outputs are then says nothing of
    the layer.

    Attributes:
        tensor: whose statistic it is.
        name: of the statistic.
        limit: at or above which it counts.
        values: (n,) at the tensor's steps, NaN where it is undefined or not judged.
        judged: (m,) those by which it was found to last.
    """

    tensor: TensorSeries
    name: str
    limit: float
    values: Floats
    judged: Floats

    @property
    def steps(self) -> Integers:
        """The steps at which it counts, in either half."""
        steps: Integers = self.tensor.steps[self.values >= self.limit]
        return steps

    @property
    def when(self) -> str:
        """How often it counts and since when, for a sentence: the steps need not be in a row."""
        known = int(np.isfinite(self.values).sum())
        return (
            f"at {self.steps.size} of {known} traced steps, the first at step {int(self.steps[0])}"
        )

    @property
    def start(self) -> float:
        """The first known value."""
        return float(self.values[np.isfinite(self.values)][0])

    @property
    def typical(self) -> float:
        """The median of what was judged."""
        return median(self.judged)

    @property
    def confidence(self) -> float:
        """Of the steps that were judged, how surely it counts."""
        return share_confidence(int((self.judged >= self.limit).sum()), self.judged.size)

    @property
    def evidence(self) -> dict[str, object]:
        """How often it was traced, the activation, and the whole series."""
        return {
            "traced_steps": int(np.isfinite(self.values).sum()),
            "activation": self.tensor.activation,
            **series(self.name, self.tensor.steps, self.values),
        }


def lasting(
    view: RunView, tensors: Iterable[TensorSeries], name: str, criteria: Persistence
) -> Iterator[Lasting]:
    """Yield those of the run's tensors whose statistic stays at or above the limit.

    What is said of every example of a batch is judged over several steps where batches are small.
    """
    broken = first_broken(view)
    together = steps_together(view) if name in _OF_EVERY_EXAMPLE else 1
    for tensor in tensors:
        # A quick look: most tensors are never near the limit.
        if not (tensor[name] >= criteria.limit).any():
            continue
        values = np.where(tensor.steps < broken, least_together(tensor[name], together), np.nan)
        judged = _lasting_part(tensor.steps, values, criteria)
        if judged is not None:
            yield Lasting(tensor, name, criteria.limit, values, judged)


def _lasting_part(steps: Integers, values: Floats, criteria: Persistence) -> Floats | None:
    """Return the values by which a statistic lasts; None where it does not."""
    half = second_half(values)
    if half.size < criteria.least:
        return None
    if (half >= criteria.limit).mean() >= criteria.share:
        return half
    known = np.isfinite(values)
    steps, values = steps[known], values[known]
    below = np.flatnonzero(values < criteria.limit)
    end = slice(int(below[-1]) + 1 if below.size else 0, None)
    span = steps[end][-1] - steps[end][0] if steps[end].size >= criteria.least else 0
    return values[end] if span >= criteria.end_span * max(steps[-1] - steps[0], 1) else None


def first_broken(view: RunView) -> float:
    """Return the first traced step at which a weight was not finite; infinity of none."""
    broken = [
        tensor.steps[np.argmax(bad)]
        for tensor in view.of_kind("weight")
        if (bad := nonfinite(tensor) > 0).any()
    ]
    return min(broken, default=np.inf)


def second_half(values: Floats) -> Floats:
    """Return the later half of the known values, (m,)."""
    judged = values[np.isfinite(values)]
    return judged[judged.size // 2 :]


def share_of_known(holds: Booleans, known: Booleans, least: int) -> Floats:
    """Return of each row (l,) the share of its known steps at which something holds.

    Args:
        holds: (l, s) whether it does.
        known: (l, s) whether that is known.
        least: of a row with fewer known steps the share is 0.
    """
    times, of = (holds & known).sum(axis=1), known.sum(axis=1)
    return np.where(of >= least, times / np.maximum(of, 1), 0.0)


def typical_of_moving(values: Floats) -> Floats:
    """Return the median movement (s,) of the layers that moved at all; 0 where none did.

    Args:
        values: (l, s) movements, NaN where one is not known.
    """
    moved = np.where(values > 0, values, np.nan)
    known = np.isfinite(moved).any(axis=0)
    typical = np.zeros(values.shape[1])
    typical[known] = np.nanmedian(moved[:, known], axis=0)
    return typical
