"""What the spark-submit jobs share: arguments, lake, lock, workers, exit status."""

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from insight_lib.cli.answer import answer
from insight_lib.cli.options import add_lake, add_log_roots, add_predictions
from insight_lib.events.ingest.stage import ingest_events
from insight_lib.files.log_root import check_roots
from insight_lib.lake.lock import only_writer
from insight_lib.lake.run_stage import Stage, derive
from insight_lib.lake.session import SparkWorkers
from insight_lib.lake.tables import Lake, open_lake
from insight_lib.lake.workers import Workers
from insight_lib.pipeline.inputs import named_inputs
from insight_lib.predictions.ingest.stage import ingest_predictions

AFTER = "what was committed stays, submit the job again to go on"
Update = Callable[[Lake, Workers], list[str]]


def events_job(description: str | None, argv: Sequence[str]) -> int:
    """Run the job that brings event files into a lake, and print its summary."""
    parser = argparse.ArgumentParser(description=description)
    add_log_roots(parser, "+")
    add_lake(parser)
    arguments = parser.parse_args(argv)

    def work() -> object:
        roots = check_roots(arguments.log_roots)
        return _into(arguments.lake, lambda lake: ingest_events(lake, SparkWorkers(), roots).text)

    return _status(work)


def predictions_job(description: str | None, argv: Sequence[str]) -> int:
    """Run the job that brings prediction files into a lake, and print its summary."""
    parser = argparse.ArgumentParser(description=description)
    add_log_roots(parser, "*")
    add_lake(parser)
    add_predictions(parser)
    arguments = parser.parse_args(argv)

    def work() -> object:
        inputs = named_inputs(arguments)
        given = (inputs.roots, inputs.patterns, inputs.columns)
        return _into(
            arguments.lake, lambda lake: ingest_predictions(lake, SparkWorkers(), *given).text
        )

    return _status(work)


def stage_job(description: str | None, stage: Stage, argv: Sequence[str]) -> int:
    """Run a job that derives tables run by run, and print how many runs it computed."""
    return update_job(description, stage.name, partial(derive, stage=stage), argv)


def update_job(description: str | None, name: str, update: Update, argv: Sequence[str]) -> int:
    """Run a job that brings tables up to date, and print for how many runs."""
    return lake_job(
        description, lambda lake: f"{name}: {len(update(lake, SparkWorkers()))} runs", argv
    )


def lake_job(description: str | None, work: Callable[[Lake], object], argv: Sequence[str]) -> int:
    """Run a job that needs nothing but the lake, and print what it returns."""
    parser = argparse.ArgumentParser(description=description)
    add_lake(parser)
    arguments = parser.parse_args(argv)

    def locked() -> object:
        lake = open_lake(arguments.lake)
        with only_writer(lake.root):
            return work(lake)

    return _status(locked)


def _into(folder: Path, work: Callable[[Lake], object]) -> object:
    lake = open_lake(folder, create=True)
    with only_writer(lake.root):
        return work(lake)


def _status(work: Callable[[], object]) -> int:
    def printed() -> int:
        print(work(), flush=True)
        return 0

    return answer(Path(sys.argv[0]).name, AFTER, printed)
