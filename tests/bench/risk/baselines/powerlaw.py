"""Where a curve will end if it goes on as a power law."""

import numpy as np
from scipy.optimize import minimize_scalar

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.dissection.run.view import RunView
from tests.bench.risk.baselines.curves import score, training_loss, validation_loss

POWERLAWS = ("b_powerlaw_train_loss", "b_powerlaw_validation_loss", "b_powerlaw_score")
LEAST_POINTS = 4
"""One more than the law has parameters."""
_RATES = 0.01, 5.0
"""Slower than the first is a logarithm, faster than the second a step."""
LARGEST = 10.0
"""Relative levels are cut here: a loss that ends at ten times its start is lost as at a million."""


def powerlaw_features(run: RunView, last_step: int) -> dict[str, float]:
    """Return where each curve of a run is foretold to end; see `powerlaw_baseline`.

    Args:
        run: cut at the landmark.
        last_step: at which it will end.
    """
    judged = score(run)
    curves = training_loss(run), validation_loss(run), None if judged is None else judged.series
    return {
        name: powerlaw_baseline(one.steps, one.values, last_step)
        for name, one in zip(POWERLAWS, curves, strict=True)
        if one is not None
    }


def powerlaw_baseline(steps: Integers, values: Floats, last_step: int) -> float:
    """Return the value foretold at the last step, relative to the first one; less is better.

    Fitted is level + gain x^-rate, the "pow3" of Domhan et al. (2015), "Speeding up automatic
    hyperparameter optimization of deep neural networks by extrapolation of learning curves"; x is 1
    at the first point and grows by 1 in the mean time between points. Returned is
    (foretold - first) / |first|, cut to +-LARGEST; NaN of fewer than LEAST_POINTS finite points,
    and of a first value of 0.

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
    """Return the value at a time of the law with the least squared error.

    Level and gain of a rate follow by linear regression, so that only the rate is searched for.
    """
    found = minimize_scalar(
        lambda rate: _fitted(time, values, rate)[2], bounds=_RATES, method="bounded"
    )
    level, gain, _ = _fitted(time, values, found.x)
    return float(level + gain * at**-found.x)


def _fitted(time: Floats, values: Floats, rate: float) -> tuple[float, float, float]:
    """Return level and gain for a rate, and the squared error that is left."""
    powers = time**-rate
    away = powers - powers.mean()
    gain = float(away @ values / (away @ away))
    level = float(values.mean() - gain * powers.mean())
    return level, gain, float(np.sum((values - level - gain * powers) ** 2))
