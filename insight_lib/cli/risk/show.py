"""``insight risk show``: the model that scores with its figures, and the runs by their risk."""

import argparse
from collections.abc import Sequence

from insight_lib.cli.output import print_json, print_table
from insight_lib.cli.risk.scores import (
    by_falling_risk,
    how,
    main_reason,
    says,
    seen,
    standing_scores,
)
from insight_lib.lake.tables import Lake, open_lake
from insight_lib.risk.registry.default_model import default_model
from insight_lib.risk.registry.figures import landmark_figures, landmark_titles, overall_figures
from insight_lib.risk.registry.model_stage import Stage
from insight_lib.risk.registry.record import ModelRecord
from insight_lib.risk.registry.store import read_records
from insight_lib.screen import print_text

_NEVER_SCORED = "no run is scored yet: `insight nightly` scores all of them by the default model"
BACKTEST = (
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
)


def run_show(arguments: argparse.Namespace) -> int:
    """Print models, runs by risk, and how earlier scores turned out."""
    lake = open_lake(arguments.lake)
    if arguments.json:
        print_json(
            {
                "models": [_told(one) for one in read_records(lake)],
                "runs": by_falling_risk(standing_scores(lake)),
                "backtest": _backtest(lake),
            }
        )
        return 0
    print_model(lake)
    print_risks(lake)
    print_backtest(lake)
    return 0


def print_model(lake: Lake) -> None:
    """Print which model scores and how good it is, what the others are, and why."""
    records = read_records(lake)
    current = next((one for one in records if one.stage is Stage.CURRENT), None)
    default = next((one for one in records if one.stage is Stage.DEFAULT), None)
    scoring = current or default
    metrics = default_model().metrics if scoring is None else scoring.metrics
    print_text(_which(current, default))
    rows = [(share, *values) for share, values in landmark_figures(metrics)]
    if rows:
        title = "Measured on programs it had not seen, of runs that had not failed yet"
        print_table(title, ("seen of the run", *landmark_titles()), rows)
    print_table("", ("measure", "value"), overall_figures(metrics))
    others = [(one.version, one.stage.value, one.reason) for one in records if one is not scoring]
    if others:
        print_table("Models that do not score", ("model", "stage", "why"), others)


def print_risks(lake: Lake) -> None:
    """Print the runs by falling probability of failure."""
    rows = [
        (
            row["run_id"],
            f"{row['probability']:.3f}",
            says(row),
            how(row),
            seen(row),
            main_reason(row),
        )
        for row in by_falling_risk(standing_scores(lake))
    ]
    if not rows:
        print_text(_NEVER_SCORED)
        return
    print_table("Risk of failure", ("run", "probability", "", "how", "seen", "because"), rows)


def print_backtest(lake: Lake) -> None:
    """Print how the scores of earlier nights turned out, where that is known of any."""
    rows = _backtest(lake)
    if rows:
        titles = [name.replace("_", " ") for name in BACKTEST]
        values: list[Sequence[object]] = [[row[name] for name in BACKTEST] for row in rows]
        print_table("How scores turned out", titles, values)


def _which(current: ModelRecord | None, default: ModelRecord | None) -> str:
    if current is not None:
        why = f": {current.reason}" if current.reason else ""
        return f"model {current.version} scores, the default corrected by this lake's own runs{why}"
    version = default_model().version if default is None else default.version
    why = f"; {default.reason}" if default is not None and default.reason else ""
    return f"the default model {version} scores, which ships with DeepInsight{why}"


def _told(record: ModelRecord) -> dict[str, object]:
    return {
        "version": record.version,
        "stage": record.stage.value,
        "reason": record.reason,
        "trained_at": record.trained_at,
        "promoted_at": record.promoted_at,
        "metrics": dict(record.metrics),
        "card": dict(record.card),
    }


def _backtest(lake: Lake) -> list[dict[str, object]]:
    order = [("night", "descending"), ("model_version", "ascending"), ("landmark", "ascending")]
    rows: list[dict[str, object]] = lake.read("risk_backtest").sort_by(order).to_pylist()
    return rows
