"""How steadily a metric goes from step to step, and which moves are more than chance.

Whether the AUC moved from one step to the next by more than its standard errors explain is judged
by

    z = (AUC_t - AUC_t-1) / sqrt(SE_t^2 + SE_t-1^2)

the test of two independent samples [1]. Steps are evaluated on the same examples, so that their
errors go together, and the true standard error of the difference is smaller: what this calls a move
is one, and others may be too (``insight compare`` tests two runs on common examples with the
covariance). As a run makes many moves, |z| has to reach the two-sided 5 % level divided by their
number (Bonferroni), so that a run that does not move is called moving in at most 5 of 100.

[1] J. A. Hanley, B. J. McNeil, "The meaning and use of the area under a receiver operating
characteristic (ROC) curve", Radiology 143 (1982) 29-36.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from statistics import NormalDist
from typing import Any

import numpy as np
import pyarrow as pa

from insight_lib.columnar.arrays import Floats, Integers
from insight_lib.lake.contract import contract

METRICS: Mapping[str, str | None] = {"auc": "auc_stderr", "average_precision": None, "gauc": None}
"""Column of a metric to that of its standard error; in all of them more is better."""

FALSE_ALARMS = 0.05

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Volatility:
    """What the steps of one metric say together; see table ``volatility`` for each field."""

    steps: int
    mean: float | None = None
    stddev: float | None = None
    largest_drop: float | None = None
    drop_step: int | None = None
    drop_z: float | None = None
    moves_beyond_error: int | None = None
    undefined_reason: str | None = None


def volatility(steps: Integers, values: Floats, stderrs: Floats) -> Volatility:
    """Return how steadily a metric goes.

    Args:
        steps: shape (n,), rising.
        values: shape (n,), NaN where the metric is undefined.
        stderrs: shape (n,), NaN where there is no standard error.
    """
    known = np.isfinite(values)
    steps, values, stderrs = steps[known], values[known], stderrs[known]
    if not len(values):
        return Volatility(0, undefined_reason="undefined at every step")
    if len(values) == 1:
        return Volatility(1, float(values[0]), undefined_reason="defined at one step only")
    moves = np.diff(values)
    z = _z(moves, stderrs)
    has_error = bool(np.isfinite(z).any())
    lowest = int(np.argmin(moves))
    falls = bool(moves[lowest] < 0)
    return Volatility(
        len(values),
        float(values.mean()),
        float(values.std(ddof=1)),
        max(-float(moves[lowest]), 0.0),
        int(steps[lowest + 1]) if falls else None,
        float(z[lowest]) if falls and np.isfinite(z[lowest]) else None,
        int((np.abs(z) > least_z(len(moves))).sum()) if has_error else None,
        None if has_error else "no move has a standard error",
    )


def volatility_table(metrics: pa.Table) -> pa.Table:
    """Return table ``volatility`` of whole runs.

    Args:
        metrics: Columns run_id, step, split, slice and those of ``METRICS``, in any order.
    """
    ordered = metrics.sort_by(
        [(name, "ascending") for name in ("run_id", "split", "slice", "step")]
    )
    rows = [row for _, steps in groupby(ordered.to_pylist(), _key) for row in _of_metrics([*steps])]
    return pa.Table.from_pylist(rows, schema=contract("volatility").schema)


def _of_metrics(steps: Sequence[Row]) -> Iterator[dict[str, Any]]:
    run_id, split, part = _key(steps[0])
    numbers = np.array([row["step"] for row in steps], np.int64)
    for metric, stderr in METRICS.items():
        nothing = np.full(len(steps), np.nan)
        errors = nothing if stderr is None else _floats(steps, stderr)
        found = volatility(numbers, _floats(steps, metric), errors)
        key = {"run_id": run_id, "split": split, "slice": part, "metric": metric}
        yield key | asdict(found)


def _z(moves: Floats, stderrs: Floats) -> Floats:
    """Each move over its standard error; NaN where there is none, or it is 0."""
    error = np.hypot(stderrs[1:], stderrs[:-1])
    z: Floats = np.divide(moves, error, out=np.full(len(moves), np.nan), where=error > 0)
    return z


def least_z(moves: int) -> float:
    """Return from which |z| on one of so many moves is more than chance (Bonferroni)."""
    return NormalDist().inv_cdf(1 - FALSE_ALARMS / moves / 2)


def _floats(rows: Sequence[Row], name: str) -> Floats:
    return np.array([np.nan if row[name] is None else row[name] for row in rows], np.float64)


def _key(row: Row) -> tuple[str, str, str]:
    return row["run_id"], row["split"], row["slice"]
