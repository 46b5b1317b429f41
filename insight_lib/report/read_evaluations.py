"""The tables ``evaluations`` and ``curves`` -> AUC over steps, metrics and curves at the end."""

import math
from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.report.arrange import floats, groups
from insight_lib.report.records import Auc
from insight_lib.report.run_records import Curve, Evaluation

ALL_EXAMPLES = ""
"""The slice that is no slice."""

EVALUATION_COLUMNS = (
    "run_id",
    "step",
    "split",
    "slice",
    "rows",
    "positives",
    "auc",
    "auc_lower",
    "auc_upper",
    "auc_ci_lower",
    "auc_ci_upper",
    "average_precision",
    "log_loss",
    "brier",
    "calibration_error",
    "undefined_reason",
)
CURVE_COLUMNS = ("run_id", "step", "split", "slice", "curve", "point", "x", "y")

_PREFERRED_SPLITS = ("validation", "val", "valid", "test", "eval")
_CURVE_SPLITS = 4
"""Splits whose curves are drawn; more cannot be told apart in one plot."""

Row = Mapping[str, object]


def split_rank(split: str) -> tuple[int, str]:
    """Order of splits: the one a training is judged by first, then by name."""
    known = _PREFERRED_SPLITS.index(split) if split in _PREFERRED_SPLITS else len(_PREFERRED_SPLITS)
    return known, split


def last_auc(table: pa.Table) -> dict[str, Auc]:
    """Of every run the AUC over all examples at the last step of its foremost split."""
    best: dict[str, Row] = {}
    for row in table.to_pylist():
        known = best.get(row["run_id"])
        if row["slice"] == ALL_EXAMPLES and (known is None or _rank(row) < _rank(known)):
            best[row["run_id"]] = row
    return {run_id: _auc(row) for run_id, row in best.items()}


def auc_over_steps(rows: Sequence[Row]) -> tuple[Auc, ...]:
    """The AUC over all examples at every step, split by split, steps ascending."""
    whole = [row for row in rows if row["slice"] == ALL_EXAMPLES]
    return tuple(_auc(row) for row in sorted(whole, key=_split_then_step))


def final_evaluations(rows: Sequence[Row]) -> tuple[Evaluation, ...]:
    """The metrics of every split and slice at its last step, all examples before the slices."""
    last: dict[tuple[str, str], Row] = {}
    for row in sorted(rows, key=_split_then_step):
        last[str(row["split"]), str(row["slice"])] = row
    ordered = sorted(last, key=lambda key: (key[1] != ALL_EXAMPLES, split_rank(key[0]), key[1]))
    return tuple(_evaluation(last[key]) for key in ordered)


def final_curves(table: pa.Table) -> tuple[Curve, ...]:
    """Every curve over all examples at the last step of the foremost splits, points in order."""
    if table.num_rows == 0:
        return ()
    found: dict[tuple[str, str], Curve] = {}
    whole = table.filter(pc.equal(table["slice"], ALL_EXAMPLES))
    for (curve, split, step), points in groups(whole, ["curve", "split", "step"], ["point"]):
        # Steps ascend, so the last one written here is the last step.
        x, y = floats(points, "x"), floats(points, "y")
        found[curve, split] = Curve(curve, split, int(step), x, y)
    splits = sorted({split for _, split in found}, key=split_rank)[:_CURVE_SPLITS]
    return tuple(
        curve for (_, split), curve in _by_split(found.items()) if split in splits and len(curve.x)
    )


def _by_split(
    curves: Iterable[tuple[tuple[str, str], Curve]],
) -> list[tuple[tuple[str, str], Curve]]:
    return sorted(curves, key=lambda item: (split_rank(item[0][1]), item[0][0]))


def _evaluation(row: Row) -> Evaluation:
    reason = row["undefined_reason"]
    return Evaluation(
        split=str(row["split"]),
        part=str(row["slice"]),
        step=_integer(row, "step"),
        rows=_integer(row, "rows"),
        positives=_integer(row, "positives"),
        auc=_auc(row),
        average_precision=_defined(row, "average_precision"),
        log_loss=_defined(row, "log_loss"),
        brier=_defined(row, "brier"),
        calibration_error=_defined(row, "calibration_error"),
        undefined_reason=None if reason is None else str(reason),
    )


def _auc(row: Row) -> Auc:
    return Auc(
        step=_integer(row, "step"),
        split=str(row["split"]),
        auc=_defined(row, "auc"),
        ci_lower=_defined(row, "auc_ci_lower"),
        ci_upper=_defined(row, "auc_ci_upper"),
        lower=_defined(row, "auc_lower"),
        upper=_defined(row, "auc_upper"),
    )


def _defined(row: Row, name: str) -> float | None:
    value = row[name]
    return value if isinstance(value, float) and math.isfinite(value) else None


def _integer(row: Row, name: str) -> int:
    value = row[name]
    return value if isinstance(value, int) else 0


def _rank(row: Row) -> tuple[tuple[int, str], int]:
    return split_rank(str(row["split"])), -_integer(row, "step")


def _split_then_step(row: Row) -> tuple[tuple[int, str], int]:
    return split_rank(str(row["split"])), _integer(row, "step")
