"""How good predicted probabilities are: ranking, sharpness and calibration."""

from dataclasses import dataclass, field
from importlib import import_module

import numpy as np

from insight_lib.columnar.arrays import Floats
from insight_lib.dealer.extras import needs_extra
from insight_lib.risk.arrays import Places

MOST_BINS, RUNS_A_BIN = 10, 5
"""Calibration bins: ten where there are runs for it, fewer so that a bin holds at least five."""


@dataclass(frozen=True)
class Quality:
    """Metrics of predicted probabilities; None where undefined, with the reason in ``undefined``.

    Attributes:
        roc_auc: chance that a failed run is ranked above a healthy one; ties count half.
        average_precision: sum over thresholds of precision times the gain in recall.
        brier: mean squared error of the probability.
        log_loss: mean negative log likelihood, in nats.
        calibration_error: distance between mean probability and failure rate, mean over equal-mass
            bins weighted by their runs. Few runs overstate it: with five a bin, a perfect model
            with evenly spread probabilities shows about 0.14.
        base_rate_brier: the Brier score of always saying the share of failed runs, to compare with.
        base_rate_log_loss: the log loss of the same.
        undefined: metric to the reason why it is None.
    """

    roc_auc: float | None = None
    average_precision: float | None = None
    brier: float | None = None
    log_loss: float | None = None
    calibration_error: float | None = None
    base_rate_brier: float | None = None
    base_rate_log_loss: float | None = None
    undefined: dict[str, str] = field(default_factory=dict)


def quality(failed: Floats, probability: Floats) -> Quality:
    """Return the metrics of predictions.

    Args:
        failed: shape (runs,), 1 or 0.
        probability: shape (runs,), in [0, 1].

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    values: dict[str, float] = {}
    undefined: dict[str, str] = {}
    if failed.size:
        values |= _of_probability(failed, probability)
    else:
        undefined |= dict.fromkeys(("brier", "log_loss"), "no run was predicted")
        undefined |= dict.fromkeys(
            ("base_rate_brier", "base_rate_log_loss"), "no run was predicted"
        )
    if np.unique(failed).size == 2:
        values |= _of_ranking(failed, probability)
    else:
        reason = "failed and healthy runs are both needed"
        undefined |= dict.fromkeys(("roc_auc", "average_precision"), reason)
    if failed.size >= 2 * RUNS_A_BIN:
        values["calibration_error"] = calibration_error(failed, probability)
    else:
        undefined["calibration_error"] = f"fewer than {2 * RUNS_A_BIN} runs cannot fill two bins"
    return Quality(**values, undefined=undefined)


def gain_over_base_rate(
    failed: Floats, probability: Floats, base_rate: Floats, fold: Places
) -> dict[str, float]:
    """Return how much log loss the predictions save against the base rate of their folds.

    Args:
        failed: shape (runs,), 1 or 0.
        probability: shape (runs,), out of fold.
        base_rate: shape (runs,), in (0, 1): the share of failed runs that the run's fold was
            trained on.
        fold: shape (runs,), from 0; at least two folds.

    Returns:
        ``base_rate_log_loss_out_of_fold``; ``gain_over_base_rate``, that minus the predictions' log
        loss; ``gain_stderr``, its standard error, in which the runs of a fold may depend on each
        other: sqrt(K / (K - 1) * sum over K folds of (sum of gain - mean gain)^2) / runs.
    """
    constant = _log_losses(failed, base_rate)
    gain = constant - _log_losses(failed, probability)
    by_fold = np.bincount(fold, weights=gain - gain.mean())
    folds = by_fold.size
    return {
        "base_rate_log_loss_out_of_fold": float(constant.mean()),
        "gain_over_base_rate": float(gain.mean()),
        "gain_stderr": float(np.sqrt(folds / (folds - 1) * np.sum(by_fold**2)) / gain.size),
    }


def _log_losses(failed: Floats, probability: Floats) -> Floats:
    """Return each run's log loss; a probability of 0 counts as the least that float64 adds to 1."""
    said = np.where(failed == 1, probability, 1 - probability)
    return -np.log(np.maximum(said, np.finfo(np.float64).eps))


def _of_probability(failed: Floats, probability: Floats) -> dict[str, float]:
    with needs_extra("risk"):
        log_loss = import_module("sklearn.metrics").log_loss
    rate = np.full(failed.shape, failed.mean())
    return {
        "brier": float(np.mean((probability - failed) ** 2)),
        "log_loss": float(log_loss(failed, probability, labels=[0, 1])),
        "base_rate_brier": float(np.mean((rate - failed) ** 2)),
        "base_rate_log_loss": float(log_loss(failed, rate, labels=[0, 1])),
    }


def _of_ranking(failed: Floats, probability: Floats) -> dict[str, float]:
    with needs_extra("risk"):
        metrics = import_module("sklearn.metrics")
    return {
        "roc_auc": float(metrics.roc_auc_score(failed, probability)),
        "average_precision": float(metrics.average_precision_score(failed, probability)),
    }


def calibration_error(failed: Floats, probability: Floats) -> float:
    """Return the expected calibration error over equal-mass bins of rising probability.

    Bins differ by at most one run. Both arrays have shape (runs,), with at least one run.
    """
    # By label among equal probabilities, so that the order of rows does not matter.
    order = np.lexsort((failed, probability))
    bins = np.array_split(order, max(1, min(MOST_BINS, failed.size // RUNS_A_BIN)))
    gaps = [abs(float(np.sum(probability[one] - failed[one]))) for one in bins]
    return sum(gaps) / failed.size
