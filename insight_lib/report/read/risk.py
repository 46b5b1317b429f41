"""The tables of the risk -> the model that scores, each run's risk, and how scores turned out."""

import json
import math
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from insight_lib.report.records.risk import OtherModel, Reason, Risk, RiskModel, Turnout
from insight_lib.report.text import parse_json
from insight_lib.risk.backtest.turned_out import ANY
from insight_lib.risk.expected_kind import ExpectedKind, kind_said
from insight_lib.risk.registry.figures import (
    beats_base_rate,
    landmark_figures,
    landmark_titles,
    overall_figures,
)
from insight_lib.risk.registry.model_stage import Stage
from insight_lib.risk.registry.standing import standing_model

MODEL_COLUMNS = ("model_version", "metrics", "stage", "trained_at", "features", "reason")
SCORE_COLUMNS = (
    "run_id",
    "model_version",
    "cutoff_step",
    "probability",
    "reasons",
    "share",
    "abstained",
    "flagged",
    "expected_kind",
    "expected_kind_probability",
)
TURNOUT_COLUMNS = (
    "night",
    "model_version",
    "landmark",
    "runs",
    "failed",
    "foreseen",
    "missed",
    "false_alarms",
    "median_lead_steps",
    "hours_saved",
    "hours_lost",
)
MOST_NIGHTS = 14
"""Two weeks of nights are shown; the table has all."""

Row = Mapping[str, Any]


def scoring_model(table: pa.Table) -> RiskModel | None:
    """Return the model that scores; None before the first night of this version."""
    rows = table.to_pylist()
    row = standing_model(rows)
    if row is None:
        return None
    metrics = parse_json(row["metrics"])
    figures = metrics if isinstance(metrics, dict) else {}
    return RiskModel(
        version=row["model_version"],
        is_default=row["stage"] == Stage.DEFAULT,
        trained_at=row["trained_at"],
        reason=row["reason"],
        figures=tuple(overall_figures(figures)),
        landmark_titles=tuple(landmark_titles()),
        landmarks=tuple((name, tuple(values)) for name, values in landmark_figures(figures)),
        others=_others(rows, row["model_version"]),
        beats_base_rate=beats_base_rate(figures),
    )


def risk_by_run(table: pa.Table, model: RiskModel | None) -> dict[str, Risk]:
    """Return what the model says of each run at the latest cut-off."""
    if model is None:
        return {}
    scores: dict[str, list[Row]] = defaultdict(list)
    for row in table.to_pylist():
        if row["model_version"] == model.version and not math.isnan(row["probability"]):
            scores[row["run_id"]].append(row)
    return {run_id: _risk(rows) for run_id, rows in scores.items()}


def turnouts(table: pa.Table) -> tuple[Turnout, ...]:
    """Return how the scores of the last nights turned out, the latest first."""
    rows = [row for row in table.to_pylist() if row["landmark"] == ANY]
    rows.sort(key=lambda row: (row["night"], row["model_version"]), reverse=True)
    return tuple(
        Turnout(
            night=row["night"],
            version=row["model_version"],
            runs=row["runs"],
            failed=row["failed"],
            foreseen=row["foreseen"],
            missed=row["missed"],
            false_alarms=row["false_alarms"],
            median_lead_steps=row["median_lead_steps"],
            hours_saved=row["hours_saved"],
            hours_lost=row["hours_lost"],
        )
        for row in rows[:MOST_NIGHTS]
    )


def _others(rows: list[Row], version: str) -> tuple[OtherModel, ...]:
    others = [row for row in rows if row["model_version"] != version]
    others.sort(key=lambda row: (row["trained_at"], row["model_version"]), reverse=True)
    return tuple(
        OtherModel(row["model_version"], row["stage"], row["reason"] or "") for row in others
    )


def _risk(rows: list[Row]) -> Risk:
    *earlier, last = sorted(rows, key=lambda row: row["cutoff_step"])
    return Risk(
        probability=last["probability"],
        cutoff_step=last["cutoff_step"],
        share=last["share"],
        is_flagged=bool(last["flagged"]),
        is_unknown=bool(last["abstained"]),
        how=_how(last),
        reasons=reasons_of(last["reasons"]),
        earlier=tuple((row["cutoff_step"], row["probability"]) for row in earlier),
    )


def _how(row: Row) -> str:
    expected = ExpectedKind(row["expected_kind"], row["expected_kind_probability"])
    return kind_said(expected, row["probability"], flagged=bool(row["flagged"]))


def reasons_of(text: str) -> tuple[Reason, ...]:
    """Return the reasons of a score, the strongest first; what is of another form is left out."""
    try:
        value = json.loads(text)
    except ValueError:
        return ()
    found = [
        Reason(str(each["sentence"]), float(each["effect"]))
        for each in (value if isinstance(value, list) else ())
        if isinstance(each, dict) and _is_reason(each)
    ]
    return tuple(sorted(found, key=lambda reason: -abs(reason.effect)))


def _is_reason(each: Mapping[str, Any]) -> bool:
    return isinstance(each.get("sentence"), str) and isinstance(each.get("effect"), int | float)
