"""What guessing gives: the loss and the accuracy of a model that never looks at its inputs."""

from collections.abc import Sequence

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.run import recorded_layers, recorded_training
from insight_lib.dissection.run.constant_answer import (
    cost_of_hinge,
    entropy,
    error_of_distance,
    mean_binary_entropy,
)
from insight_lib.dissection.run.curves.losses import training_loss
from insight_lib.dissection.run.inferred_classes import inferred_classes
from insight_lib.dissection.run.label_weights import label_weights, mean_weight
from insight_lib.dissection.run.labels import Labels, class_shares, label_rates, labels
from insight_lib.dissection.run.output_spread import is_squared_error
from insight_lib.dissection.run.view import RunView

# Where one class is rarer than that, good models too are hardly better than guessing.
LARGEST_SHARE = 0.8
# Of the loss of guessing: what costs more all the time is a loss of another kind, or worse than any
# guess.
NEAR = 1.5
_ENTROPIES = recorded_training.CLASS_LOSSES - {"categorical_focal_crossentropy"} | {"kl_divergence"}
_BINARY = 2
_FEWEST_ROWS = 2


def guessing_loss(view: RunView) -> float | None:
    """Return the training loss of the best answer that is the same for every example.

    It is ``guessing_validation_loss`` but for weights of the examples (``class_weight``), which are
    of the training alone: these multiply it by their mean, and make it that of the shares in their
    sum. None also where weights that differ are of a loss that is no cross entropy.
    """
    plain, weights = guessing_validation_loss(view), label_weights(view)
    if plain is None or weights is None:
        return plain
    if weights.are_equal:
        return weights.mean * plain
    loss, output = recorded_training.loss(view), recorded_layers.output_layer(view)
    if loss is None or not weights.shares:
        return None
    shares = [weights.shares.get(k, 0.0) for k in range(max(weights.shares) + 1)]
    if loss.name == "binary_crossentropy":
        units = (output.units if output else None) or 1
        shares += [0.0] * max(0, units - len(shares))
        return weights.mean * mean_binary_entropy(shares)
    return weights.mean * entropy(np.array(shares)) if loss.name in _ENTROPIES else None


def guessing_validation_loss(view: RunView) -> float | None:
    """Return the loss, of examples that all count once, of the best answer that is always the same.

    With shares p of K classes it is, in nats, the entropy -sum(p ln p); of a binary cross entropy
    over K units the mean entropy of each unit's rate of ones, of a hinge what ``cost_of_hinge``
    says, of a distance what ``error_of_distance`` does. A loss that is not recorded is taken for a
    squared error where traced outputs and labels of quantities allow of it, else for a cross
    entropy where it comes near to what guessing costs then. Where no shares are known it is ln K of
    the classes that loss and accuracy tell of (``inferred_classes``).

    None where the labels do not tell of it, or the loss is another. One class of more than
    ``LARGEST_SHARE`` leaves too little room above guessing.
    """
    loss = recorded_training.loss(view)
    if loss is not None and loss.name in recorded_training.DISTANCES:
        return _guessed_distance(view, loss.name)
    if loss is None and _is_squared_error_of_quantities(view):
        return _guessed_distance(view, "mean_squared_error")
    if loss is not None and loss.name == "binary_crossentropy" and (rates := label_rates(view)):
        return mean_binary_entropy(rates)
    shares = np.array(_judged_shares(view))
    if shares.size == 0:
        classes = _classes_of_scalars(view)
        return None if classes is None else float(np.log(classes))
    if loss is None:
        return entropy(shares) if _comes_near(view, entropy(shares)) else None
    return _guessed_class(loss.name, shares)


def _is_squared_error_of_quantities(view: RunView) -> bool:
    seen = labels(view)
    return seen is not None and seen.classes is None and is_squared_error(view)


def _guessed_class(loss: str, shares: Floats) -> float | None:
    if loss in _ENTROPIES:
        return entropy(shares)
    if loss == "binary_crossentropy":
        return mean_binary_entropy(shares.tolist())
    return cost_of_hinge(loss, shares)


