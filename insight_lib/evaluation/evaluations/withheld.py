"""Metrics that are withheld: where rows were refused so that what is left would mislead.

A file may be refused as a whole for its labels, or lose all rows of one; what is left of its step
then gives an accuracy, a log loss or even an AUC that looks right. Counts of refused rows come with
the files that they are of, so those of a file that was replaced are gone with it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from insight_lib.evaluation.evaluations.tables import EvaluationTables
from insight_lib.evaluation.grouping import ALL_ROWS, KEY, GroupKey, group_by_key
from insight_lib.evaluation.metrics.registry import metric_columns
from insight_lib.lake.contract import contract
from insight_lib.lake.tables import Lake
from insight_lib.predictions.formats.classes import are_slips, remedy
from insight_lib.predictions.formats.labels import BINARY, label_of, said
from insight_lib.predictions.formats.refused import ALL_LABELS

TABLE = "refused_labels"
WITHHELD = "all metrics: "
"""How the reason of an evaluation begins whose metrics are withheld."""
SIDES = dict(zip(map(said, BINARY), ("negatives", "positives"), strict=True))


class Refused(NamedTuple):
    """Rows that were refused for one reason."""

    rows: int
    reason: str


Place = tuple[str, int, str]
"""A run, step and split."""


@dataclass(frozen=True)
class Withheld:
    """What was refused of some runs.

    Attributes:
        whole: Why a file was refused as a whole, by run, step and split.
        lost: Rows of the other files that were refused, by key and label.
        others: Those of labels besides 0 and 1, by run, step and split.
    """

    whole: Mapping[Place, Refused] = field(default_factory=dict)
    lost: Mapping[GroupKey, Mapping[str, Refused]] = field(default_factory=dict)
    others: Mapping[Place, Mapping[str, Refused]] = field(default_factory=dict)

    def reason(self, key: GroupKey, counts: Mapping[str, float]) -> str | None:
        """Say why no metric of a key is given, None where each is.

        Args:
            key: Of an evaluation.
            counts: Its positives and negatives.
        """
        place = (key.run_id, key.step, key.split)
        if place in self.whole:
            return self.whole[place].reason
        others = self.others.get(place, {})
        rows = {label: refused.rows for label, refused in others.items()}
        if not are_slips(rows):
            return _of_other_labels(others)
        for label, refused in self.lost.get(key, {}).items():
            if label not in SIDES and not all(counts[column] for column in SIDES.values()):
                return _of_other_labels(others)
            if label in SIDES and not counts[SIDES[label]]:
                return (
                    f"all {refused.rows:,} rows of label {label} are in quarantine: "
                    f"{refused.reason}"
                )
        return None

    def touched(self, known: Collection[GroupKey]) -> frozenset[GroupKey]:
        """Return the keys whose evaluation may change by what was refused.

        Args:
            known: Those that were evaluated before.
        """
        places = self.whole.keys() | self.others.keys()
        lost = {key for key in self.lost if key in known or key.slice == ALL_ROWS}
        return frozenset(
            lost
            | {GroupKey(*place, ALL_ROWS) for place in places}
            | {key for key in known if (key.run_id, key.step, key.split) in places}
        )

    def withhold(self, tables: EvaluationTables) -> EvaluationTables:
        """Return evaluations with the metrics null and without the curves that are withheld."""
        if not (self.whole or self.lost or self.others):
            return tables
        rows = tables.evaluations.to_pylist()
        why = {_key(row): self.reason(_key(row), row) for row in rows}
        if not any(why.values()):
            return tables
        kept = [_without(row, reason) if (reason := why[_key(row)]) else row for row in rows]
        drawn = np.ones(tables.curves.num_rows, np.bool_)
        for group in group_by_key(tables.curves):
            drawn[group.rows] = why[group.key] is None
        evaluations = pa.Table.from_pylist(kept, schema=contract("evaluations").schema)
        curves = tables.curves.filter(pa.array(drawn))
        return replace(tables, evaluations=evaluations, curves=curves)


NOTHING_WITHHELD = Withheld()


def read_withheld(lake: Lake, file_ids: Mapping[str, Collection[str]]) -> Withheld:
    """Return what was refused of some files, given by run."""
    rows = lake.read(TABLE, run_ids=sorted(file_ids)).to_pylist()
    return withheld_of(row for row in rows if row["file_id"] in file_ids[row["run_id"]])


def withheld_of(rows: Iterable[Mapping[str, Any]]) -> Withheld:
    """Return what rows of table ``refused_labels`` say."""
    whole: dict[Place, Refused] = {}
    lost: dict[GroupKey, dict[str, Refused]] = defaultdict(dict)
    others: dict[Place, dict[str, Refused]] = defaultdict(dict)
    for row in sorted(rows, key=lambda row: row["file_id"]):
        key, label = _key(row), row["label"]
        place = (key.run_id, key.step, key.split)
        if label == ALL_LABELS:
            _add(whole, place, row)
            continue
        _add(lost[key], label, row)
        if label not in SIDES and key.slice == ALL_ROWS:
            _add(others[place], label, row)
    return Withheld(whole, dict(lost), dict(others))


def _add(to: dict[Any, Refused], at: object, row: Mapping[str, Any]) -> None:
    before = to.get(at, Refused(0, row["reason"]))
    to[at] = before._replace(rows=before.rows + row["rows"])


def _key(row: Mapping[str, Any]) -> GroupKey:
    return GroupKey(*(row[name] for name in KEY))


def _without(row: Mapping[str, Any], why: str) -> dict[str, Any]:
    """Return a row of ``evaluations`` with what it counts, and why it has no more."""
    return {**row, **dict.fromkeys(metric_columns()), "undefined_reason": WITHHELD + why}


def _of_other_labels(others: Mapping[str, Refused]) -> str:
    labels = [label for label in map(label_of, others) if label is not None]
    listed = ", ".join(f"{label} ({refused.rows:,} rows)" for label, refused in others.items())
    return (
        f"labels besides 0 and 1 are in quarantine, {listed}; {remedy('label', [*BINARY, *labels])}"
    )
