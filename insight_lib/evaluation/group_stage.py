"""The stage of groups: predictions that name a group to table ``group_aucs``."""

from dataclasses import asdict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from insight_lib.evaluation.arrays import Integers, scored_rows
from insight_lib.evaluation.group_auc import GroupAucSums
from insight_lib.evaluation.grouping import GroupKey, group_rows
from insight_lib.evaluation.reading import Selection
from insight_lib.evaluation.step_task import StepStage
from insight_lib.lake.contract import contract
from insight_lib.lake.derive import Input, Tables

KEY = ("run_id", "step", "split", "slice")


def compute(tables: Tables, _: Selection) -> pa.Table:
    """Compute the AUC within groups of some whole steps."""
    return group_aucs(tables["predictions"], tables["score_histograms"])


def group_aucs(predictions: pa.Table, histograms: pa.Table) -> pa.Table:
    """Return table ``group_aucs``, a row for each run, step, split and slice of the histograms.

    Args:
        predictions: Rows of table ``predictions`` whose group_id is not null.
        histograms: Columns of ``KEY``, positive_weight and negative_weight of
            ``score_histograms``, of all rows.
    """
    columns = (predictions[name].to_numpy() for name in ("score", "label", "weight"))
    rows, numbers = scored_rows(*columns), _numbers(predictions["group_id"])
    states = {
        group.key: GroupAucSums.from_rows(numbers[group.rows], rows.take(group.rows))
        for group in group_rows(predictions)
    }
    found = [
        _row(key, states.get(key, GroupAucSums.empty()), weight)
        for key, weight in sorted(_weights(histograms).items())
    ]
    return pa.Table.from_pylist(found, schema=contract("group_aucs").schema)


def _row(key: GroupKey, sums: GroupAucSums, weight: float) -> dict[str, object]:
    return {
        **asdict(key),
        "gauc": sums.compute(),
        "groups": sums.groups,
        "coverage": sums.coverage(weight),
        "undefined_reason": sums.undefined_reason,
    }


def _weights(histograms: pa.Table) -> dict[GroupKey, float]:
    """The weight of all rows of each key."""
    weight = pc.add(histograms["positive_weight"], histograms["negative_weight"])
    rows = histograms.select(KEY).append_column("weight", weight)
    summed = rows.group_by(KEY).aggregate([("weight", "sum")]).to_pylist()
    return {GroupKey(*(row[name] for name in KEY)): row["weight_sum"] for row in summed}


def _numbers(names: pa.ChunkedArray) -> Integers:
    """A number for each name, shape (n,).

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
    others=(Input("score_histograms", (*KEY, "positive_weight", "negative_weight")),),
    output="group_aucs",
    compute=compute,
)
