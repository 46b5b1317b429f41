"""Series of noise whose kind is known."""

import numpy as np


def autoregression(seed, points, rho, count):
    """Return (count, points) first-order autoregressions of variance 1."""
    random = np.random.default_rng(seed)
    series = np.empty((count, points))
    series[:, 0] = random.normal(size=count)
    for i in range(1, points):
        series[:, i] = rho * series[:, i - 1] + np.sqrt(1 - rho**2) * random.normal(size=count)
    return series
