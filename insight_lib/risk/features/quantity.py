"""One quantity of a run's layers over the steps seen, and the numbers that sum it up.

A layer counts by the median over its last points, so that no odd batch decides, and is compared
with the median over its first. Layers are a set: nothing depends on their names or their order, and
``slope_over_depth`` alone on their depth.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.dissection.run.network import main_tensors, stack
from insight_lib.dissection.run.once import once_a_view
from insight_lib.dissection.run.tensor_series import TensorSeries
from insight_lib.dissection.run.view import RunView
from insight_lib.risk.features.feature import Seen
from insight_lib.risk.features.measures import DECADES, finite, greatest

# Of the points seen: what is recent, and what is the start.
_END_SHARE = 0.25
_FEWEST_MOVES = 3  # of fewer the median is as good as any one of them
_NORMAL_MAD = 1.4826  # standard deviations of a normal distribution in a median deviation


@dataclass(frozen=True, eq=False)
class Quantity:
    """One quantity of some layers.

    Attributes:
        steps: (s,) traced steps, rising.
        values: (l, s); NaN or infinite where not known.
        depths: (l,) place along the forward pass; NaN where not known.
        layers: (l,) their names; empty where the rows are no layers.
    """

    steps: Integers
    values: Floats
    depths: Floats
    layers: tuple[str, ...] = ()

    @cached_property
    def start(self) -> Floats:
        """The median of each layer's first points, (l,); NaN where none is known."""
        return _medians_of_first(self.values)

    @cached_property
    def recent(self) -> Floats:
        """The median of each layer's last points, (l,); NaN where none is known."""
        return _medians_of_first(self.values[:, ::-1])

    @cached_property
    def latest(self) -> Floats:
        """The last known value of each layer, (l,), of what is no noise; NaN where none is."""
        known, columns = np.isfinite(self.values), np.arange(self.values.shape[1])
        place = np.where(known, columns, -1).max(axis=1, initial=-1)
        padded = np.column_stack([self.values, np.full(self.values.shape[0], np.nan)])
        return np.asarray(padded[np.arange(place.size), place])

    @cached_property
    def drift(self) -> Floats:
        """How much more it is recently than at the start, (l,); NaN under two points."""
        several = np.isfinite(self.values).sum(axis=1) >= 2
        return np.where(several, self.recent - self.start, np.nan)

    @cached_property
    def peak(self) -> Floats:
        """How far the highest value lies above the layer's median, (l,)."""
        known = np.where(np.isfinite(self.values), self.values, -np.inf)
        highest = known.max(axis=1, initial=-np.inf)
        return np.where(np.isfinite(highest), highest, np.nan) - row_medians(self.values)

    @cached_property
    def noise(self) -> Floats:
        """The standard deviation of a point about its level, from the median move, (l,)."""
        moves = np.abs(np.diff(self.values, axis=1))
        enough = np.isfinite(moves).sum(axis=1) >= _FEWEST_MOVES
        return np.where(enough, row_medians(moves) * _NORMAL_MAD / np.sqrt(2), np.nan)


def quantity(tensors: Sequence[TensorSeries], values: Sequence[Floats]) -> Quantity:
    """Return a quantity of tensors, given for each at its own steps."""
    aligned = stack(tensors, values)
    depths = [np.nan if one.depth is None else float(one.depth) for one in tensors]
    layers = tuple(one.layer for one in tensors)
    return Quantity(aligned.steps, aligned.values, np.array(depths, dtype=np.float64), layers)


def statistic(tensors: Sequence[TensorSeries], name: str) -> Quantity:
    """Return one of the statistics of tensors."""
    return quantity(tensors, [one[name] for one in tensors])


@once_a_view
def main_of(run: RunView, kind: str) -> tuple[TensorSeries, ...]:
    """Return ``network.main_tensors``: the largest tensor of each layer."""
    return tuple(main_tensors(run, kind))


def nonfinite_share(run: RunView, kind: str) -> float:
    """Return the share of the tensors seen of a kind, at any step, that hold NaN or infinity."""
    tensors = run.of_kind(kind)
    if not tensors:
        return np.nan
    shares = [one[name] for name in ("nan_fraction", "inf_fraction") for one in tensors]
    nans, infinities = np.concatenate(shares).reshape(2, -1)
    return float(np.mean((nans > 0) | (infinities > 0)))


def log10s(values: Floats) -> Floats:
    """Return log10 of each value; NaN of 0, of what is negative and of what is not finite."""
    known = np.isfinite(values) & (values > 0)
    return np.where(known, np.log10(np.where(known, values, 1.0)), np.nan)


