"""How much the autocorrelation of noise widens the spread of what is estimated from it."""

from functools import lru_cache

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.kernels import compiles_ahead, kernel

# Series of one run have few lengths.
_KEPT_SIZES = 32


def autocorrelations(values: Floats) -> Floats:
    """Return the autocorrelation of values (n,) at lags 0 to n - 1, by Fourier transform.

    The usual estimate: sums of products over the sum of squares, both around the mean. It is 0 at
    every lag but the first where the values are constant.
    """
    centred = values - mean(values)
    centred = centred / (np.abs(centred).max() or 1.0)  # their squares must not overflow
    transformed = np.fft.rfft(centred, 2 * values.size)
    products: Floats = np.fft.irfft(np.abs(transformed) ** 2, 2 * values.size)[: values.size]
    if products[0] <= 0:
        products = np.zeros(values.size)
        products[0] = 1.0
    found: Floats = products / products[0]
    return found


def mean(values: Floats) -> float:
    """Return numpy's mean of values (n,), n from 1, in a quarter of the time."""
    return float(np.add.reduce(values)) / values.size


def first_autocorrelation(values: Floats) -> float:
    """Return the autocorrelation of values (n,) at lag 1; 0 where they are constant."""
    centred = values - mean(values)
    centred = centred / (np.abs(centred).max() or 1.0)
    return float((centred[1:] * centred[:-1]).sum() / ((centred**2).sum() or 1.0))


def variance_factor(values: Floats, weights: Floats) -> float:
    """Return 1 plus twice the weighted sum of the autocorrelations of values, at least 1.

    By so much a variance grows that holds for independent noise. Two estimates are made and the
    larger is returned, since too small a factor makes changes of noise:

    * the autocorrelations as found, up to where the sum of two neighbouring lags first is not
      positive (the initial positive sequence of Geyer, *Practical Markov chain Monte Carlo*,
      Statistical Science 7, 1992);
    * those of a first-order autoregression, the powers of the first.

    Both are corrected for the bias of a short series, -(1 + 4 rho) / n (Marriott and Pope, *Bias in
    the estimation of autocorrelations*, Biometrika 41, 1954), twice, since two parameters were
    fitted: a slope and a level, or two levels.

    Args:
        values: (n,) without trend or shift: the residuals of a fit, or their ranks.
        weights: (n - 1,) of the lags from 1; (n - k) / n for the variance of the mean.
    """
    return _widening(autocorrelations(values), weights)


@kernel
def _widening(correlations: Floats, weights: Floats) -> float:
    """Return ``variance_factor``, given the autocorrelations (n,) as found."""
    size = correlations.size
    corrected = np.minimum(correlations + 2 * (1 + 4 * correlations) / size, 1 - 1 / size)
    first, last = max(corrected[1], 0.0), _initially_positive(corrected)
    as_found, autoregression = 0.0, 0.0
    for lag in range(1, size):
        autoregression += weights[lag - 1] * first ** float(lag)
        if lag < last:
            as_found += weights[lag - 1] * corrected[lag]
    return max(1.0, 1 + 2 * as_found, 1 + 2 * autoregression)


@lru_cache(maxsize=_KEPT_SIZES)
def mean_weights(size: int) -> Floats:
    """Return the weights (n - 1,) of the lags in the variance of a mean of n values."""
    weights: Floats = 1 - np.arange(1, size) / size
    return weights


@kernel
def _initially_positive(correlations: Floats) -> int:
    """Return the first lag that is not within the initial positive sequence."""
    for lag in range(0, correlations.size // 2 * 2, 2):
        if correlations[lag] + correlations[lag + 1] <= 0:
            return lag
    return correlations.size


@compiles_ahead
def _call_kernels() -> None:
    _widening(np.ones(2), np.ones(1))
