"""Keys of more rows than one worker should hold: workers sum parts of the rows, the driver merges.

What crosses is bounded by buckets: a state for each key and task, then for each split the parts of
the chosen cells.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow.parquet as pq
from pyarrow import fs

from insight_lib.columnar.arrays import Booleans
from insight_lib.evaluation.evaluations.compute import rows_by_key
from insight_lib.evaluation.grouping import GroupKey
from insight_lib.evaluation.metrics.evaluation_state import EvaluationState
from insight_lib.evaluation.metrics.refinement import MOST_PARTS, Intervals, Split, equal_parts
from insight_lib.evaluation.metrics.score_intervals import Cells, merge_cells
from insight_lib.evaluation.metrics.score_kind import ScoreKind
from insight_lib.evaluation.reading import Portion, Selection, may_hold_some, scan_selection
from insight_lib.lake.workers import Workers, spread

ROWS_A_TASK = 1_000_000
"""Below this a task costs more to start than to do."""


@dataclass(frozen=True)
class SplitTask:
    """Rows of a key, and the cells that they split into parts."""

    rows: Selection
    key: GroupKey
    intervals: Intervals


def sum_states(
    selection: Selection, kinds: Mapping[str, ScoreKind]
) -> dict[GroupKey, EvaluationState]:
    """Return the state of each key of a selection, one row group after the other.

    Args:
        selection: The rows.
        kinds: Of the scores of each run.
    """
    states: dict[GroupKey, EvaluationState] = {}
    for part in scan_selection(selection):
        for key, rows in rows_by_key(part).items():
            before = states.get(key, EvaluationState.empty())
            states[key] = before.merge(EvaluationState.from_rows(rows, kinds[key.run_id]))
    return states


def sum_parts(task: SplitTask) -> Cells:
    """Return the parts of some cells of a key in which its rows lie."""
    finer = equal_parts(task.intervals, MOST_PARTS)
    own = task.rows.of(task.key.run_id, task.key.step)
    found = (rows_by_key(part).get(task.key) for part in scan_selection(own))
    return Cells.from_rows(*finer, (rows for rows in found if rows is not None))


def merge_states(
    parts: Sequence[Mapping[GroupKey, EvaluationState]],
) -> dict[GroupKey, EvaluationState]:
    """Return the states of all rows, of the states of parts of them."""
    merged: dict[GroupKey, EvaluationState] = {}
    for part in parts:
        for key, state in part.items():
            merged[key] = merged.get(key, EvaluationState.empty()).merge(state)
    return merged


def spread_rows(selection: Selection, tasks: int) -> list[Selection]:
    """Cut a selection into so many of about as many rows each, or into fewer larger ones.

    The footers of its files are read for this; a row group stays whole.
    """
    groups = list(_row_groups(selection))
    return [
        replace(selection, portions=tuple(portion for portion, _ in part))
        for part in spread(groups, lambda group: group[1], tasks, ROWS_A_TASK)
    ]


def split_by(workers: Workers, key: GroupKey, counted: Selection) -> Split:
    """Return how cells of a key are split by workers that each read a part of its rows."""
    own = counted.of(key.run_id, key.step)
    shares = spread_rows(own, 4 * workers.parallelism)

    def split(cells: Cells, chosen: Booleans) -> Cells:
        intervals = (cells.low[chosen], cells.high[chosen])
        tasks = [SplitTask(share, key, intervals) for share in shares]
        finer = merge_cells(workers.run(sum_parts, tasks, f"refine {key.run_id}"))
        return cells.replace(chosen, finer)

    return split


def _row_groups(selection: Selection) -> Iterator[tuple[Portion, int]]:
    """Each row group that may hold a row of the selection, and its count of rows."""
    filesystem, folder = fs.FileSystem.from_uri(selection.table_uri)
    for portion in selection.portions:
        footer = pq.read_metadata(f"{folder}/{portion.file.path}", filesystem=filesystem)
        for group in range(footer.num_row_groups):
            if may_hold_some(selection, footer, group):
                yield Portion(portion.file, (group,)), footer.row_group(group).num_rows
