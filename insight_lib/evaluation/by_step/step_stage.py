"""Bring a table that is made of the predictions of each run and step up to date.

A run that trains for long has many steps, and a night brings rows to a few of them. Only these are
read, and only their rows of the table are replaced, in one commit: a stage that was interrupted has
done all or nothing, and repeating it counts nothing twice.
"""

from collections.abc import Callable, Collection, Iterator, Sequence

import pyarrow as pa

from insight_lib.evaluation.by_step.step_plan import Step, boxes, group_steps, touched_steps
from insight_lib.evaluation.by_step.step_task import StepStage, StepTask, compute_steps
from insight_lib.evaluation.evaluations.commit import EVALUATED
from insight_lib.evaluation.evaluations.plan_tasks import Sources
from insight_lib.evaluation.new_predictions import find_new_predictions
from insight_lib.lake.batch_log import settled_batch, sweep
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers


def refresh_steps(lake: Lake, workers: Workers, stage: StepStage) -> list[str]:
    """Bring the stage's output up to date, and return the runs to which predictions came.

    Raises:
        LakeError: A data file is gone.
    """
    done = stage.progress.done(lake)
    until = min(settled_batch(lake), EVALUATED.done(lake))
    if until <= done:
        return []
    # One table is all that the stage commits, so it is never torn.
    new = find_new_predictions(lake, done, until, torn=False)
    sources = Sources.of(lake, new)
    steps = touched_steps(lake, workers, sources)
    tasks = list(_tasks(lake, stage, sources, group_steps(steps, workers.parallelism)))
    written = workers.run(compute_steps, tasks, f"{stage.name}: {len(steps)} steps")
    among: dict[str, list[str] | list[int]] = {"run_id": new.run_ids}
    if not new.whole:
        among["step"] = sorted({step for _, step in steps})
    doomed = _doomed(steps.keys(), new.whole)
    files = [file for part in written for file in part]
    lake.replace_where(stage.output, among, doomed, files, stage.name, until)
    sweep(lake, [stage.output], until)
    return new.run_ids


def _tasks(
    lake: Lake, stage: StepStage, sources: Sources, groups: Sequence[Sequence[Step]]
) -> Iterator[StepTask]:
    names = [wanted.table for wanted in stage.others]
    live = {name: lake.files(name) for name in names}
    uris = {name: lake.table_uri(name) for name in (*names, stage.output)}
    for group in groups:
        run_ids = sorted({run_id for run_id, _ in group})
        steps = sorted({step for _, step in group})
        paths = {
            name: [file.path for file in files if file.may_hold({"run_id": run_ids, "step": steps})]
            for name, files in live.items()
        }
        counted = sources.counted(run_ids)
        yield StepTask(stage, sources.new_predictions.until, boxes(group), counted, paths, uris)


def _doomed(steps: Collection[Step], run_ids: Collection[str]) -> Callable[[pa.Table], pa.Array]:
    def mask(rows: pa.Table) -> pa.Array:
        own = zip(rows["run_id"].to_pylist(), rows["step"].to_pylist(), strict=True)
        return pa.array([step in steps or step[0] in run_ids for step in own], pa.bool_())

    return mask
