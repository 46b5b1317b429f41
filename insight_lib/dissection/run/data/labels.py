"""The labels of a run as its tracer saw them, batch by batch: series ``label/...``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.dissection.run.data.label_shares import batch_shares, finite_labels
from insight_lib.dissection.run.recorded import recorded_layers, recorded_training
from insight_lib.dissection.run.view import RunView
from insight_lib.series.series import Series

# Of each class, on average: the shares of fewer say little of those of the data.
_FEWEST_OF_A_CLASS = 5
# Shares of batches that differ by so many times what chance makes are those of sorted data, of
# which the traced steps need not show all classes alike.
_SORTED = 4.0
_ROUNDING = 1e-6
MOST_CLASSES = 20
"""Whole numbers further apart are a count, an age or a price rather than classes."""
SMALL_BATCH = 8
"""Fewer examples: of eight, half of which a unit is 0 for, it is 0 for all once in 256 times."""
_FEWEST_ROWS = 2
_FEWEST_CLASSES = 2


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


def class_shares(view: RunView) -> tuple[float, ...]:
    """Return the share of each class, recorded or seen; empty where it is not known.

    Seen are the shares of two classes 0 and 1 before one unit, from the labels' mean, those of the
    classes before as many units, and else those of classes that chance alone could make as unequal
    as they are in a batch. Labels that several units share, and those of sorted data, tell none.
    """
    recorded = recorded_training.class_shares(view)
    seen, output = labels(view), recorded_layers.output_layer(view)
    if recorded or seen is None or seen.classes is None or output is None:
        return recorded
    if not seen.are_mixed or seen.is_multi_hot:
        return ()
    if output.units == 1 and seen.classes == 2 and (seen.low, seen.high) == (0, 1):
        return (1 - seen.mean, seen.mean)
    if _tell_of_all(seen, output.units):
        return tuple(share for share in seen.shares.values() if share > 0)
    if output.units == seen.classes > 1 and _may_be_balanced(seen, output.units):
        return (1 / output.units,) * output.units
    return ()


def are_quantities(view: RunView) -> bool:
    """Return whether the labels are numbers to come near to, and no classes to hit.

    They are where the recorded loss is a distance and the labels, as far as they were traced, are
    not whole numbers, spread over more than twenty, or are neither numbered from 0 or 1 nor about
    as frequent as each other, as ratings and counts are.
    """
    loss, seen = recorded_training.loss(view), labels(view)
    if loss is None or loss.name not in recorded_training.DISTANCES:
        return False
    if seen is None or seen.classes is None or seen.high - seen.low >= MOST_CLASSES:
        return True
    return not _may_be_classes(seen)


def _may_be_classes(seen: Labels) -> bool:
    if seen.classes == _FEWEST_CLASSES or seen.high <= 1:
        return True
    is_even = max(seen.shares.values(), default=0.0) <= _UNEVEN / max(len(seen.shares), 1)
    return seen.low in (0, 1) and is_even


# Of the mean share: of counts and of ratings the most frequent ones are above it.
_UNEVEN = 2.0


def holds_classes(view: RunView) -> bool:
    """Return whether the labels are classes, as far as loss, output and labels tell."""
    loss, seen = recorded_training.loss(view), labels(view)
    if seen is None or seen.classes is None:
        return False
    if loss is not None and loss.name not in recorded_training.DISTANCES:
        return True
    output = recorded_layers.output_layer(view)
    if output is not None and output.units is not None and output.units > 1:
        return not are_quantities(view)
    return (seen.low, seen.high) == (0, 1)


def label_rates(view: RunView) -> tuple[float, ...]:
    """Return how often each of the output's units should be 1; empty where it is not known."""
    seen, output = labels(view), recorded_layers.output_layer(view)
    if seen is None or output is None or not seen.are_mixed:
        return ()
    if not _tell_of_all(seen, output.units):
        return ()
    return tuple(seen.shares.get(unit, 0.0) for unit in range(output.units or 0))


def is_multi_hot(view: RunView) -> bool:
    """Return whether an example may have several labels, each of a unit of the output."""
    loss, seen = recorded_training.loss(view), labels(view)
    if seen is None or not seen.is_multi_hot:
        return False
    output = recorded_layers.output_layer(view)
    if loss is None or output is None or loss.name in recorded_training.SPARSE_LOSSES:
        return False
    return output.units is not None and max(seen.shares) < output.units > 1


def are_one_hot(view: RunView) -> bool:
    """Return whether each example has exactly one label, of the output's units.

    The mean of such labels is 1 / units in every batch, which of other zeros and ones none is but
    by chance.
    """
    seen, output = labels(view), recorded_layers.output_layer(view)
    if seen is None or output is None or seen.classes is None or seen.is_multi_hot:
        return False
    units = output.units or 0
    if units < _FEWEST_CLASSES or (seen.low, seen.high) != (0, 1):
        return False
    return bool((np.abs(seen.means * units - 1) <= _ROUNDING).all())


def are_zero_and_one(view: RunView) -> bool:
    """Return whether every label is 0 or 1, and both are seen."""
    seen = labels(view)
    return seen is not None and seen.classes is not None and (seen.low, seen.high) == (0, 1)


def has_small_batches(view: RunView) -> bool:
    """Return whether a batch is too small to tell of all examples, as far as that is known."""
    seen = labels(view)
    return seen is not None and seen.rows is not None and seen.rows < SMALL_BATCH


def _tell_of_all(seen: Labels, units: int | None) -> bool:
    """Return whether the traced shares are those of the output's units, of examples enough."""
    if units is None or units < _FEWEST_CLASSES or not seen.shares:
        return False
    is_of_units = min(seen.shares) >= 0 and max(seen.shares) < units
    return is_of_units and seen.examples >= _FEWEST_OF_A_CLASS * units


def _may_be_balanced(seen: Labels, classes: int) -> bool:
    """Return whether the largest share is not above its expectation from equally frequent classes.

    The largest of K normal numbers of spread s lies below s sqrt(2 ln K) on average.
    """
    if seen.rows is None or seen.largest_share is None or seen.rows < classes:
        return False
    spread = np.sqrt(1 / classes * (1 - 1 / classes) / seen.rows)
    return bool(seen.largest_share <= 1 / classes + spread * np.sqrt(2 * np.log(classes)))