def _guessed_distance(view: RunView, loss: str) -> float | None:
    """Return the error of the best constant, from the labels or, squared, from known shares."""
    seen = labels(view)
    if seen is not None:
        rates = label_rates(view)
        if not rates and (seen.classes, seen.low, seen.high) == (_BINARY, 0, 1):
            rates = (seen.mean,)
        if not rates and _may_hide_columns(view, seen):
            return None
        return error_of_distance(loss, seen, rates)
    shares = np.array(_judged_shares(view))
    is_known = loss == "mean_squared_error" and shares.size
    return float((shares * (1 - shares)).mean()) if is_known else None


def uninformed_loss(view: RunView) -> float | None:
    """Return the cross entropy of calling all classes equally likely, the most guessing can cost.

    It is ln 2 under a binary cross entropy and ln K over K units, in nats, times the mean weight of
    the examples. None where loss and output are not recorded or others, and where layers add to the
    loss.
    """
    loss, output = recorded_training.loss(view), recorded_layers.output_layer(view)
    if loss is None or output is None or recorded_layers.is_regularised(view):
        return None
    weight = mean_weight(view)
    if loss.name == "binary_crossentropy":
        return weight * float(np.log(2))
    is_plain = loss.name in {"categorical_crossentropy", *recorded_training.SPARSE_LOSSES}
    units = output.units or 1
    return weight * float(np.log(units)) if is_plain and units > 1 else None


def guessing_accuracy(view: RunView) -> float | None:
    """Return the share of the largest class, in 0..1; None where ``guessing_loss`` knows none."""
    classes = _classes_of_scalars(view)
    known = max(_judged_shares(view), default=None)
    return 1 / classes if known is None and classes is not None else known


def worst_guess(view: RunView) -> float | None:
    """Return an upper bound of the training loss of always giving one good answer.

    Of a cross entropy it is ``uninformed_loss``. Halfway between the least and the greatest label,
    an answer errs by half their range r at most: r^2 / 4 of a squared error (Popoviciu 1935), r / 2
    of an absolute one. None of another loss, where labels were not traced, or layers add to the
    loss.
    """
    uninformed = uninformed_loss(view)
    if uninformed is not None:
        return uninformed
    loss, seen = recorded_training.loss(view), labels(view)
    if loss is None or seen is None or recorded_layers.is_regularised(view):
        return None
    half, weight = (seen.high - seen.low) / 2, mean_weight(view)
    known = {"mean_squared_error": weight * half * half, "mean_absolute_error": weight * half}
    return known.get(loss.name)


def _may_hide_columns(view: RunView, seen: Labels) -> bool:
    """Return whether each batch is one example of several numbers, of which only the mean shows."""
    output = recorded_layers.output_layer(view)
    return (seen.rows or _FEWEST_ROWS) < _FEWEST_ROWS and (output is None or output.units != 1)


def _classes_of_scalars(view: RunView) -> int | None:
    """Return the inferred classes, where labels are not known and the loss may be of classes."""
    loss = recorded_training.loss(view)
    is_other = loss is not None and loss.name not in recorded_training.CLASS_LOSSES
    if is_other or labels(view) is not None or class_shares(view):
        return None
    return inferred_classes(view)


def _comes_near(view: RunView, guessing: float) -> bool:
    """Return whether the training loss is ever that low: one that guesses, or learns, is."""
    loss = training_loss(view)
    return loss is not None and bool((loss.series.values <= NEAR * guessing).any())


def _judged_shares(view: RunView) -> Sequence[float]:
    shares = class_shares(view) or _sides_of_hinge(view)
    return () if len(shares) < 2 or max(shares) > LARGEST_SHARE else shares


def _sides_of_hinge(view: RunView) -> Sequence[float]:
    """Return the shares of the labels -1 and 1 of a hinge; empty of any others."""
    loss, seen = recorded_training.loss(view), labels(view)
    if loss is None or seen is None or loss.name not in recorded_training.HINGES:
        return ()
    if not seen.are_mixed or (seen.classes, seen.low, seen.high) != (_BINARY, -1, 1):
        return ()
    return ((1 - seen.mean) / 2, (1 + seen.mean) / 2)


def largest_share(view: RunView) -> float | None:
    """Return the share of the most frequent class, however large; None where it is not known."""
    return max(class_shares(view) or _sides_of_hinge(view), default=None)
