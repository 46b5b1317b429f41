"""Whether a statistic of a tensor stays beyond a limit: at nearly every step, not once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from insight_lib.dissection.finding import held, series
from insight_lib.dissection.view import FloatArray, IntArray, TensorSeries

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Lasting:
    """A statistic that stays at or above a limit through the second half of a run.

    The first half is left to the run to settle.

    Attributes:
        tensor: whose statistic it is.
        name: of the statistic.
        limit: at or above which it counts.
    """

    tensor: TensorSeries
    name: str
    limit: float

    @property
    def values(self) -> FloatArray:
        """The statistic (n,) at the tensor's steps, NaN where it is undefined."""
        return self.tensor[self.name]

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
    tensors: Iterable[TensorSeries], name: str, limit: float, share: float, least: int
) -> Iterator[Lasting]:
    """Yield the tensors whose statistic stays at or above a limit.

    Args:
        tensors: to be judged.
        name: of the statistic.
        limit: at or above which it counts.
        share: of the steps of the second half at which it must count, 0..1.
        least: steps that the second half must have.
    """
    for tensor in tensors:
        values = tensor[name]
        # A quick look: most tensors are never near the limit.
        if not (values >= limit).any():
            continue
        judged = second_half(values)
        if judged.size >= least and (judged >= limit).mean() >= share:
            yield Lasting(tensor, name, limit)


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
