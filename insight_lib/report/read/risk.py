"""The tables ``risk_models`` and ``risk_scores`` -> the current model and each run's risk."""

import math
from collections.abc import Mapping

import pyarrow as pa

from insight_lib.report.records.night import Reason, Risk, RiskModel
from insight_lib.report.text import parse_json, value_text
from insight_lib.risk.features.catalogue import MEANINGS
from insight_lib.risk.in_use import newest_model, why_row_unusable

MODEL_COLUMNS = ("model_version", "metrics", "stage", "trained_at")
SCORE_COLUMNS = ("run_id", "model_version", "cutoff_step", "probability", "kind", "reasons")

METRIC_NAMES = {
    "roc_auc": "ROC AUC",
    "average_precision": "PR AUC (average precision)",
    "brier": "Brier score",
    "log_loss": "Log loss",
    "calibration_error": "Calibration error",
    "runs": "Labelled runs",
    "failed": "Failed runs among them",
    "programs": "Programs",
}


def current_model(table: pa.Table) -> RiskModel | None:
    """Return the current model, with why it is not used if so; None if there is none."""
    row = newest_model(table.to_pylist())
    if row is None:
        return None
    metrics = _metrics(row["metrics"])
    return RiskModel(row["model_version"], row["trained_at"], metrics, why_row_unusable(row))


def risk_by_run(table: pa.Table, model: RiskModel | None) -> dict[str, Risk]:
    """Return the model's prediction for each run at the latest cut-off; none if it is unused."""
    risks: dict[str, Risk] = {}
    if model is None or model.unusable is not None:
        return risks
    for row in table.to_pylist():
        if row["model_version"] != model.version:
            continue
        if math.isnan(row["probability"]):
            continue
        known = risks.get(row["run_id"])
        if known is None or known.cutoff_step < row["cutoff_step"]:
            risks[row["run_id"]] = _risk(row)
    return risks


def _risk(row: Mapping[str, object]) -> Risk:
    return Risk(
        probability=float(str(row["probability"])),
        kind=str(row["kind"]),
        cutoff_step=int(str(row["cutoff_step"])),
        model_version=str(row["model_version"]),
        reasons=_reasons(str(row["reasons"])),
    )


def _reasons(text: str) -> tuple[Reason, ...]:
    """Return the reasons, the strongest first; a JSON value of another form yields none."""
    value = parse_json(text)
    if not isinstance(value, list):
        return ()
    reasons = [
        Reason(feature, MEANINGS.get(feature, ""), _number(each, "value"), _number(each, "effect"))
        for each in value
        if isinstance(each, dict) and (feature := value_text(each.get("feature")))
    ]
    return tuple(sorted(reasons, key=lambda reason: -abs(reason.effect or 0.0)))


def _number(value: Mapping[str, object], name: str) -> float | None:
    found = value.get(name)
    return float(found) if isinstance(found, int | float) else None


def _metrics(text: str) -> tuple[tuple[str, str], ...]:
    value = parse_json(text)
    if not isinstance(value, dict):
        return (("Metrics", value_text(value)),)
    return tuple(_named(value))


def _named(metrics: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    """Return known metrics first, with display names; flatten nested objects by one level."""
    known = [name for name in METRIC_NAMES if name in metrics]
    pairs: list[tuple[str, str]] = []
    for name in [*known, *(name for name in metrics if name not in METRIC_NAMES)]:
        value = metrics[name]
        title = METRIC_NAMES.get(name, str(name).replace("_", " ").capitalize())
        if isinstance(value, dict) and not prefix:
            pairs.extend(_named(value, prefix=f"{title}: "))
        else:
            pairs.append((prefix + title, value_text(value)))
    return pairs
