"""Which model scores by what ``risk_models`` says, without loading it: for those who only read."""

from collections.abc import Iterable, Mapping
from typing import Any

from insight_lib.risk.registry.model_stage import Stage

COLUMNS = ("model_version", "stage", "features")
"""What `standing_model` reads of a row."""


def standing_model(rows: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the row of the current model, else of the default; None before the first night.

    A row of before version 2 of the table, whose ``features`` are null, does not count.
    """
    by_stage = {row["stage"]: row for row in rows if row["features"] is not None}
    return by_stage.get(Stage.CURRENT) or by_stage.get(Stage.DEFAULT)
