"""Which loss the others add up to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.series.series import Key, Series

_MOST_LOSSES = 12
_MOST_POINTS = 64
# A sum of 32-bit values, each a mean over some steps, is exact to a few units of their last place.
_ROUNDING = 1e-5
_UNEXPLAINED = 1e-3
_LEAST_SHARE = 1e-3


@dataclass(frozen=True)
class Sum:
    """A loss, the losses that it is the weighted sum of, and their weights."""

    whole: Key
    parts: tuple[Key, ...]
    weights: tuple[float, ...]


def find_sum(
    scalars: Mapping[Key, Series], losses: Sequence[Key], may_be_whole: Sequence[Key]
) -> Sum | None:
    """Return the loss that is a sum of others, with positive weights; None where none is.

    Args:
        scalars: the run's series.
        losses: the losses of one phase.
        may_be_whole: those of them that may be the sum, the likeliest first.
    """
    for together in _of_same_steps(scalars, losses):
        table = _finite_points(scalars, together)
        for whole in may_be_whole:
            if whole in together:
                found = _as_sum(table, together, whole)
                if found is not None:
                    return found
    return None


def _of_same_steps(scalars: Mapping[Key, Series], losses: Sequence[Key]) -> Iterator[list[Key]]:
    """Yield the groups of three or more series that were written at the same steps."""
    left = list(losses)
    while left:
        steps = scalars[left[0]].steps
        same = [key for key in left if np.array_equal(scalars[key].steps, steps)]
        left = [key for key in left if key not in same]
        if 3 <= len(same) <= _MOST_LOSSES:
            yield same


def _finite_points(scalars: Mapping[Key, Series], keys: Sequence[Key]) -> Floats:
    size = scalars[keys[0]].steps.size
    places = np.unique(np.linspace(0, size - 1, min(size, _MOST_POINTS)).astype(np.int64))
    table = np.stack([scalars[key].values[places] for key in keys], axis=1)
    return np.asarray(table[np.isfinite(table).all(axis=1)], dtype=np.float64)


def _as_sum(table: Floats, keys: Sequence[Key], whole: Key) -> Sum | None:
    place = keys.index(whole)
    names = [key for key in keys if key != whole]
    if len(table) < 2 * len(names) + 3:
        return None
    # Squares of a loss that diverged are too large for a float: each series is fitted in its size.
    highest = np.abs(table).max(axis=0)
    sizes = np.where(highest > 0, highest, 1)
    scaled = table / sizes
    target, others = scaled[:, place], np.delete(scaled, place, axis=1)
    weights = _fit(target, others)
    if weights is None:
        return None
    with np.errstate(over="ignore"):
        weights = weights * sizes[place] / np.delete(sizes, place)
    parts = tuple(name for name, weight in zip(names, weights, strict=True) if weight)
    told = tuple(float(weight) for weight in weights if weight)
    is_sum = len(parts) >= 2 and all(weight > 0 for weight in told)
    return Sum(whole, parts, told) if is_sum else None


def _fit(target: Floats, others: Floats) -> Floats | None:
    """Return the weights of the others in a sum, 0 of what counts for nothing; None of no sum."""
    spread = others.std(axis=0)
    varying = spread > 0
    columns = np.c_[others[:, varying], np.ones(target.size)]
    if target.std() == 0:
        return None
    found, _, rank, _ = np.linalg.lstsq(columns, target, rcond=None)
    error = np.abs(target - columns @ found).max()
    if rank < found.size or error > _UNEXPLAINED * target.std() + _ROUNDING:
        return None
    weights = np.zeros(spread.size)
    weights[varying] = found[:-1]
    return np.where(np.abs(weights) * spread > _LEAST_SHARE * target.std(), weights, 0.0)
