"""Whether probabilities mean what they say: slope, intercept, and an error without its own bias."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from insight_lib.columnar.arrays import Booleans, Floats
from tests.bench.risk.intervals import group_weights, resampled

BINS = 10
"""Of equal mass."""
SLOPES = (0.8, 1.25)
MOST_ERROR = 0.05
"""Both are the issue's."""
_CERTAIN = 20.0
"""Log-odds are cut here: beyond, a single run that fails all the same would decide the slope."""
_RESAMPLES = 1000
_NEWTON_STEPS, _LONGEST_STEP, _SMALLEST_STEP, _RIDGE = 20, 1.0, 1e-6, 1e-6


@dataclass(frozen=True)
class Calibration:
    """Of log-odds that were given to runs.

    Attributes:
        slope: of the logistic regression of failure on the log-odds; 1 is right, less is too sure.
        slope_interval: 95 %, by bootstrap over programs.
        intercept: of the same with the slope held at 1; 0 is right, more means that too few
            failures were foretold.
        error: expected calibration error, debiased, 0..1.
    """

    slope: float
    slope_interval: tuple[float, float]
    intercept: float
    error: float

    @property
    def holds(self) -> bool:
        """Whether the slope and the error are as near to right as is asked for."""
        return SLOPES[0] <= self.slope <= SLOPES[1] and self.error <= MOST_ERROR


def calibration(failed: Booleans, log_odds: Floats, programs: npt.NDArray[np.str_]) -> Calibration:
    """Return the calibration of log-odds, all of shape (runs,); NaN where a class is missing."""
    weights = group_weights(programs, _RESAMPLES)
    return Calibration(
        slope(failed, log_odds),
        resampled(lambda one: slope(failed, log_odds, one), weights),
        intercept(failed, log_odds),
        debiased_error(failed, 1 / (1 + np.exp(-log_odds))),
    )


def slope(failed: Booleans, log_odds: Floats, weights: Floats | None = None) -> float:
    """Return the slope of Cox's recalibration; NaN where a class is missing.

    Cox, D. R. (1958): Two further applications of a model for binary regression. Biometrika 45.
    """
    counted = np.ones(failed.shape) if weights is None else weights
    if not (counted @ failed and counted @ ~failed):
        return np.nan
    inputs = np.column_stack([np.ones(failed.size), np.clip(log_odds, -_CERTAIN, _CERTAIN)])
    fitted = np.array([0.0, 1.0])
    for _ in range(_NEWTON_STEPS):
        foretold = 1 / (1 + np.exp(-inputs @ fitted))
        curvature = (inputs * (counted * foretold * (1 - foretold))[:, np.newaxis]).T @ inputs
        # So that log-odds that part the classes wholly end at a large slope, not in an error.
        curvature += _RIDGE * np.eye(2)
        step = np.linalg.solve(curvature, inputs.T @ (counted * (failed - foretold)))
        longest = float(np.abs(step).max())
        fitted += step / max(1.0, longest / _LONGEST_STEP)
        if longest < _SMALLEST_STEP:
            break
    return float(fitted[1])


def intercept(failed: Booleans, log_odds: Floats) -> float:
    """Return what must be added to the log-odds so that as many failures are foretold as came."""
    cut = np.clip(log_odds, -_CERTAIN, _CERTAIN)
    low, high = -2 * _CERTAIN, 2 * _CERTAIN
    for _ in range(60):  # halves 80 to less than float64 resolves
        middle = (low + high) / 2
        foretold = np.sum(1 / (1 + np.exp(-(cut + middle))))
        low, high = (middle, high) if foretold < failed.sum() else (low, middle)
    return (low + high) / 2


def debiased_error(failed: Booleans, probability: Floats, bins: int = BINS) -> float:
    """Return the expected calibration error less what chance alone adds to it; 0 at the least.

    The root of the mean over equal-mass bins of the squared gap between mean probability and
    failure rate, from which the variance of that rate is taken off: rate (1 - rate) / (runs - 1).
    NaN of fewer than two runs a bin.

    Kumar, A., Liang, P., Ma, T. (2019): Verified uncertainty calibration. NeurIPS.
    """
    if failed.size < 2 * bins:
        return np.nan
    # Runs of the same probability share a bin, so that the order of rows does not matter.
    edges = np.quantile(probability, np.linspace(0, 1, bins + 1)[1:-1])
    bin_of = np.searchsorted(edges, probability, side="right")
    squared = 0.0
    for place in range(bins):
        inside = bin_of == place
        runs = int(inside.sum())
        if runs > 1:
            rate = failed[inside].mean()
            gap = probability[inside].mean() - rate
            squared += (gap**2 - rate * (1 - rate) / (runs - 1)) * runs
    return float(np.sqrt(max(0.0, squared / failed.size)))
