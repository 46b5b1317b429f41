"""What guessing gives: the loss and the accuracy of a model that never looks at its inputs."""

from collections.abc import Sequence

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.run import recorded_layers, recorded_training
from insight_lib.dissection.run.inferred_classes import inferred_classes
from insight_lib.dissection.run.labels import are_quantities, class_shares, labels
from insight_lib.dissection.run.losses import training_loss
from insight_lib.dissection.run.view import RunView

# Where one class is rarer than that, good models too are hardly better than guessing.
LARGEST_SHARE = 0.8
# Of the loss of guessing: what costs more all the time is a loss of another kind, or worse than any
# guess.
NEAR = 1.5
_SQUARED = frozenset({"mean_squared_error"})


def guessing_loss(view: RunView) -> float | None:
    """Return the training loss of always predicting the shares of the classes.

    With shares p of K classes it is, in nats, the entropy -sum(p ln p); of a squared error against
    one-hot labels the mean of p (1 - p), of a binary cross entropy over K units the mean entropy of
    each class against the rest. A loss that is not recorded is taken for a cross entropy where it
    comes near to what guessing costs then. Where no shares are known it is ln K of the classes that
    loss and accuracy tell of (``inferred_classes``).

    None where the shares of at least two classes are not known, one class holds more than
    ``LARGEST_SHARE``, or the loss is another.
    """
    shares, loss = np.array(_judged_shares(view)), recorded_training.loss(view)
    if shares.size == 0:
        classes = _classes_of_scalars(view)
        return None if classes is None else float(np.log(classes))
    if loss is None:
        return entropy(shares) if _comes_near(view, entropy(shares)) else None
    if loss.name in {"categorical_crossentropy", *recorded_training.SPARSE_LOSSES}:
        return entropy(shares)
    if loss.name == "binary_crossentropy":
        return float(np.mean([entropy(np.array([share, 1 - share])) for share in shares]))
    return float((shares * (1 - shares)).mean()) if loss.name in _SQUARED else None


def uninformed_loss(view: RunView) -> float | None:
    """Return the cross entropy of calling all classes equally likely, the most guessing can cost.

    It is ln 2 under a binary cross entropy and ln K over K units, in nats. None where loss and
    output are not recorded or others, and where layers add to the loss.
    """
    loss, output = recorded_training.loss(view), recorded_layers.output_layer(view)
    if loss is None or output is None or recorded_layers.is_regularised(view):
        return None
    if loss.name == "binary_crossentropy":
        return float(np.log(2))
    is_plain = loss.name in {"categorical_crossentropy", *recorded_training.SPARSE_LOSSES}
    units = output.units or 1
    return float(np.log(units)) if is_plain and units > 1 else None


def error_of_mean(view: RunView) -> float | None:
    """Return the squared error of always predicting the mean of labels that are quantities.

    It is their variance. None where the loss is another or the labels' spread was not traced.
    """
    loss, seen = recorded_training.loss(view), labels(view)
    if loss is None or seen is None or loss.name not in _SQUARED or not are_quantities(view):
        return None
    return seen.variance


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
    half = (seen.high - seen.low) / 2
    return {"mean_squared_error": half * half, "mean_absolute_error": half}.get(loss.name)


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


def entropy(shares: Floats) -> float:
    """Return the entropy of shares (K,) above 0 that add up to 1, in nats."""
    return float(-(shares * np.log(shares)).sum())


def _judged_shares(view: RunView) -> Sequence[float]:
    shares = class_shares(view)
    return () if len(shares) < 2 or max(shares) > LARGEST_SHARE else shares
