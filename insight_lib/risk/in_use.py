"""Which risk model counts, and why one that is no better than the base rate is not used."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

CURRENT, UNUSABLE, RETIRED = "current", "unusable", "retired"
"""The stages of a model; at most one is current or unusable."""

LEAST_STANDARD_ERRORS = 1.0
"""How far a model must beat the base rate out of fold: of models within one standard error of the
least cross-validated loss the simplest is taken, and none is simpler than a constant (Breiman et
al., Classification and Regression Trees, 1984, section 3.4.3; Hastie et al., The Elements of
Statistical Learning, 2009, section 7.10)."""


def newest_model(rows: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the row of ``risk_models`` that counts, the newest where several claim it, or None."""
    standing = [row for row in rows if row["stage"] in (CURRENT, UNUSABLE)]
    return max(standing, key=lambda row: row["trained_at"], default=None)


def why_row_unusable(row: Mapping[str, Any]) -> str | None:
    """Return `why_unusable` of a row of ``risk_models``; metrics that are no JSON say nothing."""
    try:
        metrics = json.loads(row["metrics"])
    except ValueError:
        return None
    return why_unusable(metrics) if isinstance(metrics, dict) else None


def why_unusable(metrics: Mapping[str, Any]) -> str | None:
    """Return why a model's probabilities are not to be used, in words; None where they may be.

    A model must beat both constants: the share of failed runs among all, and, by
    LEAST_STANDARD_ERRORS, the share among the runs that each fold was trained on. A metric that is
    not known, as the second of a model of an earlier version, decides nothing.
    """
    loss = _number(metrics, "log_loss")
    if loss is None:
        return None
    said = f"log loss {loss:.3f} on programs it had not seen"
    constant = _number(metrics, "base_rate_log_loss")
    if constant is not None and loss >= constant:
        worse = "worse than" if loss > constant else "no better than"
        return f"{worse} the base rate: {said}, {constant:.3f} by the share of failed runs alone"
    gain, stderr = _number(metrics, "gain_over_base_rate"), _number(metrics, "gain_stderr")
    if gain is not None and stderr is not None and gain <= LEAST_STANDARD_ERRORS * stderr:
        return (
            f"not clearly better than the base rate: {said}, {loss + gain:.3f} by the share of "
            f"failed runs alone, a gain of {gain:.3f} with a standard error of {stderr:.3f}"
        )
    return None


def _number(metrics: Mapping[str, Any], name: str) -> float | None:
    value = metrics.get(name)
    return float(value) if isinstance(value, int | float) else None
