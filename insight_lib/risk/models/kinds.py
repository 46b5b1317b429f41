"""Which way a run will fail, given that it fails: a multinomial regression as arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from insight_lib.columnar.arrays import Booleans, Floats, Places
from insight_lib.errors import InputError
from insight_lib.risk.models.logistic import standardised

OTHER = "other"
"""All kinds of failure together that too few runs show to learn each from."""


@dataclass(frozen=True)
class KindModel:
    """A fitted model.

    log-odds of a kind = its intercept at the landmark + standardised values @ coefficients + what
    is not known @ missing_coefficients; probabilities are their softmax.

    Attributes:
        kinds: what is told apart; at least two.
        medians: shape (features,), of the known values.
        scales: shape (features,), above 0.
        coefficients: shape (features, kinds).
        missing_coefficients: shape (features, kinds).
        intercepts: shape (landmarks + 1, kinds), the last for any share.
        is_told: shape (landmarks + 1,), whether the model was better there than the base rates of
            the kinds, on families that it had not seen; else it says nothing.
    """

    kinds: tuple[str, ...]
    medians: Floats
    scales: Floats
    coefficients: Floats
    missing_coefficients: Floats
    intercepts: Floats
    is_told: Booleans

    def log_probabilities(self, values: Floats, landmark: Places) -> Floats:
        """Return the natural logarithm of each kind's probability; shape (rows, kinds).

        Args:
            values: shape (rows, features), NaN where a feature is not known.
            landmark: shape (rows,), place in the landmarks.
        """
        inputs = standardised(values, self.medians, self.scales)
        log_odds = self.intercepts[landmark] + inputs @ self.coefficients
        return log_softmax(log_odds + np.isnan(values) @ self.missing_coefficients)

    def expected(self, values: Floats, landmark: Places) -> tuple[tuple[str | None, ...], Floats]:
        """Return the most probable kind of each row and its probability, shape (rows,).

        None and NaN where the model says nothing; for arguments see `log_probabilities`.
        """
        logs = self.log_probabilities(values, landmark)
        is_told = self.is_told[landmark]
        kinds = tuple(
            self.kinds[place] if told else None
            for place, told in zip(logs.argmax(axis=1), is_told, strict=True)
        )
        return kinds, np.where(is_told, np.exp(logs.max(axis=1)), np.nan)

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return what `kinds_of` builds the same model from, with its kinds."""
        return {
            "medians": self.medians,
            "scales": self.scales,
            "coefficients": self.coefficients,
            "missing_coefficients": self.missing_coefficients,
            "intercepts": self.intercepts,
            "is_told": self.is_told,
        }


def kinds_of(
    arrays: Mapping[str, npt.NDArray[np.generic]],
    kinds: Sequence[str],
    landmarks: int,
    columns: int,
) -> KindModel:
    """Return the model of `KindModel.arrays`, for so many landmarks and columns.

    Raises:
        InputError: the arrays are of other kinds, landmarks or features.
    """
    shapes = {
        "medians": (columns,),
        "scales": (columns,),
        "coefficients": (columns, len(kinds)),
        "missing_coefficients": (columns, len(kinds)),
        "intercepts": (landmarks + 1, len(kinds)),
    }
    found = {name: arrays[name].astype(np.float64) for name in shapes}
    is_told = arrays["is_told"].astype(np.bool_)
    fits = all(found[name].shape == shape for name, shape in shapes.items())
    if len(kinds) < 2 or not fits or is_told.shape != (landmarks + 1,):
        raise InputError("its kinds of failure do not fit its features and landmarks")
    return KindModel(tuple(kinds), **found, is_told=is_told)


def log_softmax(log_odds: Floats) -> Floats:
    """Return log(exp(x) / sum of exp(x) over the row), without overflow; the same shape."""
    found: Floats = log_odds - np.logaddexp.reduce(log_odds, axis=1, keepdims=True)
    return found
