"""What guessing gives: the loss and the accuracy of a model that never looks at its inputs."""

from collections.abc import Sequence

import numpy as np

from insight_lib.dissection import recorded
from insight_lib.dissection.labels import class_shares
from insight_lib.dissection.view import FloatArray, RunView

# Where one class is rarer than that, good models too are hardly better than guessing.
LARGEST_SHARE = 0.8
_SQUARED = frozenset({"mean_squared_error"})


def guessing_loss(view: RunView) -> float | None:
    """Return the training loss of always predicting the shares of the classes.

    With shares p of K classes it is, in nats, the entropy -sum(p ln p); of a squared error against
    one-hot labels the mean of p (1 - p), of a binary cross entropy over K units the mean entropy of
    each class against the rest. A loss that is not recorded is taken for a cross entropy.

    None where the shares of at least two classes are not known, one class holds more than
    ``LARGEST_SHARE``, or the loss is another.
    """
    shares = np.array(_judged_shares(view))
    if shares.size == 0:
        return None
    loss = recorded.loss(view)
    if loss is None or loss.name in {"categorical_crossentropy", *recorded.SPARSE_LOSSES}:
        return _entropy(shares)
    if loss.name == "binary_crossentropy":
        return float(np.mean([_entropy(np.array([share, 1 - share])) for share in shares]))
    return float((shares * (1 - shares)).mean()) if loss.name in _SQUARED else None


def guessing_accuracy(view: RunView) -> float | None:
    """Return the share of the largest class, in 0..1; None where ``guessing_loss`` knows none."""
    return max(_judged_shares(view), default=None)


def _judged_shares(view: RunView) -> Sequence[float]:
    shares = class_shares(view)
    return () if len(shares) < 2 or max(shares) > LARGEST_SHARE else shares


def _entropy(shares: FloatArray) -> float:
    return float(-(shares * np.log(shares)).sum())
