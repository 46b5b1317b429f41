"""The AUC of every run, step, split and slice of a lake, at any tolerance; nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from insight_lib.evaluation.evaluations.compute import parts_by_key
from insight_lib.evaluation.evaluations.large_keys import merge_states, split_by, sum_states
from insight_lib.evaluation.evaluations.plan_tasks import Sources, group_runs, plan_large
from insight_lib.evaluation.grouping import GroupKey
from insight_lib.evaluation.metrics.arrays import concatenate
from insight_lib.evaluation.metrics.certified_auc import CertifiedAuc, check_tolerance, refined_auc
from insight_lib.evaluation.metrics.refinement import splitter
from insight_lib.evaluation.metrics.score_histogram import ScoreHistogram
from insight_lib.evaluation.metrics.score_kind import ScoreKind
from insight_lib.evaluation.new_predictions import find_new_predictions
from insight_lib.evaluation.reading import Selection, scan_selection
from insight_lib.lake.batch_log import settled_batch
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers

FIRST_PASS_BITS = 16
"""The coarsest that leaves few rows to split for nothing. Where all rows are at hand and the state
is not kept, 12 to 18 bits take 1.6 ns a row together with the split, 22 bits half as much again."""


@dataclass(frozen=True)
class _Task:
    rows: Selection
    tolerance: float | None


def certified_aucs(
    lake: Lake, workers: Workers, tolerance: float | None = None
) -> dict[GroupKey, CertifiedAuc]:
    """Return the AUC of every run, step, split and slice of table ``predictions``.

    Args:
        lake: The lake.
        workers: They read the rows.
        tolerance: As of ``certified_auc``: 0 is exact, None a hundredth of the standard error.

    Raises:
        InputError: The tolerance is negative, or a row breaks the table's contract.
        LakeError: A data file is gone.
    """
    check_tolerance(tolerance)
    sources = Sources.of(lake, find_new_predictions(lake, -1, settled_batch(lake), torn=False))
    groups = group_runs(sources.new_predictions, workers.parallelism)
    tasks = [_Task(sources.new(group), tolerance) for group in groups]
    found: dict[GroupKey, CertifiedAuc] = {}
    for part in workers.run(_aucs, tasks, "certified AUC"):
        found |= part
    shares = plan_large(sources, workers.parallelism)
    # Whatever the scores are, only their order counts here.
    add_up = partial(
        sum_states, kinds=dict.fromkeys(sources.new_predictions.run_ids, ScoreKind.UNBOUNDED)
    )
    states = merge_states(workers.run(add_up, shares, "certified AUC of large runs"))
    for key, state in states.items():
        split = split_by(workers, key, sources.counted([key.run_id]))
        found[key] = refined_auc(state.histogram, split, tolerance)
    return found


def _aucs(task: _Task) -> Mapping[GroupKey, CertifiedAuc]:
    found = {}
    for key, parts in parts_by_key(scan_selection(task.rows)).items():
        rows = concatenate(parts)
        histogram = ScoreHistogram.from_rows(rows, FIRST_PASS_BITS)
        found[key] = refined_auc(histogram, splitter(rows), task.tolerance)
    return found
