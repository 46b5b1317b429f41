"""How much the autocorrelation of noise widens the spread of what is estimated from it."""

import numpy as np

from insight_lib.columnar.arrays import Floats


def autocorrelations(values: Floats) -> Floats:
    """Return the autocorrelation of values (n,) at lags 0 to n - 1, by Fourier transform.

    The usual estimate: sums of products over the sum of squares, both around the mean. It is 0 at
    every lag but the first where the values are constant.
    """
    centred = values - values.mean()
    transformed = np.fft.rfft(centred, 2 * values.size)
    products: Floats = np.fft.irfft(np.abs(transformed) ** 2, 2 * values.size)[: values.size]
    if products[0] <= 0:
        products = np.zeros(values.size)
        products[0] = 1.0
    found: Floats = products / products[0]
    return found


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
    size = values.size
    found = autocorrelations(values)
    corrected = np.minimum(found + 2 * (1 + 4 * found) / size, 1 - 1 / size)
    autoregression = max(corrected[1], 0.0) ** np.arange(1, size)
    sums = (weights * corrected[1:] * _initially_positive(corrected), weights * autoregression)
    return max(1.0, *(1 + 2 * float(part.sum()) for part in sums))


def mean_weights(size: int) -> Floats:
    """Return the weights (n - 1,) of the lags in the variance of a mean of n values."""
    weights: Floats = 1 - np.arange(1, size) / size
    return weights


def _initially_positive(correlations: Floats) -> Floats:
    """Return 1 for each lag from 1 within the initial positive sequence, 0 for the others."""
    size = correlations.size
    pairs = correlations[: size // 2 * 2].reshape(-1, 2).sum(axis=1)
    ends = np.flatnonzero(pairs <= 0)
    last = 2 * int(ends[0]) if ends.size else size
    return (np.arange(1, size) < last).astype(float)
