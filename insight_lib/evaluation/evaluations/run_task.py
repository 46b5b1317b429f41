"""Evaluate the new rows of some runs of moderate size, all at once; runs on a worker."""

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from insight_lib.evaluation.evaluations.compute import (
    Kept,
    evaluate_parts,
    parts_by_key,
    rows_by_key,
)
from insight_lib.evaluation.evaluations.stored_states import StateFiles
from insight_lib.evaluation.evaluations.tables import EvaluationTables, keys_of
from insight_lib.evaluation.evaluations.withheld import NOTHING_WITHHELD, Withheld
from insight_lib.evaluation.grouping import GroupKey, last_steps
from insight_lib.evaluation.metrics.arrays import NO_ROWS, ScoredRows, concatenate
from insight_lib.evaluation.metrics.evaluation_state import EvaluationState
from insight_lib.evaluation.metrics.score_kind import ScoreKind
from insight_lib.evaluation.reading import Selection, read_selection, scan_selection
from insight_lib.lake.parquet import DataFile, file_prefix, write_data_file

ROWS_AT_ONCE = 5_000_000
"""A worker holds about 25 bytes of each of so many rows."""


@dataclass(frozen=True)
class Target:
    """Where the files of a batch go: the folder or URI of each table; and what none of them gives.

    ``withheld`` says of the runs which metrics would mislead.
    """

    batch: int
    uris: Mapping[str, str]
    withheld: Withheld = NOTHING_WITHHELD

    def write(self, tables: EvaluationTables) -> dict[str, DataFile]:
        """Write the tables that have rows, and return what their commits need."""
        prefix = f"{file_prefix(self.batch)}-evaluate"
        tables = self.withheld.withhold(tables)
        return {
            name: write_data_file(uri, name, prefix, rows)
            for name, uri in self.uris.items()
            if (rows := getattr(tables, name)).num_rows
        }


@dataclass(frozen=True)
class RunTask:
    """What one worker evaluates.

    Attributes:
        target: Where it writes.
        new: The rows to add.
        counted: All rows that count, the new ones among them.
        known: The keys of the runs that were evaluated before.
        states: Where the states of these are.
        kinds: Of the scores of each run.
    """

    target: Target
    new: Selection
    counted: Selection
    known: frozenset[GroupKey]
    states: StateFiles
    kinds: Mapping[str, ScoreKind]


@dataclass(frozen=True)
class Evaluated:
    """What a worker did.

    Attributes:
        files: What it wrote, by table.
        keys: What it evaluated.
        partial: The states of new rows of keys that are too large for it.
    """

    files: Mapping[str, DataFile]
    keys: frozenset[GroupKey]
    partial: Mapping[GroupKey, EvaluationState]


def evaluate_runs(task: RunTask) -> Evaluated:
    """Add the new rows to what is kept of their keys, and write all that follows from it.

    Raises:
        InputError: A row breaks the contract of table ``predictions``.
        LakeError: A data file is gone.
    """
    new = parts_by_key(scan_selection(task.new))
    states = task.states.read(task.known & new.keys())
    large = {key for key, state in states.items() if state.rows > ROWS_AT_ONCE}
    rows_of = reader(task.counted, large)
    kept = Kept(states, last_steps(task.known), rows_of, frozenset(large), task.kinds)
    tables = evaluate_parts(new, kept)
    partial = {
        key: EvaluationState.from_rows(concatenate(new[key]), task.kinds[key.run_id])
        for key in large
    }
    return Evaluated(task.target.write(tables), keys_of(tables.evaluations), partial)


def reader(counted: Selection, large: Iterable[GroupKey]) -> Callable[[GroupKey], ScoredRows]:
    """Return what reads all rows of a key.

    The rows of a run and step are read once for all of its slices, but where one of these is among
    the large keys: there only the rows of the key itself are held.
    """
    large_steps = {(key.run_id, key.step) for key in large}

    @functools.lru_cache(maxsize=1)
    def of_step(run_id: str, step: int) -> dict[GroupKey, ScoredRows]:
        return rows_by_key(read_selection(counted.of(run_id, step)))

    def rows_of(key: GroupKey) -> ScoredRows:
        if (key.run_id, key.step) in large_steps:
            parts = map(rows_by_key, scan_selection(counted.of(key.run_id, key.step)))
            return concatenate([part[key] for part in parts if key in part])
        return of_step(key.run_id, key.step).get(key, NO_ROWS)

    return rows_of
