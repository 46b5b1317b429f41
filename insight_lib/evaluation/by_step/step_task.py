"""What a worker does for a stage that makes a table of the predictions of each run and step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

import pyarrow as pa
import pyarrow.dataset as ds

from insight_lib.evaluation.by_step.step_plan import Box
from insight_lib.evaluation.reading import Selection, read_selection
from insight_lib.lake.contract import contract
from insight_lib.lake.parquet import DataFile, file_prefix, write_data_file
from insight_lib.lake.run_stage import Input, Progress, Tables
from insight_lib.lake.scan import read_rows


@dataclass(frozen=True)
class StepStage:
    """One part of the nightly pipeline that works by run and step, after the evaluation.

    Attributes:
        name: The application under which its commits are recorded.
        rows: What it reads of table ``predictions``.
        others: What else it reads: of the steps where the table has such, else of the runs.
        output: The table that it writes; it has columns ``run_id`` and ``step``.
        compute: Inputs of some whole steps, and all rows of their runs should it need others, to
            rows of the output; runs on workers.
    """

    name: str
    rows: Input
    others: tuple[Input, ...]
    output: str
    compute: Callable[[Tables, Selection], pa.Table]

    @property
    def progress(self) -> Progress:
        """How far the stage has worked."""
        return Progress(self.name, (self.output,))


@dataclass(frozen=True)
class StepTask:
    """The steps that one worker computes.

    Attributes:
        stage: What is computed.
        batch: For which the output is written.
        boxes: The steps.
        counted: All rows of their runs that count.
        paths: The files of each of the other tables that may hold their rows.
        uris: The folder or URI of each of the other tables and of the output.
    """

    stage: StepStage
    batch: int
    boxes: tuple[Box, ...]
    counted: Selection
    paths: Mapping[str, list[str]]
    uris: Mapping[str, str]


def compute_steps(task: StepTask) -> list[DataFile]:
    """Compute the output of some steps, and write it if it has a row.

    Raises:
        LakeError: A data file is gone.
    """
    stage = task.stage
    tables = {wanted.table: _read(task, wanted) for wanted in stage.others}
    found = stage.compute(tables | {stage.rows.table: _predictions(task)}, task.counted)
    if not found.num_rows:
        return []
    prefix = f"{file_prefix(task.batch)}-{stage.name}"
    ordered = found.sort_by([("run_id", "ascending"), ("step", "ascending")])
    return [write_data_file(task.uris[stage.output], stage.output, prefix, ordered)]


def _predictions(task: StepTask) -> pa.Table:
    wanted = task.stage.rows
    rows = task.counted if wanted.columns is None else replace(task.counted, columns=wanted.columns)
    own = (rows.among(box.run_ids, box.steps) for box in task.boxes)
    return pa.concat_tables(read_selection(each, wanted.where) for each in own)


def _read(task: StepTask, wanted: Input) -> pa.Table:
    has_steps = "step" in contract(wanted.table).schema.names
    where = reduce(or_, (_is_in(box, has_steps=has_steps) for box in task.boxes))
    uri, paths = task.uris[wanted.table], task.paths[wanted.table]
    return read_rows(uri, wanted.table, paths, wanted.columns, where)


def _is_in(box: Box, *, has_steps: bool) -> ds.Expression:
    of_runs = ds.field("run_id").isin(sorted(box.run_ids))
    return of_runs & ds.field("step").isin(sorted(box.steps)) if has_steps else of_runs
