"""``insight risk``: who is predicted to fail and why, and how good the predictions have been."""

import argparse
import json

from insight_lib.cli.options import add_json, add_lake
from insight_lib.cli.output import print_json, print_table
from insight_lib.lake.lock import only_writer
from insight_lib.lake.tables import Lake, open_lake
from insight_lib.risk.in_use import newest_model, why_unusable
from insight_lib.risk.stage import refresh_risk, score_again
from insight_lib.screen import print_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "action",
        choices=("train", "score", "show"),
        help="train: learn from the labels and score, if anything changed; "
        "score: score every run with the current model; show: print model and scores",
    )
    add_lake(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked and print the outcome."""
    lake = open_lake(arguments.lake)
    if arguments.action == "train":
        with only_writer(lake.root):
            print_text(refresh_risk(lake).text)
    elif arguments.action == "score":
        with only_writer(lake.root):
            print(f"scored {score_again(lake)} runs")
    elif arguments.json:
        metrics = _current_metrics(lake)
        print_json({"model": metrics, "unusable": _unusable(metrics), "runs": _ranked(lake)})
    else:
        print_quality(lake)
        print_risks(lake)
    return 0


def print_quality(lake: Lake) -> None:
    """Print the measured quality of the current model, and why it is not used where that is so."""
    metrics = _current_metrics(lake)
    if metrics is None:
        print("no risk model yet: label runs with `insight label`, then run `insight nightly`")
        return
    rows = [(name, value) for name, value in metrics.items() if not isinstance(value, dict | list)]
    print_table("Risk model, measured on programs it had not seen", ("measure", "value"), rows)
    reason = _unusable(metrics)
    if reason is not None:
        print_text(f"no run is scored or ranked by the risk model: it is {reason}")


def print_risks(lake: Lake) -> None:
    """Print the runs by falling probability of failure."""
    rows = [
        (row["run_id"], f"{row['probability']:.3f}", row["kind"], _because(row["reasons"]))
        for row in _ranked(lake)
    ]
    if rows:
        print_table("Risk of failure", ("run", "probability", "kind", "because of"), rows)


def _ranked(lake: Lake) -> list[dict[str, object]]:
    """Return the scores by falling probability; none if the model is not used."""
    if _unusable(_current_metrics(lake)) is not None:
        return []
    rows: list[dict[str, object]] = (
        lake.read("risk_scores")
        .sort_by([("probability", "descending"), ("run_id", "ascending")])
        .to_pylist()
    )
    return [row | {"reasons": json.loads(str(row["reasons"]))} for row in rows]


def _current_metrics(lake: Lake) -> dict[str, object] | None:
    model = newest_model(lake.read("risk_models", ["metrics", "stage", "trained_at"]).to_pylist())
    if model is None:
        return None
    metrics: dict[str, object] = json.loads(model["metrics"])
    return metrics


def _unusable(metrics: dict[str, object] | None) -> str | None:
    return None if metrics is None else why_unusable(metrics)


def _because(reasons: object) -> str:
    if not isinstance(reasons, list):
        return ""
    return ", ".join(str(reason["feature"]) for reason in reasons)
