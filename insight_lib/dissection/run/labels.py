"""The labels of a run as its tracer saw them, batch by batch: series ``label/...``."""

from dataclasses import dataclass
from functools import reduce

import numpy as np

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.dissection.run import recorded_layers, recorded_training
from insight_lib.dissection.run.view import RunView
from insight_lib.series.series import Series

_PREFIX = "label/"
# Whole numbers further apart are a count, an age or a price rather than classes.
_MOST_CLASSES = 20


@dataclass(frozen=True)
class Labels:
    """What the traced batches hold.

    Attributes:
        steps: (n,) traced steps whose labels are finite, n from 1.
        lows, highs, means: (n,) of the labels of each of these batches.
        low, high, mean: of all of them.
        classes: most distinct whole numbers in a batch, or the width of one-hot labels; None where
            labels are not whole numbers.
        largest_share: mean share of a batch's most frequent class, in 0..1; None likewise.
        rows: mean number of examples in a batch; None where not known.
        variance: of the labels of all traced batches, over the examples and, where an example has
            several labels, their mean; None where not known.
    """

    steps: Integers
    lows: Floats
    highs: Floats
    means: Floats
    classes: int | None
    largest_share: float | None
    rows: float | None
    variance: float | None = None

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
    lows, highs, means = (_finite(view, name) for name in ("min", "max", "mean"))
    if lows is None or highs is None or means is None:
        return None
    steps = reduce(np.intersect1d, (lows.steps, highs.steps, means.steps))
    if not steps.size:
        return None
    lowest, highest, mean = (one.values[np.isin(one.steps, steps)] for one in (lows, highs, means))
    classes, share, rows = (_finite(view, name) for name in ("classes", "largest_share", "rows"))
    spreads = _finite(view, "std")
    return Labels(
        steps,
        lowest,
        highest,
        mean,
        None if classes is None else int(classes.values.max()),
        None if share is None else float(share.values.mean()),
        None if rows is None else float(rows.values.mean()),
        None if spreads is None else _pooled(spreads.values, means.values),
    )


def _pooled(spreads: Floats, means: Floats) -> float | None:
    """Return the variance over batches, from that within each and that of their means."""
    with np.errstate(over="ignore", invalid="ignore"):
        variance = float((spreads**2).mean() + means.var())
    return variance if np.isfinite(variance) else None


def class_shares(view: RunView) -> tuple[float, ...]:
    """Return the share of each class, recorded or seen; empty where it is not known.

    Seen are the shares of two classes 0 and 1 before one unit, from the labels' mean, and those of
    classes that chance alone could make as unequal as they are in a batch.
    """
    recorded = recorded_training.class_shares(view)
    seen, output = labels(view), recorded_layers.output_layer(view)
    if recorded or seen is None or seen.classes is None or output is None:
        return recorded
    if output.units == 1 and seen.classes == 2 and (seen.low, seen.high) == (0, 1):
        return (1 - seen.mean, seen.mean)
    if output.units == seen.classes > 1 and _may_be_balanced(seen, output.units):
        return (1 / output.units,) * output.units
    return ()


def are_quantities(view: RunView) -> bool:
    """Return whether the labels are numbers to come near to, and no classes to hit.

    They are where the recorded loss is a distance and the labels, as far as they were traced, are
    not whole numbers, or spread over more than twenty.
    """
    loss, seen = recorded_training.loss(view), labels(view)
    if loss is None or loss.name not in recorded_training.DISTANCES:
        return False
    return seen is None or seen.classes is None or seen.high - seen.low >= _MOST_CLASSES


def _may_be_balanced(seen: Labels, classes: int) -> bool:
    """Return whether the largest share is not above its expectation from equally frequent classes.

    The largest of K normal numbers of spread s lies below s sqrt(2 ln K) on average.
    """
    if seen.rows is None or seen.largest_share is None or seen.rows < classes:
        return False
    spread = np.sqrt(1 / classes * (1 - 1 / classes) / seen.rows)
    return bool(seen.largest_share <= 1 / classes + spread * np.sqrt(2 * np.log(classes)))


def _finite(view: RunView, name: str) -> Series | None:
    """Return what is finite of a series; None where nothing is, or it was not traced."""
    series = next((s for (_, tag), s in view.scalars.items() if tag == _PREFIX + name), None)
    if series is None or not np.isfinite(series.values).any():
        return None
    known = np.isfinite(series.values)
    return Series(series.steps[known], series.values[known])
