"""What the scores of runs are, of what is kept of them and of the scores that are new.

A run's scores are probabilities until one lies outside [0, 1]. That one is looked for where it may
be: the statistics of a row group mostly say that there is none, so that rows of probabilities are
not read for this, nor any of a run of which the answer is known.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import fs

from insight_lib.evaluation.evaluations.large_keys import ROWS_A_TASK
from insight_lib.evaluation.evaluations.plan_tasks import Sources
from insight_lib.evaluation.grouping import GroupKey
from insight_lib.evaluation.metrics.score_kind import ScoreKind, is_outside, kind_of
from insight_lib.evaluation.reading import Portion, Selection, may_hold_some, scan_selection
from insight_lib.lake.scan import missing_file
from insight_lib.lake.workers import Workers, spread


def run_kinds(
    workers: Workers, sources: Sources, known: Mapping[GroupKey, ScoreKind]
) -> dict[str, ScoreKind]:
    """Return the kind of scores of each run with new predictions, by all rows that count.

    Args:
        workers: They read scores where some may lie outside [0, 1].
        sources: The rows.
        known: What those were that are evaluated; not of runs that are whole.

    Raises:
        LakeError: A data file is gone.
    """
    new = sources.new_predictions
    before = kinds_before(known)
    open_runs = [
        run_id
        for run_id in new.run_ids
        if new.stated.get(run_id) != ScoreKind.LOGIT
        and before.get(run_id) is not ScoreKind.UNBOUNDED
    ]
    added = [run_id for run_id in open_runs if before.get(run_id) is ScoreKind.PROBABILITY]
    others = sorted({*open_runs} - {*added})
    outside = {run_id for run_id, kind in before.items() if kind is ScoreKind.UNBOUNDED}
    outside |= _runs_outside(workers, [sources.new(added), sources.counted(others)])
    return {
        run_id: kind_of(stated=new.stated.get(run_id), outside=run_id in outside)
        for run_id in new.run_ids
    }


def kinds_before(known: Mapping[GroupKey, ScoreKind]) -> dict[str, ScoreKind]:
    """Return what the scores of each run that was evaluated were."""
    return {key.run_id: kind for key, kind in known.items()}


def runs_outside(selection: Selection) -> frozenset[str]:
    """Return the runs of which some row has a score outside [0, 1]; runs on a worker."""
    found: set[str] = set()
    for part in scan_selection(selection):
        outside = is_outside(part["score"].to_numpy())
        found.update(part["run_id"].filter(pa.array(outside)).unique().to_pylist())
    return frozenset(found)


def _runs_outside(workers: Workers, selections: Sequence[Selection]) -> frozenset[str]:
    tasks = []
    for selection in selections:
        groups = list(_groups_outside(selection))
        own = replace(selection, columns=("run_id", "score"))
        for part in spread(groups, lambda group: group[1], 4 * workers.parallelism, ROWS_A_TASK):
            tasks.append(replace(own, portions=tuple(portion for portion, _ in part)))
    return frozenset[str]().union(*workers.run(runs_outside, tasks, "find what scores are"))


def _groups_outside(selection: Selection) -> Iterator[tuple[Portion, int]]:
    """Each row group that may hold a score outside [0, 1] of the selection, and its rows."""
    filesystem, folder = fs.FileSystem.from_uri(selection.table_uri)
    for portion in selection.portions:
        try:
            footer = pq.read_metadata(f"{folder}/{portion.file.path}", filesystem=filesystem)
        except FileNotFoundError as error:
            raise missing_file("predictions", error) from error
        place = footer.schema.names.index("score")
        for group in range(footer.num_row_groups):
            rows = footer.row_group(group)
            if may_hold_some(selection, footer, group) and not _is_within(rows.column(place)):
                yield Portion(portion.file, (group,)), rows.num_rows


def _is_within(column: pq.ColumnChunkMetaData) -> bool:
    known = column.statistics
    return known is not None and known.has_min_max and known.min >= 0 and known.max <= 1
