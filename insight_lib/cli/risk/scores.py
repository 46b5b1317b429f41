"""The scores of a lake by the model that scores."""

import json
from collections.abc import Mapping
from typing import Any

import pyarrow.dataset as ds

from insight_lib.lake.tables import Lake
from insight_lib.risk.expected_kind import ExpectedKind, kind_said
from insight_lib.risk.registry.standing import COLUMNS, standing_model

Row = Mapping[str, Any]


def standing_scores(lake: Lake, run_id: str | None = None) -> list[Row]:
    """Return the scores of a run, or of all, by the model that scores; by run and rising step.

    The reasons are objects. Empty before the first night.
    """
    standing = standing_model(lake.read("risk_models", COLUMNS).to_pylist())
    if standing is None:
        return []
    by_it = ds.field("model_version") == standing["model_version"]
    rows = lake.read("risk_scores", None, None if run_id is None else [run_id], by_it)
    found = rows.sort_by([("run_id", "ascending"), ("cutoff_step", "ascending")]).to_pylist()
    return [row | {"reasons": json.loads(row["reasons"])} for row in found]


def by_falling_risk(scores: list[Row]) -> list[Row]:
    """Return the latest score of each run by falling probability; last where the model abstains."""
    latest = {row["run_id"]: row for row in scores}
    return sorted(
        latest.values(),
        key=lambda row: (bool(row["abstained"]), -row["probability"], row["run_id"]),
    )


def seen(row: Row) -> str:
    """Return how much of the run a score is of: ``step 300, 25 %``."""
    share = "" if row["share"] is None else f", {100 * row['share']:.0f} %"
    return f"step {row['cutoff_step']:,}{share}"


def says(row: Row) -> str:
    """Return what the model says beside the probability: flagged, or that it does not know."""
    if row["abstained"]:
        return "outside of what the model knows"
    return "flagged" if row["flagged"] else ""


def how(row: Row) -> str:
    """Return which way the run will fail, in a few words; empty where nothing is to be said."""
    expected = ExpectedKind(row["expected_kind"], row["expected_kind_probability"])
    return kind_said(expected, row["probability"], flagged=bool(row["flagged"]))


def main_reason(row: Row) -> str:
    """Return the sentence of what moved the score most; empty where nothing did."""
    return next((each["sentence"] for each in row["reasons"]), "")
