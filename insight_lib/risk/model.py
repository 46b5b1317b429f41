"""The risk model: standardised features into an L2-regularised logistic regression.

Logistic regression minimises log loss, a proper score, so its output is a probability by itself;
how sharp it may be is left to the regularisation, chosen in ``cross_validation`` by the log loss
on programs that were not seen. A second calibration (Platt) would need separate labels.
"""

from dataclasses import dataclass
from importlib import import_module

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dealer.extras import needs_extra
from insight_lib.risk.arrays import finite
from insight_lib.risk.matrix import FeatureMatrix

# One run far outside of what was seen should not be driven to certainty by a single feature.
STANDARD_LIMIT = 3.0
# Newton steps reach the optimum itself in a few iterations: no fit depends on where it stopped.
_TOLERANCE, _ITERATIONS = 1e-8, 100


@dataclass(frozen=True)
class RiskModel:
    """A fitted model; all arrays have shape (features,).

    log-odds = intercept + sum over features of coefficient * standardised value, where the
    standardised value is (value - mean) / scale, cut to [-STANDARD_LIMIT, STANDARD_LIMIT]; an
    unknown feature stands at its mean and adds its missing_coefficient.

    Attributes:
        names: the features it looks at.
        means: of the known values of the training runs.
        scales: population standard deviation of these, above 0.
        coefficients: a standard deviation's effect in log-odds.
        missing_coefficients: the effect, in log-odds, of not being known; 0 where it was known
            of every training run.
        intercept: log-odds with every feature at its mean.
    """

    names: tuple[str, ...]
    means: Floats
    scales: Floats
    coefficients: Floats
    missing_coefficients: Floats
    intercept: float

    def effects(self, matrix: FeatureMatrix) -> Floats:
        """Return what each feature adds to each run's log-odds; shape (runs, features)."""
        values = matrix.select(self.names)
        known = standardised(values, self.means, self.scales) * self.coefficients
        return known + np.isnan(values) * self.missing_coefficients

    def log_odds(self, matrix: FeatureMatrix) -> Floats:
        """Return the natural log-odds of failure of each run; shape (runs,)."""
        odds: Floats = self.intercept + self.effects(matrix).sum(axis=1)
        return odds


def probability_of(log_odds: Floats) -> Floats:
    """Return 1 / (1 + exp(-log_odds)), without overflow; the same shape."""
    return np.exp(-np.logaddexp(0.0, -log_odds))


def standardised(values: Floats, means: Floats, scales: Floats) -> Floats:
    """Return (values - means) / scales, cut to the limit; 0, the mean, for a NaN."""
    cut = np.clip((values - means) / scales, -STANDARD_LIMIT, STANDARD_LIMIT)
    return np.where(np.isnan(values), 0.0, cut)


def fit(matrix: FeatureMatrix, failed: Floats, strength: float) -> RiskModel:
    """Fit on labelled runs.

    A feature that is known of no run, or is the same wherever it is known, is left out.

    Args:
        matrix: the runs.
        failed: shape (runs,), 1 failed, 0 healthy; both must occur.
        strength: of the L2 penalty, above 0: minimised is the sum of the runs' log losses plus
            strength / 2 * |coefficients|^2.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    names = _varying(matrix)
    values = matrix.select(names)
    means, scales = np.nanmean(values, axis=0), np.nanstd(values, axis=0)
    unknown = np.isnan(values)
    inputs = np.hstack([standardised(values, means, scales), unknown])
    weights, intercept = _regress(inputs, failed, strength)
    split = len(names)
    return RiskModel(names, means, scales, weights[:split], weights[split:], intercept)


def _regress(inputs: Floats, failed: Floats, strength: float) -> tuple[Floats, float]:
    """Return coefficients, shape (columns,), and intercept.

    A column of zeros gets the coefficient 0.
    """
    if inputs.shape[1] == 0:
        rate = float(failed.mean())
        return np.zeros(0), float(np.log(rate / (1 - rate)))
    with needs_extra("risk"):
        linear_model = import_module("sklearn.linear_model")
    regression = linear_model.LogisticRegression(
        C=1.0 / strength, solver="newton-cholesky", tol=_TOLERANCE, max_iter=_ITERATIONS
    )
    regression.fit(inputs, failed)
    return np.asarray(regression.coef_[0], dtype=np.float64), float(regression.intercept_[0])


def _varying(matrix: FeatureMatrix) -> tuple[str, ...]:
    columns = zip(matrix.names, (finite(column) for column in matrix.values.T), strict=True)
    return tuple(name for name, known in columns if known.size and known.min() < known.max())
