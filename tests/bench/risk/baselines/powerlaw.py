"""Where a curve will end if it goes on as a power law."""

import warnings

import numpy as np
from scipy.optimize import OptimizeWarning, curve_fit

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.dissection.run.view import RunView
from tests.bench.risk.baselines.curves import score, training_loss, validation_loss

LEAST_POINTS = 4
"""One more than the law has parameters."""
_STEEPEST = 5.0
_TRIES = 2000
LARGEST = 10.0
"""Relative levels are cut here: a loss that ends at ten times its start is lost as at a million."""


def powerlaw_features(run: RunView, last_step: int) -> dict[str, float]:
    """Return where each curve of a run is foretold to end; see `powerlaw_baseline`.

    Args:
        run: cut at the landmark.
        last_step: at which it will end.
    """
    judged = score(run)
    curves = {
        "train_loss": training_loss(run),
        "validation_loss": validation_loss(run),
        "score": None if judged is None else judged.series,
    }
    return {
        f"b_powerlaw_{name}": powerlaw_baseline(one.steps, one.values, last_step)
        for name, one in curves.items()
        if one is not None
    }


def powerlaw_baseline(steps: Integers, values: Floats, last_step: int) -> float:
    """Return the value foretold at the last step, relative to the first one; less is better.

    Fitted is level + gain x^-rate, the "pow3" of Domhan et al. (2015), "Speeding up automatic
    hyperparameter optimization of deep neural networks by extrapolation of learning curves"; x is 1
    at the first point and grows by 1 in the mean time between points. (foretold - first) / |first|, cut to +-LARGEST; NaN of fewer than LEAST_POINTS finite
    points, and where no law fits.

    Args:
        steps: (n,) rising.
        values: (n,) of a curve that should fall.
        last_step: at which the run will end.
    """
    known = np.isfinite(values)
    steps, values = steps[known], values[known]
    if values.size < LEAST_POINTS or steps[-1] == steps[0] or values[0] == 0:
        return np.nan
    first, gap = float(values[0]), float(steps[-1] - steps[0]) / (values.size - 1)
    relative = np.clip((values - first) / abs(first), -LARGEST, LARGEST)
    foretold = _foretold(1 + (steps - steps[0]) / gap, relative, 1 + (last_step - steps[0]) / gap)
    return float(np.clip(foretold, -LARGEST, LARGEST))


def _foretold(time: Floats, values: Floats, at: float) -> float:
    start = float(values[-1]), float(values[0] - values[-1]), 0.5
    limits = (-np.inf, -np.inf, 0.0), (np.inf, np.inf, _STEEPEST)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OptimizeWarning)  # of the covariance, which is not used
        try:
            found, _ = curve_fit(_law, time, values, start, bounds=limits, max_nfev=_TRIES)
        except RuntimeError:  # scipy's way to say that nothing fits
            return np.nan
    return float(_law(at, *found))


def _law(time: Floats | float, level: float, gain: float, rate: float) -> Floats | float:
    return level + gain * time**-rate
