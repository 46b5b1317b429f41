"""The scored rows that everything starts from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from insight_lib.columnar.arrays import Booleans, Floats, Integers
from insight_lib.errors import InputError

Places: TypeAlias = Integers | Booleans | slice
"""Which elements of an array are meant."""


@dataclass(frozen=True, eq=False)
class ScoredRows:
    """Scored examples, one an element.

    Attributes:
        scores: shape (n,), finite; probabilities, logits or anything ordered.
        labels: shape (n,), true for a positive.
        weights: shape (n,), finite, not negative.
    """

    scores: Floats
    labels: Booleans
    weights: Floats

    def take(self, index: Places) -> "ScoredRows":
        """Return the rows at these places, or where the mask is true; of a slice without a copy."""
        return ScoredRows(self.scores[index], self.labels[index], self.weights[index])


def scored_rows(
    scores: npt.ArrayLike,
    labels: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    names: tuple[str, str, str] = ("scores", "labels", "weights"),
) -> ScoredRows:
    """Return checked rows.

    Args:
        scores: shape (n,), finite.
        labels: shape (n,), each 0 or 1 (or a boolean).
        weights: shape (n,), finite and not negative; None gives each row weight 1.
        names: What the caller calls these three; errors name them so.

    Raises:
        InputError: A shape or a value is none of these; the message says which and how many.
    """
    score = _numbers(scores, names[0])
    label = _numbers(labels, names[1], ())
    weight = np.ones(score.shape) if weights is None else _numbers(weights, names[2])
    if score.ndim != 1 or label.shape != score.shape or weight.shape != score.shape:
        raise InputError(
            f"{names[0]}, {names[1]} and {names[2]} have shapes {score.shape}, {label.shape} and "
            f"{weight.shape}; give three arrays of one and the same length"
        )
    faults = {
        f"{names[0]} that are not finite": ~np.isfinite(score),
        f"{names[1]} other than 0 and 1": (label != 0) & (label != 1),
        f"{names[2]} that are negative or not finite": ~(np.isfinite(weight) & (weight >= 0)),
    }
    found = [f"{mask.sum()} {name}" for name, mask in faults.items() if mask.any()]
    if found:
        raise InputError(f"{len(score)} rows hold {' and '.join(found)}; leave these rows out")
    return ScoredRows(score, label == 1, weight)


# Kernels are compiled for plain arrays; a read-only or strided one would compile them again.
def _numbers(
    values: npt.ArrayLike, name: str, flags: Sequence[Literal["C", "W"]] = ("C", "W")
) -> Floats:
    try:
        return np.require(values, np.float64, flags)
    except (TypeError, ValueError) as error:
        raise InputError(f"{name} are no array of numbers: {error}") from error


def concatenate(parts: Sequence[ScoredRows]) -> ScoredRows:
    """Return the rows of all parts, in order."""
    if len(parts) == 1:
        return parts[0]
    every = [NO_ROWS, *parts]
    return ScoredRows(
        np.concatenate([part.scores for part in every]),
        np.concatenate([part.labels for part in every]),
        np.concatenate([part.weights for part in every]),
    )


def run_starts(rising: Integers) -> Integers:
    """Return where each run of equal numbers begins, shape (r,), of numbers that never fall.

    As numpy's ``unique``, which would sort or hash them first.
    """
    # Compared, not subtracted: keys may be further apart than an integer of 64 bits can say.
    begins = np.concatenate([[True], rising[1:] != rising[:-1]])[: rising.size]
    return np.flatnonzero(begins)


NO_ROWS = scored_rows([], [])
