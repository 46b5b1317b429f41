"""From a model's log-odds to log-odds that can be believed.

A map is learnt from log-odds of runs whose family the model had not seen, so it also takes out what
the model is too sure of on new programs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from insight_lib.columnar.arrays import Booleans, Floats
from insight_lib.dealer.extras import needs_extra
from insight_lib.risk.models.learner import log_losses, probability_of

_NEWTON_STEPS, _LEAST_GAIN = 50, 1e-12
# As if one failed and one healthy run more had been seen at each level (Laplace's rule): no level
# of the isotonic map is a certainty.
_PRIOR_RUNS = 1.0
# What a unit of log-odds adds to a level: runs of one level keep their order, so that a threshold
# can stand between them; over the whole range it moves a probability by less than 2 %.
_UNTIED = 0.01


@dataclass(frozen=True)
class Platt:
    """calibrated = intercept + slope * log-odds, slope above 0 (Platt 1999)."""

    slope: float
    intercept: float

    def apply(self, log_odds: Floats) -> Floats:
        """Return calibrated log-odds, of the same shape."""
        return self.intercept + self.slope * log_odds


@dataclass(frozen=True)
class Isotonic:
    """A line through (knots, levels), nearly level beyond its ends (Zadrozny and Elkan 2002)."""

    knots: tuple[float, ...]
    levels: tuple[float, ...]

    def apply(self, log_odds: Floats) -> Floats:
        """Return calibrated log-odds, of the same shape."""
        return np.interp(log_odds, self.knots, self.levels) + _UNTIED * log_odds


Calibration: TypeAlias = Platt | Isotonic


def fit_platt(log_odds: Floats, failed: Floats) -> Platt:
    """Return the line of greatest likelihood, its labels smoothed as Platt does.

    Labels are (failed + 1) / (failed + 2) and 1 / (healthy + 2), so that runs which can be told
    apart without an error still have a finite line. Where the best slope is not above 0, or one
    outcome is missing, the identity.
    """
    positive = float(failed.sum())
    negative = failed.size - positive
    if not (positive and negative):
        return Platt(1.0, 0.0)
    target = np.where(failed == 1, (positive + 1) / (positive + 2), 1 / (negative + 2))
    intercept, slope = logistic_line(log_odds, target)
    return Platt(slope, intercept) if slope > 0 else Platt(1.0, 0.0)


def logistic_line(log_odds: Floats, target: Floats) -> tuple[float, float]:
    """Return intercept and slope of the logistic regression of targets in [0, 1].

    By Newton from (0, 0), each step halved until it lowers the log loss. Where targets can be told
    apart without an error the slope has no limit, and what it had reached is returned.
    """
    inputs = np.column_stack([np.ones_like(log_odds), log_odds])
    # A trace of a penalty keeps the step defined where all log-odds are one.
    ridge = np.diag([1e-9, 1e-6])
    theta, loss = np.zeros(2), np.inf
    for _ in range(_NEWTON_STEPS):
        p = probability_of(inputs @ theta)
        curvature = (inputs * np.maximum(p * (1 - p), 1e-12)[:, np.newaxis]).T @ inputs + ridge
        step = np.linalg.solve(curvature, inputs.T @ (target - p))
        while (lower := _loss(inputs @ (theta + step), target)) > loss:
            step = step / 2
        theta = theta + step
        if loss - lower < _LEAST_GAIN * target.size:
            break
        loss = lower
    return float(theta[0]), float(theta[1])


def _loss(log_odds: Floats, target: Floats) -> float:
    return float(np.sum(np.logaddexp(0.0, log_odds) - target * log_odds))


def fit_isotonic(log_odds: Floats, failed: Floats) -> Isotonic:
    """Return the rising steps of least squared error, each drawn towards one half by its few runs.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    with needs_extra("risk"):
        isotonic = import_module("sklearn.isotonic")
    order = np.lexsort((failed, log_odds))
    fitted = isotonic.IsotonicRegression(out_of_bounds="clip").fit(log_odds[order], failed[order])
    level = fitted.predict(log_odds[order])
    knots, levels = [], []
    for one in np.unique(level):
        places = np.flatnonzero(level == one)
        share = (one * places.size + _PRIOR_RUNS) / (places.size + 2 * _PRIOR_RUNS)
        knots.append(float(np.median(log_odds[order][places])))
        levels.append(float(np.log(share / (1 - share))))
    # The prior weighs more on a level of few runs, which must not break the order.
    return Isotonic(tuple(knots), tuple(np.maximum.accumulate(levels).tolist()))


def choose_calibration(log_odds: Floats, failed: Floats, families: Sequence[str]) -> Calibration:
    """Return the map, Platt's or isotonic, that has less log loss on families left out of it.

    Of equals, and where only one family is there, Platt's.

    Args:
        log_odds: shape (rows,), of models that had not seen the row's family.
        failed: shape (rows,), 1 or 0.
        families: of the rows.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    if log_odds.size == 0 or len(set(families)) < 2:
        return fit_platt(log_odds, failed)
    names = np.array(families, dtype=np.str_)
    by_line = _loss_left_out(fit_platt, log_odds, failed, names)
    by_steps = _loss_left_out(fit_isotonic, log_odds, failed, names)
    return (fit_isotonic if by_steps < by_line else fit_platt)(log_odds, failed)


def _loss_left_out(
    fit: Callable[[Floats, Floats], Calibration],
    log_odds: Floats,
    failed: Floats,
    names: npt.NDArray[np.str_],
) -> float:
    total = 0.0
    for name in np.unique(names):
        held: Booleans = names == name
        said = fit(log_odds[~held], failed[~held]).apply(log_odds[held])
        total += float(log_losses(said, failed[held]).sum())
    return total
