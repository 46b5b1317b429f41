"""What the best constant answer costs under each loss, from the labels that were traced."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dissection.run.data.labels import Labels

_POINTS, _WEIGHTS = np.polynomial.hermite_e.hermegauss(64)
# Of a normal distribution, the mean absolute deviation in standard deviations.
_ABSOLUTE = float(np.sqrt(2 / np.pi))
_TWO = 2


def entropy(shares: Floats) -> float:
    """Return the entropy of shares (K,) that add up to 1, in nats."""
    known = shares[shares > 0]
    return float(-(known * np.log(known)).sum())


def mean_binary_entropy(rates: Sequence[float]) -> float:
    """Return the mean entropy of each of some rates (K,) against the rest, in nats."""
    return float(np.mean([entropy(np.array([rate, 1 - rate])) for rate in rates]))


@dataclass(frozen=True)
class Guess:
    """What the best constant answer costs, and the least that any answer can."""

    cost: float
    least: float = 0.0

    def times(self, weight: float) -> "Guess":
        """Return the cost of examples that count so many times."""
        return Guess(weight * self.cost, weight * self.least)

    def at(self, share: float) -> float:
        """Return the cost at a share of the way from the least, 0, to that of guessing, 1."""
        return self.least + share * (self.cost - self.least)


def guess_of_classes(shares: Floats, smoothing: float) -> Guess:
    """Return what a cross entropy of labels that are smoothed costs, of classes with shares (K,).

    Smoothed labels are 1 - smoothing, and all classes share the rest alike.
    """
    alike = smoothing / shares.size
    hit = np.array([1 - smoothing + alike, *[alike] * (shares.size - 1)])
    return Guess(entropy((1 - smoothing) * shares + alike), entropy(hit))


def guess_of_rates(rates: Sequence[float], smoothing: float) -> Guess:
    """Return what a binary cross entropy of labels that are smoothed costs."""
    smoothed = [(1 - smoothing) * rate + smoothing / 2 for rate in rates]
    return Guess(mean_binary_entropy(smoothed), mean_binary_entropy([smoothing / 2]))


def guess_of_poisson(seen: Labels) -> Guess | None:
    """Return what a Poisson loss of one column costs; None where its mean is not above zero.

    The mean m costs m - m ln m. The least is the mean of y - y ln y, by the shares of the counts
    or, to second order in their deviation, their variance / 2m below.
    """
    mean = seen.mean
    if not mean > 0:
        return None
    cost = mean - mean * float(np.log(mean))
    if seen.shares and not seen.is_multi_hot:
        counts = np.array(list(seen.shares))
        told = np.array(list(seen.shares.values()))
        own = counts * np.log(np.maximum(counts, 1))
        return Guess(cost, min(cost, float((told * (counts - own)).sum())))
    return None if seen.variance is None else Guess(cost, cost - seen.variance / (2 * mean))


def guess_of_cosine(shares: Floats) -> Guess:
    """Return what the cosine similarity of one-hot labels costs: -1 where all point to theirs."""
    return Guess(-float(np.linalg.norm(shares)), -1.0)


def error_of_distance(loss: str, seen: Labels, rates: Sequence[float]) -> float | None:
    """Return the least mean error of a constant; None where the labels do not tell of it.

    It is the variance for a squared error, also of logarithms, and the mean distance from the
    median for an absolute or relative one, in per cent for the latter, as Keras has it. Huber's
    error (with delta 1) and log cosh are those of normal labels of the same mean distance.

    Args:
        loss: the name of Keras's function.
        seen: the labels.
        rates: of labels that are 0 or 1, how often each of the output's units should be 1.
    """
    absolute = _absolute(seen, rates)
    known: dict[str, float | None] = {
        "mean_squared_error": _squared(seen, rates),
        "mean_absolute_error": absolute,
        "mean_absolute_percentage_error": None
        if seen.relative_deviation is None
        else 100 * seen.relative_deviation,
        "mean_squared_logarithmic_error": seen.log_variance,
    }
    if absolute is not None and loss in _OF_NORMAL:
        return float(_WEIGHTS @ _OF_NORMAL[loss](_POINTS * absolute / _ABSOLUTE) / _WEIGHTS.sum())
    return known.get(loss)


def _squared(seen: Labels, rates: Sequence[float]) -> float | None:
    if rates:
        return float(np.mean([rate * (1 - rate) for rate in rates]))
    return seen.variance


def _absolute(seen: Labels, rates: Sequence[float]) -> float | None:
    """Return the traced deviation, the share of the rarer of 0 and 1, or that of normal labels."""
    if rates:
        return float(np.mean([min(rate, 1 - rate) for rate in rates]))
    if seen.absolute_deviation is not None:
        return seen.absolute_deviation
    return None if seen.variance is None else _ABSOLUTE * float(np.sqrt(seen.variance))


def _huber(errors: Floats) -> Floats:
    sizes = np.abs(errors)
    return np.where(sizes <= 1, sizes**2 / 2, sizes - 0.5)


def _log_cosh(errors: Floats) -> Floats:
    found: Floats = np.logaddexp(errors, -errors) - np.log(2)
    return found


_OF_NORMAL: Mapping[str, Callable[[Floats], Floats]] = {"huber": _huber, "log_cosh": _log_cosh}


def cost_of_hinge(loss: str, shares: Floats) -> float | None:
    """Return the least mean hinge of a constant, of classes with shares (K,); None of no hinge.

    Of two classes with shares p and q a hinge costs 2 min(p, q), a squared one 4pq. A categorical
    hinge costs 1 where all outputs are alike, and 2 (1 - p) where that of the largest class is 1.
    """
    if loss == "categorical_hinge":
        return min(1.0, 2 * (1 - float(shares.max())))
    if shares.size != _TWO:
        return None
    costs = {"hinge": 2 * shares.min(), "squared_hinge": 4 * shares.prod()}
    return float(costs[loss]) if loss in costs else None
