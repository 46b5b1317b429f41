"""The examples that two runs both scored, matched by their example_id."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from insight_lib.columnar.arrays import Floats
from insight_lib.errors import InputError
from insight_lib.evaluation.metrics.arrays import ScoredRows, scored_rows
from insight_lib.lake.tables import Lake

COLUMNS = ("example_id", "label", "score", "weight")
MUST_AGREE = ("label", "weight")
"""Of an example, whichever run scored it; otherwise the ids do not name the same example."""


@dataclass(frozen=True, eq=False)
class CommonExamples:
    """Examples that run A and run B both scored at one step and split.

    Attributes:
        rows: n common examples with the scores of run A.
        other_scores: Shape (n,), the scores of run B for them.
        only_a: How many examples run A alone scored.
        only_b: How many run B alone scored.
    """

    rows: ScoredRows
    other_scores: Floats
    only_a: int
    only_b: int


def common_examples(lake: Lake, run_ids: tuple[str, str], step: int, split: str) -> CommonExamples:
    """Match the predictions of two runs at a step and split.

    Args:
        lake: The lake.
        run_ids: Runs A and B.
        step: A step at which both were evaluated.
        split: And a split.

    Raises:
        InputError: An example_id occurs twice in a run, none occurs in both, or a common example
            has another label or weight in one run than in the other.
    """
    one, other = (_scored(lake, run_id, step, split) for run_id in run_ids)
    place = pc.index_in(one["example_id"], value_set=other["example_id"].combine_chunks())
    matched = pc.is_valid(place)
    first, second = one.filter(matched), other.take(place.drop_null())
    if not first.num_rows:
        raise InputError(
            f"runs {run_ids[0]} and {run_ids[1]} have no example_id in common at step {step} of "
            f"split {split}; write the same example_id for the same example in both"
        )
    for name in MUST_AGREE:
        _check_agreement(first, second, name, run_ids)
    columns = (first[name].to_numpy() for name in ("score", "label", "weight"))
    return CommonExamples(
        scored_rows(*columns),
        second["score"].to_numpy(),
        one.num_rows - first.num_rows,
        other.num_rows - first.num_rows,
    )


def _scored(lake: Lake, run_id: str, step: int, split: str) -> pa.Table:
    where = (ds.field("step") == step) & (ds.field("split") == split)
    rows = lake.read("predictions", COLUMNS, [run_id], where)
    counts = rows.group_by("example_id").aggregate([([], "count_all")])
    repeated = counts.filter(pc.greater(counts["count_all"], 1)).sort_by("example_id")
    if repeated.num_rows:
        first = repeated.slice(0, 1).to_pylist()[0]
        raise InputError(
            f"{repeated.num_rows} example_ids occur more than once in run {run_id} at step {step} "
            f"of split {split}, such as {first['example_id']} ({first['count_all']} times); write "
            "each example once and with its own example_id, or compare another --step"
        )
    return rows


def _check_agreement(one: pa.Table, other: pa.Table, name: str, run_ids: tuple[str, str]) -> None:
    differs = np.flatnonzero(one[name].to_numpy() != other[name].to_numpy())
    if len(differs):
        example = one["example_id"][int(differs[0])].as_py()
        raise InputError(
            f"{len(differs)} of {one.num_rows} common examples, such as {example}, have another "
            f"{name} in run {run_ids[1]} than in run {run_ids[0]}; write the same {name} in both "
            "(a file without weights gives each 1), or another example_id for another example"
        )
