"""The stage of groups: predictions that name a group to table ``group_aucs``."""

from collections.abc import Mapping
from dataclasses import asdict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from insight_lib.columnar.arrays import Integers
from insight_lib.evaluation.by_step.group_auc import GroupAucSums
from insight_lib.evaluation.by_step.step_task import StepStage
from insight_lib.evaluation.evaluations.withheld import NOTHING_WITHHELD, Withheld, withheld_of
from insight_lib.evaluation.grouping import KEY, GroupKey, group_rows
from insight_lib.evaluation.metrics.arrays import scored_rows
from insight_lib.evaluation.reading import Selection
from insight_lib.lake.contract import contract
from insight_lib.lake.run_stage import Input, Tables

SUMMED = ("positives", "negatives", "positive_weight", "negative_weight")


def compute(tables: Tables, _: Selection) -> pa.Table:
    """Compute the AUC within groups of some whole steps."""
    withheld = withheld_of(tables["refused_labels"].to_pylist())
    return group_aucs(tables["predictions"], tables["score_histograms"], withheld)


def group_aucs(
    predictions: pa.Table, histograms: pa.Table, withheld: Withheld = NOTHING_WITHHELD
) -> pa.Table:
    """Return table ``group_aucs``, a row for each run, step, split and slice of the histograms.

    Args:
        predictions: Rows of table ``predictions`` whose group_id is not null.
        histograms: Columns of ``KEY``, positives, negatives and their weights of
            ``score_histograms``, of all rows.
        withheld: Which metrics of the same steps would mislead.
    """
    columns = (predictions[name].to_numpy() for name in ("score", "label", "weight"))
    rows, numbers = scored_rows(*columns), _numbers(predictions["group_id"])
    states = {
        group.key: GroupAucSums.from_rows(numbers[group.rows], rows.take(group.rows))
        for group in group_rows(predictions)
    }
    found = [
        _row(key, states.get(key, GroupAucSums.empty()), sums, withheld.reason(key, sums))
        for key, sums in sorted(_sums(histograms).items())
    ]
    return pa.Table.from_pylist(found, schema=contract("group_aucs").schema)


def _row(
    key: GroupKey, groups: GroupAucSums, sums: Mapping[str, float], withheld: str | None
) -> dict[str, object]:
    return {
        **asdict(key),
        "gauc": groups.compute() if withheld is None else None,
        "groups": groups.groups,
        "coverage": groups.coverage(sums["positive_weight"] + sums["negative_weight"]),
        "undefined_reason": withheld or groups.undefined_reason,
    }


def _sums(histograms: pa.Table) -> dict[GroupKey, dict[str, float]]:
    """Return the rows of each class of each key, and their weight."""
    summed = histograms.group_by(KEY).aggregate([(name, "sum") for name in SUMMED]).to_pylist()
    return {
        GroupKey(*(row[name] for name in KEY)): {name: row[f"{name}_sum"] for name in SUMMED}
        for row in summed
    }


def _numbers(names: pa.ChunkedArray) -> Integers:
    """Return a number for each name, shape (n,).

    Numbers rise as names do, so that sums over groups round in the same way in any company.
    """
    encoded = pc.cast(names, pa.string()).combine_chunks().dictionary_encode()
    rank = np.empty(len(encoded.dictionary), np.int64)
    rank[pc.sort_indices(encoded.dictionary).to_numpy()] = np.arange(len(rank))
    numbers: Integers = rank[encoded.indices.to_numpy()]
    return numbers


GROUPS = StepStage(
    "groups",
    rows=Input(
        "predictions",
        ("run_id", "step", "split", "label", "score", "weight", "group_id", "slices"),
        where=ds.field("group_id").is_valid(),
    ),
    others=(Input("score_histograms", (*KEY, *SUMMED)), Input("refused_labels")),
    output="group_aucs",
    compute=compute,
)
