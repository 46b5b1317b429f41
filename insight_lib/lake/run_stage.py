"""Run a stage: compute tables from tables, run by run, for the runs that new batches touched.

A stage names its input tables, its output tables and one pure function from the former to the
latter. Workers read the inputs of a few runs each, apply the function and write the outputs' files;
the driver replaces the runs' earlier rows by them. The number of the last batch that a stage
has worked up to is the application transaction of its outputs, so a night that brought nothing
costs nothing and an interrupted stage is repeated.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.dataset as ds

from insight_lib.lake.batch_log import LEDGERS, runs_between, settled_batch, sweep
from insight_lib.lake.parquet import DataFile, file_prefix, write_data_file
from insight_lib.lake.replaced_files import replaced_files, without
from insight_lib.lake.scan import read_batches, read_rows
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers, spread

Tables = Mapping[str, pa.Table]
# Below this many runs a task costs more to start than to do, unless they are large:
FEWEST_RUNS_A_TASK = 8
# a worker holds the inputs of a task at once, and a scalar row takes about 100 bytes.
ROWS_A_TASK = 4_000_000


@dataclass(frozen=True)
class Input:
    """What a stage reads of a table.

    Attributes:
        table: Its name.
        columns: Those that are read; None: all.
        where: Holds for the rows that are read; None: all.
        coded: Columns of strings that are read as dictionaries, of few values in many rows.
        unless: Holds for rows that what was read before this input makes needless; None: none.
        reduce: What becomes of every few rows as soon as they are read, so that a worker never
            holds rows that are large; None: they stay as they are.
    """

    table: str
    columns: tuple[str, ...] | None = None
    where: ds.Expression | None = None
    coded: tuple[str, ...] = ()
    unless: Callable[[Tables], ds.Expression] | None = None
    reduce: Callable[[pa.Table], pa.Table] | None = None


@dataclass(frozen=True)
class Progress:
    """How far an application has worked, by the tables that it writes.

    Attributes:
        application: Under which its commits are recorded.
        tables: Each bears the batch as its application transaction.
    """

    application: str
    tables: tuple[str, ...]

    def done(self, lake: Lake) -> int:
        """Return the last batch that all of the tables have worked in; -1 for none."""
        return min(lake.committed(name, self.application) for name in self.tables)


@dataclass(frozen=True)
class RunStage:
    """A stage that works run by run.

    Attributes:
        name: The application under which its commits are recorded.
        inputs: What ``compute`` is given, by table name.
        outputs: What it returns; each has a column ``run_id``.
        compute: Input tables of some whole runs, reduced where ``Input.reduce`` says how, to output
            tables; runs on workers.
        after: Whose outputs it reads: it never works past a batch that they have not done.
        ledgers: Whose batches touch a run, so that it is recomputed.
    """

    name: str
    inputs: tuple[Input, ...]
    outputs: tuple[str, ...]
    compute: Callable[[Tables], Tables]
    after: tuple[Progress, ...] = ()
    ledgers: tuple[str, ...] = tuple(LEDGERS.values())

    @property
    def progress(self) -> Progress:
        """How far the stage has worked."""
        return Progress(self.name, self.outputs)


@dataclass(frozen=True)
class _Task:
    stage: RunStage
    batch: int
    run_ids: tuple[str, ...]
    input_files: dict[str, list[str]]
    replaced: tuple[str, ...]
    table_uris: dict[str, str]


def run_stage(lake: Lake, workers: Workers, stage: RunStage) -> list[str]:
    """Update the stage's outputs and return the runs that were recomputed."""
    done = stage.progress.done(lake)
    until = min([settled_batch(lake), *(earlier.done(lake) for earlier in stage.after)])
    if until <= done:
        return []
    run_ids = runs_between(lake, done, until, stage.ledgers)
    tasks = _tasks(lake, stage, until, run_ids, 4 * workers.parallelism) if run_ids else []
    written = workers.run(_compute, tasks, f"{stage.name}: {len(run_ids)} runs")
    for name in stage.outputs:
        files = [files[name] for files in written if name in files]
        lake.replace(name, "run_id", run_ids, files, stage.name, until)
    sweep(lake, stage.outputs, until)
    return run_ids


def _tasks(
    lake: Lake, stage: RunStage, batch: int, run_ids: Sequence[str], parts: int
) -> list[_Task]:
    uris = {name: lake.table_uri(name) for name in {i.table for i in stage.inputs}}
    uris |= {name: lake.table_uri(name) for name in stage.outputs}
    replaced = tuple(replaced_files(lake, run_ids))
    rows = sum(file.rows for i in stage.inputs for file in lake.files(i.table, run_ids))
    fewest = min(FEWEST_RUNS_A_TASK, ROWS_A_TASK * len(run_ids) // max(rows, 1) + 1)
    groups = spread(run_ids, lambda _: 1, max(parts, rows // ROWS_A_TASK), fewest)
    return [
        _Task(
            stage,
            batch,
            tuple(group),
            {i.table: [f.path for f in lake.files(i.table, group)] for i in stage.inputs},
            replaced,
            uris,
        )
        for group in groups
    ]


def _compute(task: _Task) -> dict[str, DataFile]:
    stage = task.stage
    inputs: dict[str, pa.Table] = {}
    for wanted in stage.inputs:
        inputs[wanted.table] = _read(task, wanted, inputs)
    outputs = stage.compute(inputs)
    return {
        name: write_data_file(
            task.table_uris[name],
            name,
            f"{file_prefix(task.batch)}-{stage.name}",
            outputs[name].sort_by([("run_id", "ascending")]),
        )
        for name in stage.outputs
        if outputs[name].num_rows
    }


def _read(task: _Task, wanted: Input, earlier: Tables) -> pa.Table:
    where = ds.field("run_id").isin(list(task.run_ids))
    for condition in (wanted.where, without(wanted.table, task.replaced)):
        where = where if condition is None else where & condition
    if wanted.unless is not None:
        where &= ~wanted.unless(earlier)
    uri, paths = task.table_uris[wanted.table], task.input_files[wanted.table]
    if wanted.reduce is None:
        return read_rows(uri, wanted.table, paths, wanted.columns, where, wanted.coded)
    batches = read_batches(uri, wanted.table, paths, wanted.columns, where)
    return pa.concat_tables(map(wanted.reduce, batches))
