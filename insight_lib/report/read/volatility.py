"""The tables ``volatility`` and ``score_drift`` -> what a run's steps say together."""

from collections.abc import Mapping, Sequence
from typing import Any

from insight_lib.report.read.evaluations import ALL_EXAMPLES, split_rank
from insight_lib.report.records.run_page import Drift, Steadiness

VOLATILITY_COLUMNS = (
    "run_id",
    "split",
    "slice",
    "metric",
    "steps",
    "stddev",
    "largest_drop",
    "drop_step",
    "drop_z",
    "moves_beyond_error",
)
DRIFT_COLUMNS = (
    "run_id",
    "step",
    "split",
    "reference_run_id",
    "reference_step",
    "psi",
    "ks",
)

Row = Mapping[str, Any]


def steadiness(rows: Sequence[Row]) -> tuple[Steadiness, ...]:
    """Return how steady the AUC over all examples is, by split, the foremost split first."""
    whole = [row for row in rows if row["metric"] == "auc" and row["slice"] == ALL_EXAMPLES]
    names = [name for name in VOLATILITY_COLUMNS if name not in ("run_id", "slice", "metric")]
    return tuple(
        Steadiness(**{name: row[name] for name in names})
        for row in sorted(whole, key=lambda row: split_rank(row["split"]))
    )


def last_drift(rows: Sequence[Row]) -> tuple[Drift, ...]:
    """Return the drift of each split's last step from the step and from the run before."""
    last: dict[tuple[str, bool], Row] = {}
    for row in sorted(rows, key=lambda row: row["step"]):
        last[row["split"], row["run_id"] == row["reference_run_id"]] = row
    order = sorted(last, key=lambda key: (split_rank(key[0]), not key[1]))
    return tuple(_drift(last[key], same_run=key[1]) for key in order)


def _drift(row: Row, *, same_run: bool) -> Drift:
    names = [name for name in DRIFT_COLUMNS if name != "run_id"]
    return Drift(same_run=same_run, **{name: row[name] for name in names})
