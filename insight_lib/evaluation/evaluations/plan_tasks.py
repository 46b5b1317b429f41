"""Who reads what: runs of moderate size together, a large run's files by several."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from insight_lib.evaluation.evaluations.large_keys import spread_rows
from insight_lib.evaluation.evaluations.run_task import ROWS_AT_ONCE, RunTask, Target
from insight_lib.evaluation.evaluations.stored_states import StateFiles
from insight_lib.evaluation.grouping import GroupKey
from insight_lib.evaluation.metrics.score_kind import ScoreKind
from insight_lib.evaluation.new_predictions import NewPredictions
from insight_lib.evaluation.reading import Portion, Selection
from insight_lib.lake.parquet import newest_batch
from insight_lib.lake.scan import LiveFile
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import spread

FEWEST_ROWS_A_TASK = 25_000
"""Below this a task costs more to start than to do: few new rows may be those of many keys, each of
which takes some 10 ms, and may have old rows that are to be read again."""


@dataclass(frozen=True)
class Sources:
    """Table ``predictions`` at one version, and what is new of it."""

    table_uri: str
    files: Sequence[LiveFile]
    new_predictions: NewPredictions

    @classmethod
    def of(cls, lake: Lake, new: NewPredictions) -> "Sources":
        """Return those of the table's current version."""
        return cls(lake.table_uri("predictions"), lake.files("predictions"), new)

    def new(self, run_ids: Collection[str]) -> Selection:
        """Return the rows of these runs that are to be summed."""
        files = self.files
        if not self.new_predictions.whole.intersection(run_ids):
            files = [file for file in files if self._may_be_new(file)]
        added = self.new_predictions.added
        return self._select(files, run_ids, [i for run in run_ids for i in added[run]])

    def counted(self, run_ids: Collection[str]) -> Selection:
        """All rows of these runs that count."""
        counted = self.new_predictions.counted
        return self._select(self.files, run_ids, [i for run in run_ids for i in counted[run]])

    def _may_be_new(self, file: LiveFile) -> bool:
        batch = newest_batch(file.path)
        return batch is None or batch > self.new_predictions.done

    def _select(
        self, files: Sequence[LiveFile], run_ids: Collection[str], file_ids: Collection[str]
    ) -> Selection:
        wanted = {"run_id": sorted(run_ids), "file_id": sorted(file_ids)}
        portions = tuple(Portion(file) for file in files if file.may_hold(wanted))
        return Selection(self.table_uri, portions, frozenset(run_ids), frozenset(file_ids))


def group_runs(new: NewPredictions, parallelism: int) -> list[list[str]]:
    """Return the runs whose new rows one worker can hold, several together that it can."""
    runs = [run for run in new.run_ids if new.rows[run] <= ROWS_AT_ONCE]
    # A worker is kept busy by the rows of a task; more tasks would only cost more to start.
    parts = max(2 * parallelism, -(-sum(new.rows[run] for run in runs) // ROWS_AT_ONCE))
    return spread(runs, new.rows.__getitem__, parts, FEWEST_ROWS_A_TASK)


def plan_runs(
    sources: Sources,
    known: frozenset[GroupKey],
    states: StateFiles,
    target: Target,
    kinds: Mapping[str, ScoreKind],
    parallelism: int,
) -> list[RunTask]:
    """Return tasks for the runs whose new rows one worker can hold, several runs each."""
    known_of: dict[str, list[GroupKey]] = defaultdict(list)
    for key in known:
        known_of[key.run_id].append(key)
    return [
        RunTask(
            target,
            sources.new(group),
            sources.counted(group),
            frozenset(key for run_id in group for key in known_of[run_id]),
            states,
            {run_id: kinds[run_id] for run_id in group},
        )
        for group in group_runs(sources.new_predictions, parallelism)
    ]


def plan_large(sources: Sources, parallelism: int) -> list[Selection]:
    """Return the new rows of the other runs, spread over tasks whatever run they are of."""
    rows = sources.new_predictions.rows
    runs = [run for run in sources.new_predictions.run_ids if rows[run] > ROWS_AT_ONCE]
    return spread_rows(sources.new(runs), 4 * parallelism) if runs else []