def row_medians(values: Floats) -> Floats:
    """Return the median of the finite values of each row, (l,) of (l, s); NaN where none is."""
    if not values.shape[1]:
        return np.full(values.shape[0], np.nan)
    ranked = np.sort(np.where(np.isfinite(values), values, np.nan), axis=1)  # NaN comes last
    counts, rows = np.isfinite(ranked).sum(axis=1), np.arange(values.shape[0])
    low, high = ranked[rows, np.maximum(counts - 1, 0) // 2], ranked[rows, counts // 2]
    return np.asarray((low + high) / 2)


def _medians_of_first(values: Floats) -> Floats:
    """Return the median of each row's first quarter of finite values, at least one."""
    known = np.isfinite(values)
    if not values.shape[1] or known.all():
        return row_medians(values[:, : max(1, round(_END_SHARE * values.shape[1]))])
    place = np.cumsum(known, axis=1)
    kept = np.maximum(1, np.rint(_END_SHARE * place[:, -1:]))
    return row_medians(np.where(known & (place <= kept), values, np.nan))


Column = Callable[[Quantity], Floats]
"""What is asked of each layer: (l,) of a quantity."""


def start(one: Quantity) -> Floats:
    """Return ``Quantity.start``."""
    return one.start


def recent(one: Quantity) -> Floats:
    """Return ``Quantity.recent``."""
    return one.recent


def latest(one: Quantity) -> Floats:
    """Return ``Quantity.latest``."""
    return one.latest


def drift(one: Quantity) -> Floats:
    """Return ``Quantity.drift``."""
    return one.drift


def peak(one: Quantity) -> Floats:
    """Return ``Quantity.peak``."""
    return one.peak


def noise(one: Quantity) -> Floats:
    """Return ``Quantity.noise``."""
    return one.noise


def least(values: Floats) -> float:
    """Return the least of the finite values; NaN where there is none."""
    known = finite(values)
    return float(known.min()) if known.size else np.nan


def middle(values: Floats) -> float:
    """Return the median of the finite values; NaN where there is none."""
    known = np.sort(finite(values))
    return (
        float(known[(known.size - 1) // 2] + known[known.size // 2]) / 2 if known.size else np.nan
    )


def least_to_middle(values: Floats) -> float:
    """Return by how much the least of the finite values lies below their median; else NaN."""
    return least(values) - middle(values)


def cut(value: float) -> float:
    """Return a number cut to [-DECADES, DECADES]; NaN stays."""
    return value if np.isnan(value) else min(max(value, -DECADES), DECADES)


def spread(values: Floats) -> float:
    """Return the standard deviation of the finite values; NaN under two."""
    known = finite(values)
    return float(known.std()) if known.size >= 2 else np.nan


@dataclass(frozen=True)
class OverLayers:
    """The computation of a feature: a number of all layers, cut to [-DECADES, DECADES].

    Attributes:
        of_run: the quantity of a run.
        column: what is asked of each layer.
        over: from the layers' values (l,) to one number; NaN where none is known.
    """

    of_run: Callable[[RunView], Quantity]
    column: Column
    over: Callable[[Floats], float]

    def __call__(self, seen: Seen) -> float:
        """Return the number."""
        return cut(self.over(self.column(self.of_run(seen.run))))

    def layer(self, seen: Seen) -> str | None:
        """Return which layer the number is of: of an extreme the first that has it.

        None of what sums up all layers, and where they are all the same, so that none stands out.
        """
        place_of = _PLACE_OF.get(self.over)
        if place_of is None:
            return None
        one = self.of_run(seen.run)
        values = self.column(one)
        places = np.flatnonzero(np.isfinite(values))
        known = values[places]
        if not (one.layers and known.size) or (known.size > 1 and known.min() == known.max()):
            return None
        return one.layers[int(places[place_of(known)])]


_PLACE_OF: Mapping[Callable[[Floats], float], Callable[[Floats], np.intp]] = {
    least: np.argmin,
    least_to_middle: np.argmin,
    greatest: np.argmax,
}
"""Which of some finite values an extreme is."""


def over_layers(
    of_run: Callable[[RunView], Quantity], column: Column, over: Callable[[Floats], float]
) -> OverLayers:
    """Return `OverLayers` of a quantity."""
    return OverLayers(of_run, column, over)


def over_depth(of_run: Callable[[RunView], Quantity], column: Column) -> Callable[[Seen], float]:
    """Return the computation of ``slope_over_depth`` of a quantity."""

    def compute(seen: Seen) -> float:
        one = of_run(seen.run)
        return slope_over_depth(one.depths, column(one))

    return compute


def slope_over_depth(depths: Floats, values: Floats) -> float:
    """Return by how much a quantity rises from the lowest to the highest layer, by least squares.

    Args:
        depths: (l,) NaN where not known; such layers are left out.
        values: (l,) likewise.

    Returns:
        The rise of the fitted line, cut to [-DECADES, DECADES]; NaN under two depths.
    """
    known = np.isfinite(depths) & np.isfinite(values)
    at, values = depths[known], values[known]
    if at.size < 2 or at.max() == at.min():
        return np.nan
    centred = at - at.mean()
    slope = np.dot(centred, values) / np.dot(centred, centred) * (at.max() - at.min())
    return cut(float(slope))
