"""Whether the traced batches hold labels in order, against what independent draws would give.

The means of batches of n independent draws vary by 1 / n of the labels' variance. Of sorted labels
nearly all variance lies between batches and next to none within, and what follows a batch is like
it. Means vary by 1 + (n - 1) r times what independent draws give, where r is the correlation of
labels of one batch (the intraclass correlation, 1 of batches of one class, 0 of mixed ones).
"""

from dataclasses import dataclass
from math import exp, lgamma

import numpy as np

from insight_lib.columnar.arrays import Booleans, Floats, Integers
from insight_lib.dissection.run.curves.losses import is_per_epoch, training_losses
from insight_lib.dissection.run.data.label_shares import BatchShares, batch_shares, finite_labels
from insight_lib.dissection.run.view import RunView

# Fewer batches in turn tell nothing of an order.
_FEWEST_PAIRS = 5
_FEWEST_ROWS = 2
# Of pairs of batches that follow each other: the end of an epoch turns back.
_ONE_WAY = 0.8
# Of the place in the epoch and the labels' mean, by rank: sorted labels reach 1.
_MONOTONE = 0.95
_ALIKE = 0.25


@dataclass(frozen=True)
class BatchOrder:
    """How the labels of batches differ.

    Attributes:
        correlation: of the labels of one batch, r above.
        excess: by how many standard deviations batches differ more than independent draws.
        batches: how many were compared.
        rows: mean number of examples in each.
        steps: (s,) of these batches.
        means: (s,) the share of the most frequent class, or the mean label, of each.
        is_of_classes: whether labels are classes rather than quantities.
    """

    correlation: float
    excess: float
    batches: int
    rows: float
    steps: Integers
    means: Floats
    is_of_classes: bool


def order_of_classes(view: RunView) -> BatchOrder | None:
    """Return how batches of classes differ; None where one that follows another is not like it.

    Batches of a few examples may be of one class by chance, which the excess allows for.
    """
    seen = batch_shares(view)
    if seen is None or seen.steps.size < _FEWEST_PAIRS:
        return None
    rows = float(seen.rows.mean())
    pooled = seen.shares @ seen.rows / seen.rows.sum()
    varied = (pooled > 0) & (pooled < 1)
    if rows < _FEWEST_ROWS or not varied.any() or not _follow_alike(seen, pooled):
        return None
    squares = (seen.rows * (seen.shares[varied] - pooled[varied, None]) ** 2).sum(axis=1)
    each = squares / (seen.steps.size - 1) / (pooled * (1 - pooled))[varied]
    ratio = float(np.average(each, weights=pooled[varied]))
    return _order(ratio, rows, seen.steps, seen.shares[int(pooled.argmax())], is_of_classes=True)


@dataclass(frozen=True)
class SameInTurn:
    """Examples of batches in turn that are all of one class.

    Attributes:
        label: the class.
        examples: how many in a row.
        share: of the class among all traced examples.
        chance: how likely the same examples in a random order are to give as many, at most.
        steps: (s,) of these batches.
    """

    label: int
    examples: int
    share: float
    chance: float
    steps: Integers


def same_in_turn(view: RunView) -> SameInTurn | None:
    """Return the longest row of examples of one class in batches in turn; None of no two."""
    seen = batch_shares(view)
    if seen is None or seen.steps.size < _FEWEST_PAIRS:
        return None
    pure = seen.shares.max(axis=0) == 1
    largest = seen.shares.argmax(axis=0)
    goes_on = (np.diff(seen.steps) == 1) & pure[1:] & pure[:-1] & (np.diff(largest) == 0)
    start, count = _longest(goes_on)
    if not count:
        return None
    within = slice(start, start + count + 1)
    place = int(largest[start])
    examples = float(seen.rows[within].sum())
    rows, hits = float(seen.rows.sum()), float(seen.shares[place] @ seen.rows)
    # It could have begun with each batch that another follows.
    places = max(1, int((np.diff(seen.steps) == 1).sum()) - count + 1)
    chance = min(1.0, places * _chance_of_all(examples, hits, rows))
    return SameInTurn(seen.classes[place], round(examples), hits / rows, chance, seen.steps[within])


