"""The lake's own runs as a learning table: what was known at landmarks, and what became of them."""

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from insight_lib.lake.tables import Lake
from insight_lib.risk.features.catalogue import FEATURES
from insight_lib.risk.groups import group_of_runs
from insight_lib.risk.landmarks import SHARES
from insight_lib.risk.stages.truth import Truth, known_truth, programs
from insight_lib.risk.training.learning_table import (
    COLUMNS,
    FEATURE_PREFIX,
    LearningTable,
    table_of_arrow,
)
from insight_lib.risk.training.peers import among_peers

_FEATURE_NAMES = tuple(feature.name for feature in FEATURES)
_SCHEMA = pa.schema(
    [*COLUMNS, *(pa.field(FEATURE_PREFIX + name, pa.float32()) for name in _FEATURE_NAMES)]
)


def lake_learning_table(lake: Lake) -> LearningTable:
    """Return the landmarks of all runs of which it is known what became of them.

    Runs of one program are a family of their own; of one experiment where no program is recorded.
    What was seen of a run that was over by then is left out: it foresees nothing.

    Raises:
        InputError: labels contradict each other.
    """
    truths = known_truth(lake)
    families = group_of_runs(truths, programs(lake))
    rows = lake.read("run_features", run_ids=sorted(truths)).to_pylist(maps_as_pydicts="lossy")
    learnt = pa.Table.from_pylist(list(_learnt(rows, truths, families)), schema=_SCHEMA)
    return among_peers(table_of_arrow(learnt, "the lake's run_features"))


def _learnt(
    rows: list[dict[str, Any]], truths: Mapping[str, Truth], families: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    for row in rows:
        truth = truths[row["run_id"]]
        is_landmark = row["share"] is None or row["share"] in SHARES
        if is_landmark and row["cutoff_step"] < truth.last_step:
            yield _learning_row(row, truth, families[row["run_id"]])


def _learning_row(row: Mapping[str, Any], truth: Truth, family: str) -> dict[str, Any]:
    known = {FEATURE_PREFIX + name: row["features"].get(name) for name in _FEATURE_NAMES}
    return known | {
        "run": row["run_id"],
        "program": family,
        "family": family,
        "share": row["share"],
        "cutoff_step": row["cutoff_step"],
        "failed": truth.failed,
        "kind": truth.kind,
        "failed_share": truth.end_step / truth.last_step if truth.failed else None,
        "has_failed": truth.failed and truth.end_step <= row["cutoff_step"],
    }
