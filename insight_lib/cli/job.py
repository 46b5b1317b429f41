"""What the spark-submit jobs share: arguments, lake, lock, workers, exit status."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from insight_lib.cli.answer import answer
from insight_lib.cli.options import add_lake, add_log_roots, add_predictions
from insight_lib.errors import InputError
from insight_lib.lake.lock import only_writer
from insight_lib.lake.session import SparkWorkers
from insight_lib.lake.tables import Lake, open_lake
from insight_lib.pipeline.inputs import Inputs, named_inputs, remember_inputs, usable_inputs
from insight_lib.pipeline.nightly import INGESTING, known_inputs, run_stages
from insight_lib.pipeline.stage import Context, PipelineStage
from insight_lib.pipeline.stages import stage_named
from insight_lib.pipeline.tasks import TASKS, task_named

AFTER = "committed work is kept, submit the job again to continue"


def run_job(name: str, argv: Sequence[str]) -> int:
    """Run one stage as a job, print what it did, and return the exit status."""
    stage = stage_named(name)
    arguments = _parser(stage).parse_args(argv)
    ingests = stage in INGESTING

    def work() -> str:
        inputs = named_inputs(arguments) if ingests else Inputs()
        lake = open_lake(arguments.lake, create=ingests)
        with only_writer(lake.root):
            remember_inputs(lake, inputs)
            done = stage.run(Context(lake, SparkWorkers(), inputs))
        for remark in done.remarks:
            print(f"  {remark}", file=sys.stderr)
        return done.text

    return _status(work)


def run_task_job(argv: Sequence[str]) -> int:
    """Run the stages of a task as one job, print a line for each, and return the exit status."""
    arguments = _task_parser().parse_args(argv)
    task = task_named(arguments.task)
    ingests = any(stage in INGESTING for stage in task.stages)

    def work() -> str:
        inputs = usable_inputs(arguments)
        if inputs.are_named and not ingests:
            raise InputError(f"the task {task.name} reads no files; name them to the task ingest")
        lake = open_lake(arguments.lake, create=inputs.are_named)
        with only_writer(lake.root):
            if ingests:
                inputs = known_inputs(lake, inputs)
            run_stages(task.stages, Context(lake, SparkWorkers(), inputs))
        return f"task {task.name} done"

    return _status(work)


def run_on_lake(description: str | None, work: Callable[[Lake], str], argv: Sequence[str]) -> int:
    """Run a job that needs nothing but the lake, print what it returns, return the exit status."""
    parser = argparse.ArgumentParser(description=description)
    add_lake(parser)
    arguments = parser.parse_args(argv)

    def locked() -> str:
        lake = open_lake(arguments.lake)
        with only_writer(lake.root):
            return work(lake)

    return _status(locked)


def _task_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Run the stages of one task of a night.")
    parser.add_argument("task", choices=[task.name for task in TASKS])
    add_log_roots(parser, "*")
    add_predictions(parser)
    add_lake(parser)
    return parser


def _parser(stage: PipelineStage) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=stage.purpose)
    parser.set_defaults(log_roots=[], predictions=[], config=None)
    if stage.name == "ingest_summaries":
        add_log_roots(parser, "+")
    elif stage.name == "ingest_predictions":
        add_log_roots(parser, "*")
        add_predictions(parser)
    add_lake(parser)
    return parser


def _status(work: Callable[[], str]) -> int:
    def printed() -> int:
        print(work(), flush=True)
        return 0

    return answer(Path(sys.argv[0]).name, AFTER, printed)