def _chance_of_all(drawn: float, hits: float, rows: float) -> float:
    """Return the chance that all of some rows, drawn without return, are hits (hypergeometric)."""
    ways = (
        lgamma(hits + 1) - lgamma(hits - drawn + 1),
        lgamma(rows + 1) - lgamma(rows - drawn + 1),
    )
    return exp(min(ways[0] - ways[1], 0.0))


def _longest(flags: Booleans) -> tuple[int, int]:
    """Return where the longest stretch of true values begins, and its length."""
    best, start = (0, 0), 0
    for place, flag in enumerate([*flags.tolist(), False]):
        if not flag:
            best = max(best, (start, place - start), key=lambda one: one[1])
            start = place + 1
    return best


def order_of_quantities(view: RunView) -> BatchOrder | None:
    """Return how batches of quantities differ; None where these do not rise or fall all the way."""
    names = ("mean", "std", "min", "max", "rows")
    seen = [finite_labels(view, name) for name in names]
    known = [one for one in seen if one is not None]
    if len(known) < len(names):
        return None
    steps = known[0].steps
    for one in known[1:]:
        steps = np.intersect1d(steps, one.steps)
    if steps.size < _FEWEST_PAIRS:
        return None
    means, stds, lows, highs, rows = (one.values[np.isin(one.steps, steps)] for one in known)
    within = float((stds**2).mean())
    count = float(rows.mean())
    if count < _FEWEST_ROWS or not _goes_one_way(view, steps, means, lows, highs):
        return None
    drawn = within / (count - 1)
    ratio = float(means.var(ddof=1)) / drawn if drawn > 0 else np.inf
    return _order(ratio, count, steps, means, is_of_classes=False)


def _order(
    ratio: float, rows: float, steps: Integers, means: Floats, *, is_of_classes: bool
) -> BatchOrder:
    """Return the order from how many times the means vary more than those of independent draws."""
    within = 1.0 if np.isinf(ratio) else (ratio - 1) / (ratio - 1 + rows)
    correlation = (ratio - 1) / (rows - 1) if is_of_classes else within
    freedom = steps.size - 1
    # The cube root of a chi-squared number is nearly normal (Wilson and Hilferty 1931).
    spread = np.sqrt(2 / (9 * freedom))
    excess = (np.cbrt(ratio) - (1 - spread**2)) / spread
    return BatchOrder(
        float(min(correlation, 1)), float(excess), steps.size, rows, steps, means, is_of_classes
    )


def _follow_alike(seen: BatchShares, pooled: Floats) -> bool:
    """Return whether examples of two batches in turn share a class more often than any two.

    A quarter of the way to always at least, so that batches of one class each that take turns (real
    and generated ones) are no order.
    """
    follow = np.flatnonzero(np.diff(seen.steps) == 1)
    if follow.size < _FEWEST_PAIRS:
        return False
    alike = float((seen.shares[:, follow] * seen.shares[:, follow + 1]).sum(axis=0).mean())
    by_chance = float((pooled**2).sum())
    return alike >= by_chance + _ALIKE * (1 - by_chance)


def _goes_one_way(
    view: RunView, steps: Integers, means: Floats, lows: Floats, highs: Floats
) -> bool:
    """Return whether nearly every batch begins where the one before it ended."""
    follow = np.flatnonzero(np.diff(steps) == 1)
    if follow.size < _FEWEST_PAIRS:
        return False
    rises = (lows[follow + 1] >= highs[follow]) & (means[follow + 1] > means[follow])
    falls = (highs[follow + 1] <= lows[follow]) & (means[follow + 1] < means[follow])
    if max(float(rises.mean()), float(falls.mean())) < _ONE_WAY:
        return False
    length = _steps_of_epoch(view)
    if length is None:
        return True
    place = steps % length
    return abs(_rank_correlation(place, means)) >= _MONOTONE


def _steps_of_epoch(view: RunView) -> int | None:
    """Return how many steps an epoch has; None where that is not known."""
    loss = next((one for one in training_losses(view) if is_per_epoch(one)), None)
    if loss is None or not loss.series.steps.size:
        return None
    steps = np.diff(loss.series.steps, prepend=0)
    return int(steps[0]) if steps[0] > 0 and (steps == steps[0]).all() else None


def _rank_correlation(first: Integers, second: Floats) -> float:
    ranks = [np.argsort(np.argsort(one, kind="stable"), kind="stable") for one in (first, second)]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])
