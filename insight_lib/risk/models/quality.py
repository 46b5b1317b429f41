"""How good predicted probabilities are: ranking, sharpness and calibration."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.risk.models.calibration import logistic_line
from insight_lib.risk.models.learner import log_losses, probability_of
from insight_lib.risk.models.ranking import recall_at, roc_auc

FALSE_ALARMS = 0.05
"""At which share of false alarms the recall is stated."""
BINS = 15
"""Equal-mass bins of the calibration error (Guo et al. 2017 take 15); fewer so that each holds at
least `RUNS_A_BIN` runs."""
RUNS_A_BIN = 10
RESAMPLES = 200
_SPAN = (0.025, 0.975)


@dataclass(frozen=True)
class Quality:
    """Metrics of predictions; a field is NaN where it is undefined, as ``why_undefined`` says.

    Attributes:
        rows: predictions.
        failed: of these, runs that failed.
        roc_auc: see `roc_auc`.
        recall_at_5pct: see `recall_at`, at FALSE_ALARMS.
        brier: mean squared error of the probability.
        log_loss: mean negative log likelihood, in nats.
        base_rate_log_loss: the same of always saying the share of failed runs.
        slope: of the logistic regression of failure on the log-odds; 1 is calibrated, below is
            too sure (Cox 1958).
        slope_low: end of its interval of 95 %, by resampling programs.
        slope_high: other end.
        intercept: of the same regression; 0 is calibrated.
        intercept_low: end of its interval.
        intercept_high: other end.
        calibration_error: `debiased_calibration_error`.
        why_undefined: empty where every field is known.
    """

    rows: int
    failed: int
    roc_auc: float = math.nan
    recall_at_5pct: float = math.nan
    brier: float = math.nan
    log_loss: float = math.nan
    base_rate_log_loss: float = math.nan
    slope: float = math.nan
    slope_low: float = math.nan
    slope_high: float = math.nan
    intercept: float = math.nan
    intercept_low: float = math.nan
    intercept_high: float = math.nan
    calibration_error: float = math.nan
    why_undefined: str = ""


def quality_of(failed: Floats, log_odds: Floats, programs: Sequence[str], seed: int = 0) -> Quality:
    """Return the metrics of calibrated log-odds.

    Args:
        failed: shape (rows,), 1 or 0.
        log_odds: shape (rows,), finite.
        programs: of the rows; the bootstrap draws whole programs, whose runs resemble each other.
        seed: of the bootstrap.
    """
    if failed.size == 0:
        return Quality(0, 0, why_undefined="no run was predicted")
    probability, rate = probability_of(log_odds), float(failed.mean())
    with np.errstate(divide="ignore"):
        base = np.full(failed.shape, np.log(rate) - np.log1p(-rate))
    has_both = 0 < rate < 1
    lines = _lines(failed, log_odds, programs, seed) if has_both else np.full((3, 2), np.nan)
    (intercept, slope), (intercept_low, slope_low), (intercept_high, slope_high) = lines.tolist()
    return Quality(
        rows=int(failed.size),
        failed=int(failed.sum()),
        roc_auc=roc_auc(failed, log_odds),
        recall_at_5pct=recall_at(failed, log_odds, FALSE_ALARMS),
        brier=float(np.mean((probability - failed) ** 2)),
        log_loss=float(log_losses(log_odds, failed).mean()),
        base_rate_log_loss=float(log_losses(base, failed).mean()) if has_both else 0.0,
        slope=slope,
        slope_low=slope_low,
        slope_high=slope_high,
        intercept=intercept,
        intercept_low=intercept_low,
        intercept_high=intercept_high,
        calibration_error=debiased_calibration_error(failed, probability),
        why_undefined="" if has_both else "failed and healthy runs are both needed",
    )


def _lines(failed: Floats, log_odds: Floats, programs: Sequence[str], seed: int) -> Floats:
    """Return (estimate, low, high) of (intercept, slope); shape (3, 2)."""
    random = np.random.default_rng(seed)
    names = np.array(programs, dtype=np.str_)
    rows_of = [np.flatnonzero(names == name) for name in np.unique(names)]
    drawn = []
    for _ in range(RESAMPLES):
        chosen = random.integers(len(rows_of), size=len(rows_of))
        rows = np.concatenate([rows_of[i] for i in chosen])
        if 0 < failed[rows].mean() < 1:
            drawn.append(logistic_line(log_odds[rows], failed[rows]))
    span = np.quantile(np.array(drawn), _SPAN, axis=0)
    return np.vstack([logistic_line(log_odds, failed), span])


def debiased_calibration_error(failed: Floats, probability: Floats) -> float:
    """Return the L2 calibration error over equal-mass bins, less what chance alone adds.

    sqrt(max(0, sum over bins of share * ((mean probability - rate)^2 - rate (1 - rate) / (n - 1))))
    (Kumar, Liang and Ma 2019, "Verified Uncertainty Calibration", definition 5.2): the plain error
    of a perfect model is above 0 with few runs, this one is 0 in the mean before the root. Bins by
    rising probability differ by at most one run. NaN under 2 * RUNS_A_BIN runs.
    """
    if failed.size < 2 * RUNS_A_BIN:
        return float("nan")
    # By label among equal probabilities, so that the order of rows does not matter.
    order = np.lexsort((failed, probability))
    total = 0.0
    for one in np.array_split(order, min(BINS, failed.size // RUNS_A_BIN)):
        rate = float(failed[one].mean())
        by_chance = rate * (1 - rate) / (one.size - 1)
        gap = float(probability[one].mean()) - rate
        total += one.size / failed.size * (gap**2 - by_chance)
    return float(np.sqrt(max(0.0, total)))
