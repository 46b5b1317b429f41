"""The tables ``evaluations`` and ``curves`` -> AUC over steps, metrics and curves at the end."""

import math
from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.columnar.table_groups import floats, groups
from insight_lib.lake.contract import contract
from insight_lib.report.records.night import Auc
from insight_lib.report.records.run_page import Curve, Evaluation, GroupAuc, Measure, Thresholds

ALL_EXAMPLES = ""
"""The slice that is no slice."""

MEASURES = {c.name: c.title for c in contract("evaluations").columns if c.title is not None}
"""Metrics that the report shows as a number, and the headings of these."""

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
    "average_precision_lower",
    "average_precision_upper",
    "ks",
    "best_f1",
    "best_f1_upper",
    "best_f1_threshold",
    "precision",
    "recall",
    "f1",
    *MEASURES,
    "undefined_reason",
    "score_kind",
)
GROUP_COLUMNS = (
    "run_id",
    "step",
    "split",
    "slice",
    "gauc",
    "groups",
    "coverage",
    "undefined_reason",
)
CURVE_COLUMNS = ("run_id", "step", "split", "slice", "curve", "point", "x", "y", "thinning_error")

_PREFERRED_SPLITS = ("validation", "val", "valid", "test", "eval")
_CURVE_SPLITS = 4
"""Splits whose curves are drawn; more cannot be distinguished in one plot."""

Row = Mapping[str, object]


def split_rank(split: str) -> tuple[int, str]:
    """Return the sort key of a split: the one a training is judged by first, then by name."""
    known = _PREFERRED_SPLITS.index(split) if split in _PREFERRED_SPLITS else len(_PREFERRED_SPLITS)
    return known, split


def last_auc(table: pa.Table) -> dict[str, Auc]:
    """Return for every run the AUC over all examples at the last step of its foremost split."""
    best: dict[str, Row] = {}
    for row in table.to_pylist():
        known = best.get(row["run_id"])
        if row["slice"] == ALL_EXAMPLES and (known is None or _rank(row) < _rank(known)):
            best[row["run_id"]] = row
    return {run_id: _auc(row) for run_id, row in best.items()}


def auc_over_steps(rows: Sequence[Row]) -> tuple[Auc, ...]:
    """Return the AUC over all examples at every step, split by split, steps ascending."""
    whole = [row for row in rows if row["slice"] == ALL_EXAMPLES]
    return tuple(_auc(row) for row in sorted(whole, key=_split_then_step))


def final_evaluations(rows: Sequence[Row], groups: Sequence[Row]) -> tuple[Evaluation, ...]:
    """Return the metrics of every split and slice at its last step, all examples before the slices.

    ``groups`` are the run's rows of ``group_aucs``.
    """
    within = {_place(row): _group_auc(row) for row in groups}
    last: dict[tuple[str, str], Row] = {}
    for row in sorted(rows, key=_split_then_step):
        last[str(row["split"]), str(row["slice"])] = row
    ordered = sorted(last, key=lambda key: (key[1] != ALL_EXAMPLES, split_rank(key[0]), key[1]))
    return tuple(_evaluation(last[key], within.get(_place(last[key]))) for key in ordered)


def final_curves(table: pa.Table) -> tuple[Curve, ...]:
    """Return every curve over all examples at the last step of the foremost splits, in order."""
    if table.num_rows == 0:
        return ()
    found: dict[tuple[str, str], Curve] = {}
    whole = table.filter(pc.equal(table["slice"], ALL_EXAMPLES))
    for (curve, split, step), points in groups(whole, ["curve", "split", "step"], ["point"]):
        # Integers ascend, so the last one written here is the last step.
        x, y = floats(points, "x"), floats(points, "y")
        left_out = floats(points, "thinning_error")[0]
        found[curve, split] = Curve(curve, split, int(step), x, y, float(left_out))
    splits = sorted({split for _, split in found}, key=split_rank)[:_CURVE_SPLITS]
    return tuple(
        curve for (_, split), curve in _by_split(found.items()) if split in splits and len(curve.x)
    )


def _by_split(
    curves: Iterable[tuple[tuple[str, str], Curve]],
) -> list[tuple[tuple[str, str], Curve]]:
    return sorted(curves, key=lambda item: (split_rank(item[0][1]), item[0][0]))


def _place(row: Row) -> tuple[object, ...]:
    return row["split"], row["slice"], row["step"]


def _evaluation(row: Row, group_auc: GroupAuc | None) -> Evaluation:
    return Evaluation(
        split=str(row["split"]),
        part=str(row["slice"]),
        step=_integer(row, "step"),
        rows=_integer(row, "rows"),
        positives=_integer(row, "positives"),
        auc=_auc(row),
        average_precision=_defined(row, "average_precision"),
        average_precision_lower=_defined(row, "average_precision_lower"),
        average_precision_upper=_defined(row, "average_precision_upper"),
        ks=_defined(row, "ks"),
        thresholds=_thresholds(row),
        group_auc=group_auc,
        measures=_measures(row),
        calibration_error=_defined(row, "calibration_error"),
        undefined_reason=_text(row, "undefined_reason"),
        score_kind=_text(row, "score_kind"),
    )


def _measures(row: Row) -> tuple[Measure, ...]:
    return tuple(Measure(title, _defined(row, name)) for name, title in MEASURES.items())


def _thresholds(row: Row) -> Thresholds:
    return Thresholds(
        best_f1=_defined(row, "best_f1"),
        best_f1_upper=_defined(row, "best_f1_upper"),
        best_threshold=_defined(row, "best_f1_threshold"),
        precision=_defined(row, "precision"),
        recall=_defined(row, "recall"),
        f1=_defined(row, "f1"),
    )


def _group_auc(row: Row) -> GroupAuc:
    return GroupAuc(
        value=_defined(row, "gauc"),
        groups=_integer(row, "groups"),
        coverage=_defined(row, "coverage"),
        undefined_reason=_text(row, "undefined_reason"),
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


def _text(row: Row, name: str) -> str | None:
    value = row[name]
    return None if value is None else str(value)


def _integer(row: Row, name: str) -> int:
    value = row[name]
    return value if isinstance(value, int) else 0


def _rank(row: Row) -> tuple[tuple[int, str], int]:
    return split_rank(str(row["split"])), -_integer(row, "step")


def _split_then_step(row: Row) -> tuple[tuple[int, str], int]:
    return split_rank(str(row["split"])), _integer(row, "step")
