"""What guessing costs of classes, by the recorded loss and its settings."""

from collections.abc import Sequence

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.run.data.kinds_of_labels import are_one_hot
from insight_lib.dissection.run.guessing.constant_answer import (
    Guess,
    cost_of_hinge,
    guess_of_classes,
    guess_of_cosine,
    guess_of_rates,
)
from insight_lib.dissection.run.guessing.focal_answer import (
    cost_of_focal_rates,
    cost_of_focal_shares,
)
from insight_lib.dissection.run.recorded import recorded_layers, recorded_training
from insight_lib.dissection.run.recorded.recorded_training import Loss
from insight_lib.dissection.run.view import RunView

ENTROPIES = recorded_training.CLASS_LOSSES - {"categorical_focal_crossentropy"} | {"kl_divergence"}
_TWO = 2
# Keras's settings of focal losses.
_GAMMA, _ALPHA = 2.0, 0.25


def guessed_classes(view: RunView, loss: Loss, shares: Floats) -> Guess | None:
    """Return what guessing costs of classes with shares (K,); None under a loss of another kind."""
    if loss.name in recorded_training.BINARY_LOSSES:
        # Of one unit the second class is the one that it should be 1 for.
        output = recorded_layers.output_layer(view)
        is_one = output is not None and output.units == 1 and shares.size == _TWO
        return guessed_rates(loss, shares[1:].tolist() if is_one else shares.tolist())
    if loss.name == "categorical_focal_crossentropy":
        return _plain(_focal(loss, shares))
    if loss.name in ENTROPIES:
        smoothing = loss.number("label_smoothing", 0.0)
        return None if smoothing is None else guess_of_classes(shares, smoothing)
    if loss.name == "cosine_similarity" and are_one_hot(view):
        return guess_of_cosine(shares)
    return _plain(cost_of_hinge(loss.name, shares))


def guessed_rates(loss: Loss, rates: Sequence[float]) -> Guess | None:
    """Return what guessing the rates of ones costs under a binary cross entropy, focal or not."""
    smoothing, gamma = loss.number("label_smoothing", 0.0), loss.number("gamma", _GAMMA)
    alpha = loss.number("alpha", _ALPHA)
    if smoothing is None or gamma is None or alpha is None:
        return None
    if loss.name == "binary_crossentropy":
        return guess_of_rates(rates, smoothing)
    if smoothing:
        return None
    is_balanced = loss.settings.get("apply_class_balancing") is True
    weights = (1 - alpha, alpha) if is_balanced else (1.0, 1.0)
    return Guess(cost_of_focal_rates(rates, gamma, weights))


def _focal(loss: Loss, shares: Floats) -> float | None:
    gamma, alpha = loss.number("gamma", _GAMMA), loss.number("alpha", _ALPHA)
    if gamma is None or alpha is None or 0 < gamma < 1 or loss.number("label_smoothing", 0.0) != 0:
        return None
    return cost_of_focal_shares(shares, gamma, alpha)


def _plain(cost: float | None) -> Guess | None:
    return None if cost is None else Guess(cost)
