"""What guessing gives: the loss and the accuracy of a model that never looks at its inputs."""

from collections.abc import Sequence

import numpy as np

from insight_lib.dissection.run.curves.losses import training_loss
from insight_lib.dissection.run.data.inferred_classes import inferred_classes
from insight_lib.dissection.run.data.kinds_of_labels import class_shares, label_rates
from insight_lib.dissection.run.data.label_weights import label_weights, mean_weight
from insight_lib.dissection.run.data.labels import Labels, labels
from insight_lib.dissection.run.guessing.constant_answer import (
    Guess,
    entropy,
    error_of_distance,
    guess_of_poisson,
)
from insight_lib.dissection.run.guessing.guessed_classes import (
    ENTROPIES,
    guessed_classes,
    guessed_rates,
)
from insight_lib.dissection.run.once import once_a_view
from insight_lib.dissection.run.output_spread import is_squared_error
from insight_lib.dissection.run.recorded import recorded_layers, recorded_training
from insight_lib.dissection.run.recorded.recorded_training import Loss
from insight_lib.dissection.run.view import RunView

# Where one class is rarer than that, good models too are hardly better than guessing.
LARGEST_SHARE = 0.8
# Of the loss of guessing: what costs more all the time is a loss of another kind, or worse than any
# guess.
NEAR = 1.5
_BINARY = 2
_FEWEST_ROWS = 2


def guessing_loss(view: RunView) -> float | None:
    """Return what ``guess`` costs, of a loss that can come down to zero; None of any other."""
    return _cost(guess(view))


def guessing_validation_loss(view: RunView) -> float | None:
    """Return what ``validation_guess`` costs, of a loss that can come down to zero; else None."""
    return _cost(validation_guess(view))


def _cost(found: Guess | None) -> float | None:
    return None if found is None or found.least else found.cost


@once_a_view
def guess(view: RunView) -> Guess | None:
    """Return the training loss of the best answer that is the same for every example.

    It is ``validation_guess`` but for weights of the examples (``class_weight``), which are of the
    training alone: these multiply it by their mean, and make it that of the shares in their sum.
    None also where weights that differ are of a loss that is no cross entropy.
    """
    plain, weights = validation_guess(view), label_weights(view)
    if plain is None or weights is None:
        return plain
    if weights.are_equal:
        return plain.times(weights.mean)
    loss, output = recorded_training.loss(view), recorded_layers.output_layer(view)
    if loss is None or not weights.shares:
        return None
    shares = [weights.shares.get(k, 0.0) for k in range(max(weights.shares) + 1)]
    if loss.name == "binary_crossentropy":
        shares += [0.0] * max(0, ((output.units if output else None) or 1) - len(shares))
    elif loss.name not in ENTROPIES:
        return None
    found = guessed_classes(view, loss, np.array(shares))
    return None if found is None else found.times(weights.mean)


@once_a_view
def validation_guess(view: RunView) -> Guess | None:
    """Return the loss, of examples that all count once, of the best answer that is always the same.

    With shares p of K classes it is, in nats, the entropy -sum(p ln p); of a binary cross entropy
    over K units the mean entropy of each unit's rate of ones, of a hinge what ``cost_of_hinge``
    says, of a distance what ``error_of_distance`` does, of focal and smoothed cross entropies, a
    Poisson loss and a cosine likewise. A loss that is not recorded is taken for a squared error
    where traced outputs and labels of quantities allow of it, else for a cross entropy where it
    comes near to what guessing costs then. Where no shares are known it is ln K of the classes that
    loss and accuracy tell of (``inferred_classes``).

    None where the labels do not tell of it, or the loss is another. One class of more than
    ``LARGEST_SHARE`` leaves too little room above guessing.
    """
    loss = recorded_training.loss(view)
    if loss is not None and loss.name in recorded_training.DISTANCES:
        return _plain(_guessed_distance(view, loss.name))
    if loss is None and _is_squared_error_of_quantities(view):
        return _plain(_guessed_distance(view, "mean_squared_error"))
    if loss is not None and loss.name == "poisson":
        return _guessed_poisson(view)
    return _guessed_shares(view, loss)


def _guessed_shares(view: RunView, loss: Loss | None) -> Guess | None:
    rates = label_rates(view)
    if loss is not None and loss.name in recorded_training.BINARY_LOSSES and rates:
        return guessed_rates(loss, rates)
    shares = np.array(_judged_shares(view))
    if shares.size == 0:
        classes = _classes_of_scalars(view)
        return None if classes is None else Guess(float(np.log(classes)))
    if loss is None:
        return Guess(entropy(shares)) if _comes_near(view, entropy(shares)) else None
    return guessed_classes(view, loss, shares)


def _plain(cost: float | None) -> Guess | None:
    return None if cost is None else Guess(cost)


def _is_squared_error_of_quantities(view: RunView) -> bool:
    seen = labels(view)
    return seen is not None and seen.classes is None and is_squared_error(view)


def _guessed_poisson(view: RunView) -> Guess | None:
    seen, output = labels(view), recorded_layers.output_layer(view)
    is_one = seen is not None and output is not None and output.units == 1
    return guess_of_poisson(seen) if seen is not None and is_one and seen.low >= 0 else None


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


@once_a_view
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


@once_a_view
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


@once_a_view
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
