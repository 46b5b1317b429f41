"""Evaluate keys whose states were summed by several workers and merged."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from insight_lib.evaluation.evaluations.compute import evaluate_kept
from insight_lib.evaluation.evaluations.large_keys import ROWS_A_TASK, split_by
from insight_lib.evaluation.evaluations.plan_tasks import Sources
from insight_lib.evaluation.evaluations.run_task import ROWS_AT_ONCE, Target, reader
from insight_lib.evaluation.evaluations.tables import evaluation_tables
from insight_lib.evaluation.grouping import GroupKey
from insight_lib.evaluation.metrics.evaluate import evaluate_state
from insight_lib.evaluation.metrics.evaluation_state import EvaluationState
from insight_lib.evaluation.metrics.score_kind import ScoreKind
from insight_lib.evaluation.reading import Selection
from insight_lib.lake.parquet import DataFile
from insight_lib.lake.workers import Workers, spread

Files = Mapping[str, DataFile]


@dataclass(frozen=True)
class FinishTask:
    """Keys of one run that one worker evaluates.

    Attributes:
        target: Where it writes.
        states: Of all rows of the keys.
        counted: Where these rows are.
        drawn: Keys whose curves are due.
        large: Keys of the run that are left to others.
        kind: Of the run's scores.
    """

    target: Target
    states: Mapping[GroupKey, EvaluationState]
    counted: Selection
    drawn: frozenset[GroupKey]
    large: frozenset[GroupKey]
    kind: ScoreKind


@dataclass(frozen=True)
class Finishing:
    """What evaluating merged states takes.

    Attributes:
        workers: They evaluate keys of moderate size, and split the cells of large ones.
        sources: Where the rows are.
        target: Where the results go.
        last: The last step of each run and split.
        kinds: Of the scores of each run.
    """

    workers: Workers
    sources: Sources
    target: Target
    last: Mapping[tuple[str, str], int]
    kinds: Mapping[str, ScoreKind]

    def run(self, states: Mapping[GroupKey, EvaluationState]) -> list[Files]:
        """Evaluate the keys of these states, write what follows, and return the files."""
        large = frozenset(key for key, state in states.items() if state.rows > ROWS_AT_ONCE)
        tasks = list(self._tasks(states, large))
        written = self.workers.run(finish_keys, tasks, f"evaluate parts of {len(large)} large keys")
        return written + [self._finish_large(key, states[key]) for key in sorted(large)]

    def _tasks(
        self, states: Mapping[GroupKey, EvaluationState], large: frozenset[GroupKey]
    ) -> Iterator[FinishTask]:
        small = sorted(states.keys() - large)
        for run_id in sorted({key.run_id for key in small}):
            keys = [key for key in small if key.run_id == run_id]
            parts = 4 * self.workers.parallelism
            for group in spread(keys, lambda key: states[key].rows, parts, ROWS_A_TASK):
                mine = {key: states[key] for key in group}
                counted = self.sources.counted([run_id])
                drawn, kind = self._drawn(group), self.kinds[run_id]
                yield FinishTask(self.target, mine, counted, drawn, large, kind)

    def _finish_large(self, key: GroupKey, state: EvaluationState) -> Files:
        split = split_by(self.workers, key, self.sources.counted([key.run_id]))
        found = {key: evaluate_state(state, split, self.kinds[key.run_id])}
        return self.target.write(evaluation_tables(found, self._drawn([key])))

    def _drawn(self, keys: Iterable[GroupKey]) -> frozenset[GroupKey]:
        return frozenset(key for key in keys if key.step == self.last[key.run_id, key.split])


def finish_keys(task: FinishTask) -> Files:
    """Evaluate merged states and write what follows; runs on a worker."""
    rows_of = reader(task.counted, task.large)
    # In order of key: rows of one run and step are read once.
    found = {
        key: evaluate_kept(key, task.states[key], rows_of, task.kind) for key in sorted(task.states)
    }
    return task.target.write(evaluation_tables(found, task.drawn))
