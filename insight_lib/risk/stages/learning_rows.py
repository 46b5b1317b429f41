"""The lake's own runs as a learning table: what was known at landmarks, and what became of them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from insight_lib.lake.tables import Lake
from insight_lib.risk.features.catalogue import FEATURES
from insight_lib.risk.groups import group_of_runs
from insight_lib.risk.landmarks import SHARES
from insight_lib.risk.models.matrix import known_values
from insight_lib.risk.stages.truth import Truth, known_truth, programs
from insight_lib.risk.training.learning_table import (
    COLUMNS,
    FEATURE_PREFIX,
    LearningTable,
    table_of_arrow,
)
from insight_lib.risk.training.peers import among_peers

_FEATURE_NAMES = tuple(feature.name for feature in FEATURES)


def lake_learning_table(lake: Lake) -> LearningTable:
    """Return the landmarks of all runs of which it is known what became of them.

    Runs of one program are a family of their own; of one experiment where no program is recorded.
    What was seen of a run that was over by then is left out: it foresees nothing.

    Raises:
        InputError: labels contradict each other.
    """
    truths = known_truth(lake)
    families = group_of_runs(truths, programs(lake))
    rows = lake.read("run_features", run_ids=sorted(truths))
    learnt = rows.filter(pa.array(_is_learnt(rows, truths), pa.bool_()))
    about = [_about(row, truths[row["run_id"]], families) for row in _looks(learnt)]
    table = pa.Table.from_pylist(about, schema=COLUMNS)
    for name, values in zip(_FEATURE_NAMES, known_values(learnt, _FEATURE_NAMES).T, strict=True):
        known = pa.array(values.astype(np.float32), from_pandas=True)
        table = table.append_column(FEATURE_PREFIX + name, known)
    return among_peers(table_of_arrow(table, "the lake's run_features"))


def _looks(rows: pa.Table) -> list[dict[str, Any]]:
    looks: list[dict[str, Any]] = rows.select(["run_id", "cutoff_step", "share"]).to_pylist()
    return looks


def _is_learnt(rows: pa.Table, truths: Mapping[str, Truth]) -> list[bool]:
    """Return whether each look is at a landmark of a run that went on after it."""
    return [
        (row["share"] is None or row["share"] in SHARES)
        and row["cutoff_step"] < truths[row["run_id"]].last_step
        for row in _looks(rows)
    ]


def _about(row: Mapping[str, Any], truth: Truth, families: Mapping[str, str]) -> dict[str, Any]:
    return {
        "run": row["run_id"],
        "program": families[row["run_id"]],
        "family": families[row["run_id"]],
        "share": row["share"],
        "cutoff_step": row["cutoff_step"],
        "failed": truth.failed,
        "kind": truth.kind,
        "failed_share": truth.end_step / truth.last_step if truth.failed else None,
        "has_failed": truth.failed and truth.end_step <= row["cutoff_step"],
    }
