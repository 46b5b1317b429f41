"""Whether a statistic of a tensor stays beyond a limit: at nearly every step, not once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from insight_lib.dissection.finding import held, series
from insight_lib.dissection.network import nonfinite
from insight_lib.dissection.view import FloatArray, IntArray, RunView, TensorSeries

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Persistence:
    """When a share of units counts as lasting.

    Attributes:
        limit: at or above which a step counts.
        share: of the steps of the second half at which it must count, 0..1.
        least: steps that the second half must have.
    """

    limit: float
    share: float
    least: int


@dataclass(frozen=True)
class Lasting:
    """A statistic that stays at or above a limit through the second half of a run.

    The first half is left to the run to settle. Steps from which on a weight is not finite are not
    judged: what outputs are then says nothing of the layer.

    Attributes:
        tensor: whose statistic it is.
        name: of the statistic.
        limit: at or above which it counts.
        values: (n,) at the tensor's steps, NaN where it is undefined or not judged.
    """

    tensor: TensorSeries
    name: str
    limit: float
    values: FloatArray

    @property
    def steps(self) -> IntArray:
        """The steps at which it counts, in either half."""
        steps: IntArray = self.tensor.steps[self.values >= self.limit]
        return steps

    @property
    def start(self) -> float:
        """The first known value."""
        return float(self.values[np.isfinite(self.values)][0])

    @property
    def typical(self) -> float:
        """The median of the second half."""
        return float(np.median(second_half(self.values)))

    @property
    def confidence(self) -> float:
        """Of the steps of the second half, how surely it counts."""
        judged = second_half(self.values)
        return held(int((judged >= self.limit).sum()), judged.size)

    @property
    def evidence(self) -> dict[str, object]:
        """How often it was traced, where the layer is, and the whole series."""
        return {
            "traced_steps": int(np.isfinite(self.values).sum()),
            "depth": self.tensor.depth,
            "activation": self.tensor.activation,
            **series(self.name, self.tensor.steps, self.values),
        }


def lasting(
    view: RunView, tensors: Iterable[TensorSeries], name: str, criteria: Persistence
) -> Iterator[Lasting]:
    """Yield those of the run's tensors whose statistic stays at or above the limit."""
    broken = first_broken(view)
    for tensor in tensors:
        # A quick look: most tensors are never near the limit.
        if not (tensor[name] >= criteria.limit).any():
            continue
        values = np.where(tensor.steps < broken, tensor[name], np.nan)
        judged = second_half(values)
        if judged.size >= criteria.least and (judged >= criteria.limit).mean() >= criteria.share:
            yield Lasting(tensor, name, criteria.limit, values)


def first_broken(view: RunView) -> float:
    """Return the first traced step at which a weight was not finite; infinity of none."""
    broken = [
        tensor.steps[np.argmax(bad)]
        for tensor in view.of_kind("weight")
        if (bad := nonfinite(tensor) > 0).any()
    ]
    return min(broken, default=np.inf)


def second_half(values: FloatArray) -> FloatArray:
    """Return the later half of the known values, (m,)."""
    judged = values[np.isfinite(values)]
    return judged[judged.size // 2 :]


def share_of_known(holds: BoolArray, known: BoolArray) -> FloatArray:
    """Return of each row (l,) the share of its known steps at which something holds; 0 of none."""
    times, of = (holds & known).sum(axis=1), known.sum(axis=1)
    return np.asarray(times / np.maximum(of, 1), dtype=np.float64)


def typical_of_moving(values: FloatArray) -> FloatArray:
    """Return the median movement (s,) of the layers that moved at all; 0 where none did.

    Args:
        values: (l, s) movements, NaN where one is not known.
    """
    moved = np.where(values > 0, values, np.nan)
    known = np.isfinite(moved).any(axis=0)
    typical = np.zeros(values.shape[1])
    typical[known] = np.nanmedian(moved[:, known], axis=0)
    return typical
