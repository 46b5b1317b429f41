"""What the traced labels of a run are: classes, one-hot or several of them, or quantities."""

import numpy as np

from insight_lib.dissection.run.data.labels import Labels, labels
from insight_lib.dissection.run.once import once_a_view
from insight_lib.dissection.run.recorded import recorded_layers, recorded_training
from insight_lib.dissection.run.view import RunView

# Of each class, on average: the shares of fewer say little of those of the data.
_FEWEST_OF_A_CLASS = 5
_ROUNDING = 1e-6
MOST_CLASSES = 20
"""Whole numbers further apart are a count, an age or a price rather than classes."""
SMALL_BATCH = 8
"""Fewer examples: of eight, half of which a unit is 0 for, it is 0 for all once in 256 times."""
_FEWEST_CLASSES = 2


@once_a_view
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


@once_a_view
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
