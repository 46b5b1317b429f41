"""Small runs to classify: scalar series by tag."""

import numpy as np

from insight_lib.series.series import Series

POINTS = 20


def series(values):
    values = np.asarray(values, dtype=np.float64)
    return Series(np.arange(values.size), values)


def falling(seed=0, points=POINTS):
    """Return a loss that falls from 2 to 0.2, with noise of its own."""
    noise = np.random.default_rng(seed).normal(0, 0.02, points)
    return np.geomspace(2, 0.2, points) + noise


def run_of(*tags, stream=".", **given):
    """Return a run with falling series of the tags, and those given as ``tag=values``."""
    own = {(stream, tag): series(falling(seed)) for seed, tag in enumerate(tags)}
    return own | {(stream, tag): series(values) for tag, values in given.items()}
