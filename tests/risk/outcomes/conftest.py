"""Runs of plain curves, and the curves that they are made of."""

from collections.abc import Callable

import numpy as np
import pytest

from insight_lib.dissection.run.view import RunView
from insight_lib.series.series import Series

POINTS = 40
LAST_STEP = 1000


@pytest.fixture(scope="session")
def run_of() -> Callable[..., RunView]:
    """run_of({"train:epoch_loss": values, ...}) -> a run of such series, at steps up to 1,000."""

    def build(curves):
        scalars = {}
        for name, written in curves.items():
            stream, _, tag = name.partition(":")
            values = np.asarray(written, dtype=float)
            steps = np.linspace(LAST_STEP / values.size, LAST_STEP, values.size).astype(np.int64)
            scalars[stream, tag] = Series(steps, values)
        return RunView("logs/run", scalars, {}, None, {})

    return build


@pytest.fixture(scope="session")
def curve():
    """curve(start, end, ...) -> levels at equal distances, joined by lines, with 2 % of noise."""

    def build(*levels, points=POINTS, noise=0.02, seed=0):
        places = np.linspace(0, len(levels) - 1, points)
        values = np.interp(places, np.arange(len(levels)), levels)
        spread = noise * max(np.ptp(levels), 0.1 * np.abs(levels).max())
        return values + np.random.default_rng(seed).normal(0, spread, points)

    return build
