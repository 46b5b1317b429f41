"""The columns of ``risk_scores`` that say which way a run is expected to fail."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.dataset as ds

from insight_lib.lake.tables import Lake
from insight_lib.risk.expected_kind import expected_kinds, unless_diverged
from insight_lib.risk.models.bundle import Scores

Failure: TypeAlias = tuple[str | None, int | None]
"""The kind of a failure, and the first step since which the run's own curves show it."""


def known_failures(lake: Lake) -> dict[str, Failure]:
    """Return the failure of each run whose own curves show one."""
    columns, failed = ("run_id", "kind", "failed_at"), ds.field("outcome") == "failed"
    rows = lake.read("run_outcomes", columns, where=failed).to_pylist()
    return {row["run_id"]: (row["kind"], row["failed_at"]) for row in rows}


def expected_columns(
    scores: Scores, rows: pa.Table, failures: Mapping[str, Failure]
) -> dict[str, list[Any]]:
    """Return the columns, by name.

    Args:
        scores: of the rows.
        rows: of ``run_features``.
        failures: of `known_failures`.
    """
    looks = zip(rows["run_id"].to_pylist(), rows["cutoff_step"].to_pylist(), strict=True)
    found = [
        unless_diverged(expected, *failures.get(run_id, (None, None)), step)
        for expected, (run_id, step) in zip(expected_kinds(scores), looks, strict=True)
    ]
    return {
        "expected_kind": [each.kind for each in found],
        "expected_kind_probability": [each.probability for each in found],
    }
