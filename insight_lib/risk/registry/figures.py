"""The figures of a model for people: names and values, in the order in which they are read."""

from collections.abc import Mapping
from typing import Any

OVERALL = {
    "roc_auc": "ROC AUC",
    "recall_at_5pct": "Recall at 5 % false alarms",
    "recall_flagged": "Failed runs that are flagged",
    "false_alarms_mean": "False alarms, mean over families",
    "false_alarms_worst": "False alarms, worst family",
    "slope": "Calibration slope",
    "intercept": "Calibration intercept",
    "calibration_error": "Calibration error, debiased",
    "brier": "Brier score",
    "log_loss": "Log loss",
    "base_rate_log_loss": "Log loss of the base rate",
    "gain_over_base_rate": "Gain over the base rate, log loss",
    "gain_stderr": "Its standard error",
    "abstains": "Runs that it abstains on",
    "runs": "Runs learnt from",
    "programs": "Programs",
    "families": "Families",
}
"""Name in the metrics to words."""

KINDS = {
    "accuracy": "Kind of failure told right",
    "base_rate_accuracy": "The same of always the most frequent",
    "log_loss": "Log loss of the kind",
    "base_rate_log_loss": "Log loss of how frequent kinds are",
}
"""The same in the metrics of kinds of failure."""

LANDMARK = ("roc_auc", "recall_at_5pct", "false_alarms_mean", "slope", "calibration_error")
"""What is told of each landmark."""

DIGITS = 3
"""Significant ones that are told: more differ between any two samples of runs."""

STANDARD_ERRORS = 1.96
"""Of a gain that is more than chance: the two-sided 5 % level of the normal distribution."""

Figure = float | int | None


def overall_figures(metrics: Mapping[str, Any]) -> list[tuple[str, Figure]]:
    """Return the figures over all landmarks, as words and value; None of what is undefined."""
    kinds = metrics.get("kinds")
    parts = [(OVERALL, metrics), (KINDS, kinds if isinstance(kinds, dict) else {})]
    return [
        (words, _number(found[name]))
        for names, found in parts
        for name, words in names.items()
        if name in found
    ]


def landmark_figures(metrics: Mapping[str, Any]) -> list[tuple[str, list[Figure]]]:
    """Return the figures of `LANDMARK` at each share of a run, such as ``10 %``, rising."""
    found = metrics.get("landmarks")
    if not isinstance(found, dict):
        return []
    shares = sorted((float(share), each) for share, each in found.items() if isinstance(each, dict))
    return [
        (f"{100 * share:g} %", [_number(each.get(name)) for name in LANDMARK])
        for share, each in shares
    ]


def landmark_titles() -> list[str]:
    """Return the words for `LANDMARK`, in its order."""
    return [OVERALL[name] for name in LANDMARK]


def beats_base_rate(metrics: Mapping[str, Any]) -> bool:
    """Return whether a model's log loss is lower than the base rate's, by more than chance.

    It is where the gain is above two standard errors; a gain without one is not known to be more.
    """
    gain, stderr = metrics.get("gain_over_base_rate"), metrics.get("gain_stderr")
    if not isinstance(gain, int | float) or not isinstance(stderr, int | float):
        return False
    return gain > STANDARD_ERRORS * stderr


def _number(value: object) -> Figure:
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    return value if isinstance(value, int) else None
