"""The labels of a run as its tracer saw them, batch by batch: series ``label/...``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.dissection.run.data.label_shares import batch_shares, finite_labels
from insight_lib.dissection.run.once import once_a_view
from insight_lib.dissection.run.view import RunView
from insight_lib.series.series import Series

# Shares of batches that differ by so many times what chance makes are those of sorted data, of
# which the traced steps need not show all classes alike.
_SORTED = 4.0
_ROUNDING = 1e-6
_FEWEST_ROWS = 2


@dataclass(frozen=True)
class Labels:
    """What the traced batches hold.

    Attributes:
        steps: (n,) traced steps whose labels are finite, n from 1.
        lows, highs, means: (n,) of the labels of each of these batches.
        low, high, mean: of all of them.
        classes: most distinct whole numbers in a batch or, where the share of each was traced, in
            all of them; None where labels are not whole numbers.
        largest_share: mean share of a batch's most frequent class, in 0..1; None likewise.
        rows: mean number of examples in a batch; None where not known.
        variance: of the labels of all traced batches, over the examples and, where an example has
            several labels, their mean; None where not known.
        shares: the share of each whole number or, of columns of 0 and 1, the rate of each column,
            in 0..1, of all traced examples; empty where not known.
        examples: how many examples these are of; 0 where not known.
        is_multi_hot: whether these are rates of columns that do not add up to 1.
        are_mixed: whether the shares differ from batch to batch no more than chance makes them.
        absolute_deviation, relative_deviation, log_variance: what the best constant costs under an
            absolute error, one relative to the label (1 is 100 %), and a squared one of logarithms;
            None where not known.
    """

    steps: Integers
    lows: Floats
    highs: Floats
    means: Floats
    classes: int | None
    largest_share: float | None
    rows: float | None
    variance: float | None = None
    shares: Mapping[int, float] = field(default_factory=dict)
    examples: int = 0
    is_multi_hot: bool = False
    are_mixed: bool = True
    absolute_deviation: float | None = None
    relative_deviation: float | None = None
    log_variance: float | None = None

    @property
    def low(self) -> float:
        """The least label."""
        return float(self.lows.min())

    @property
    def high(self) -> float:
        """The greatest label."""
        return float(self.highs.max())

    @property
    def mean(self) -> float:
        """The mean label."""
        return float(self.means.mean())


@once_a_view
def labels(view: RunView) -> Labels | None:
    """Return the labels; None where none were traced or those of no batch are finite."""
    lows, highs, means = (finite_labels(view, name) for name in ("min", "max", "mean"))
    if lows is None or highs is None or means is None:
        return None
    steps = reduce(np.intersect1d, (lows.steps, highs.steps, means.steps))
    if not steps.size:
        return None
    lowest, highest, mean = (one.values[np.isin(one.steps, steps)] for one in (lows, highs, means))
    classes, rows = finite_labels(view, "classes"), finite_labels(view, "rows")
    largest = finite_labels(view, "largest_share")
    spreads, shares = finite_labels(view, "std"), _shares(view)
    return Labels(
        steps,
        lowest,
        highest,
        mean,
        None if classes is None else max(int(classes.values.max()), _classes_of(shares)),
        None if largest is None else float(largest.values.mean()),
        None if rows is None else float(rows.values.mean()),
        None if spreads is None else _pooled(spreads.values, means.values, rows),
        **shares,
        absolute_deviation=_deviation(view, "absolute_deviation", rows),
        relative_deviation=_deviation(view, "relative_deviation", rows),
        log_variance=_log_variance(view, rows),
    )


def _shares(view: RunView) -> dict[str, Any]:
    """Return the attributes of ``Labels`` that are about shares; none where they were not traced.

    A share that a traced step does not tell is 0 there.
    """
    found = batch_shares(view)
    if found is None:
        return {}
    told, of = found.shares, found.rows
    pooled = told @ of / of.sum()
    return {
        "shares": dict(sorted(zip(found.classes, pooled.tolist(), strict=True))),
        "examples": int(of.sum()),
        "is_multi_hot": bool((np.abs(told.sum(axis=0) - 1) > _ROUNDING).any()),
        "are_mixed": _are_mixed(told, pooled, of),
    }


def _classes_of(shares: Mapping[str, Any]) -> int:
    """Return how many classes have a share; 0 where none is known, or examples have several."""
    return 0 if shares.get("is_multi_hot") else len(shares.get("shares", ()))


def _are_mixed(told: Floats, pooled: Floats, of: Floats) -> bool:
    """Return whether the shares (k, s) of batches vary as those of random draws of ``of`` rows."""
    varied = (pooled > 0) & (pooled < 1)
    if told.shape[1] < 2 or not varied.any():
        return True
    squares = of * (told[varied] - pooled[varied, None]) ** 2
    spread = squares.sum(axis=1) / (told.shape[1] - 1) / (pooled * (1 - pooled))[varied]
    return bool(np.average(spread, weights=pooled[varied]) <= _SORTED)


def _deviation(view: RunView, name: str, rows: Series | None) -> float | None:
    """Return the mean of a deviation over the batches, larger by what a batch's own median hides.

    Half of the distance of two normal numbers is sqrt(2) times less than their absolute deviation;
    of larger batches sqrt(n / (n - 1)) is near to the ratio, too.
    """
    found, count = finite_labels(view, name), 0.0 if rows is None else float(rows.values.mean())
    if found is None or count < _FEWEST_ROWS:
        return None
    return float(found.values.mean() * np.sqrt(count / (count - 1)))


def _log_variance(view: RunView, rows: Series | None) -> float | None:
    found = finite_labels(view, "log_std")
    count = 0.0 if rows is None else float(rows.values.mean())
    if found is None or count < _FEWEST_ROWS:
        return None
    return float((found.values**2).mean() * count / (count - 1))


def _pooled(spreads: Floats, means: Floats, rows: Series | None) -> float | None:
    """Return the variance over batches, from that within each and that of their means.

    The mean of several columns hides how each of them differs from batch to batch, which makes
    1 / n of the variance of n mixed rows.
    """
    count = 1.0 if rows is None else float(rows.values.mean())
    with np.errstate(over="ignore", invalid="ignore"):
        within = float((spreads**2).mean())
        variance = within + float(means.var())
        if count >= _FEWEST_ROWS:
            variance = max(variance, within * count / (count - 1))
    return variance if np.isfinite(variance) else None
