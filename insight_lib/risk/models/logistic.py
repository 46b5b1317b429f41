"""L2-regularised logistic regression on robustly standardised features."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from insight_lib.columnar.arrays import Booleans, Floats
from insight_lib.dealer.extras import needs_extra
from insight_lib.risk.models.boosting import single_thread

# One value far outside of what was seen should not drive a run to certainty.
STANDARD_LIMIT = 3.0
_IQR_OF_A_GAUSSIAN = 1.349
_TOLERANCE, _ITERATIONS = 1e-7, 500

Limits: TypeAlias = tuple[float | None, float | None]


@dataclass(frozen=True)
class LogisticModel:
    """A fitted model; all arrays have shape (features,).

    An unknown feature stands at its median, so adds nothing, beside its missing coefficient.

    Attributes:
        medians: of the known values.
        scales: of the known values, above 0.
        coefficients: what one scale adds to the log-odds.
        missing_coefficients: what not being known adds.
        intercept: log-odds with every feature at its median.
    """

    medians: Floats
    scales: Floats
    coefficients: Floats
    missing_coefficients: Floats
    intercept: float

    def log_odds(self, values: Floats) -> Floats:
        """Return the natural log-odds of failure, shape (rows,); see `Fitted.log_odds`."""
        inputs = standardised(values, self.medians, self.scales)
        total: Floats = self.intercept + inputs @ self.coefficients
        return total + np.isnan(values) @ self.missing_coefficients

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return what `logistic_of` builds the same model from."""
        return {
            "medians": self.medians,
            "scales": self.scales,
            "coefficients": self.coefficients,
            "missing_coefficients": self.missing_coefficients,
            "intercept": np.array([self.intercept]),
        }


def logistic_of(arrays: Mapping[str, npt.NDArray[np.generic]]) -> LogisticModel:
    """Return the model of `LogisticModel.arrays`."""
    fields = {name: one.astype(np.float64) for name, one in arrays.items()}
    intercept = float(fields.pop("intercept")[0])
    return LogisticModel(**fields, intercept=intercept)


def standardised(values: Floats, medians: Floats, scales: Floats) -> Floats:
    """Return (values - medians) / scales, cut to the limit; 0, the median, for a NaN."""
    cut = np.clip((values - medians) / scales, -STANDARD_LIMIT, STANDARD_LIMIT)
    return np.where(np.isnan(values), 0.0, cut)


@dataclass(frozen=True)
class Logistic:
    """Settings of a regression.

    Attributes:
        directions: of each feature +1: its coefficient is never below 0, -1: never above, 0.
        strength: of the L2 penalty, above 0: minimised is the weighted mean of the rows' log
            losses plus strength / 2 * |coefficients|^2 / rows.
        missing_strength: the same of the missing coefficients; high, for that a feature is not
            known says something of who logs and little of how it goes.
    """

    directions: tuple[int, ...]
    strength: float = 30.0
    missing_strength: float = 300.0

    def fit(self, values: Floats, failed: Floats, weight: Floats, seed: int) -> LogisticModel:  # noqa: ARG002  (no chance here)
        """Return the model of these rows; see `Learner.fit`.

        Raises:
            MissingExtraError: scipy, which scikit-learn brings, is not installed.
        """
        medians, scales = middle_and_scale(values)
        unknown = np.isnan(values)
        intercept = np.ones((len(values), 1))
        inputs = np.hstack([intercept, standardised(values, medians, scales), unknown])
        width = values.shape[1]
        strengths = np.repeat([self.strength, self.missing_strength], width)
        penalty = np.concatenate([[0.0], strengths]) / len(values)
        limits = [_limits(one) for one in (0, *self.directions, *[0] * width)]
        found = least_log_loss(inputs, failed, weight / weight.sum(), penalty, limits)
        return LogisticModel(
            medians, scales, found[1 : width + 1], found[width + 1 :], float(found[0])
        )


def _limits(direction: int) -> Limits:
    return (0.0 if direction > 0 else None, 0.0 if direction < 0 else None)


def least_log_loss(
    inputs: Floats,
    failed: Floats,
    weight: Floats,
    penalty: Floats,
    limits: Sequence[Limits],
    offset: Floats | None = None,
) -> Floats:
    """Return the coefficients of least penalised weighted log loss within the limits.

    Args:
        inputs: shape (rows, columns).
        failed: shape (rows,), 1 or 0.
        weight: shape (rows,), of the rows' log losses.
        penalty: shape (columns,), L2: half of it times the coefficient squared is added.
        limits: of each coefficient, least and greatest, None without.
        offset: shape (rows,), log-odds to begin with.

    Raises:
        MissingExtraError: scipy, which scikit-learn brings, is not installed.
    """
    with needs_extra("risk"):
        minimize = import_module("scipy.optimize").minimize
    begin = np.zeros(len(inputs)) if offset is None else offset

    def loss(theta: Floats) -> tuple[float, Floats]:
        odds = begin + inputs @ theta
        signed = np.where(failed == 1, -odds, odds)
        slope = np.where(failed == 1, -1.0, 1.0) * weight * np.exp(-np.logaddexp(0.0, -signed))
        total = weight @ np.logaddexp(0.0, signed) + 0.5 * penalty @ theta**2
        return float(total), inputs.T @ slope + penalty * theta

    options = {"maxiter": _ITERATIONS, "ftol": 1e-12, "gtol": _TOLERANCE}
    start = np.zeros(inputs.shape[1])
    with single_thread():
        found = minimize(
            loss, start, jac=True, method="L-BFGS-B", bounds=list(limits), options=options
        )
    return np.asarray(found.x, dtype=np.float64)


def middle_and_scale(values: Floats) -> tuple[Floats, Floats]:
    """Return median and scale of each column's known values; 0 and 1 where there is none.

    The scale is that of the middle half as of a Gaussian; where the middle half is one value, the
    standard deviation; where all are one value, 1.
    """
    is_known: Booleans = np.asarray(~np.isnan(values).all(axis=0))
    medians, scales = np.zeros(values.shape[1]), np.ones(values.shape[1])
    known = values[:, is_known]
    low, middle, high = np.nanquantile(known, (0.25, 0.5, 0.75), axis=0)
    robust, plain = (high - low) / _IQR_OF_A_GAUSSIAN, np.nanstd(known, axis=0)
    scale = np.where(robust > 0, robust, plain)
    medians[is_known], scales[is_known] = middle, np.where(scale > 0, scale, 1.0)
    return medians, scales
