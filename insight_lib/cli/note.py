"""``insight note``: whose a run or an experiment is, and what a person notes about it."""

import argparse
from datetime import UTC, datetime

from insight_lib.cli.options import add_lake
from insight_lib.errors import InputError
from insight_lib.events.runs.notes import Note, write_note
from insight_lib.lake.lock import only_writer
from insight_lib.lake.tables import open_lake


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_lake(parser)
    parser.add_argument(
        "run_id", nargs="?", metavar="RUN", help="the run, as `insight runs` names it"
    )
    parser.add_argument(
        "--experiment", metavar="EXPERIMENT", help="the experiment, for all of its runs, instead"
    )
    parser.add_argument("--owner", metavar="NAME", help="whose it is; '' removes the owner")
    parser.add_argument("--text", metavar="TEXT", help="the note; '' removes it")


def run(arguments: argparse.Namespace) -> int:
    """Record the note; what is not given stays as it was.

    Raises:
        InputError: Not exactly one of run and experiment is named, it is unknown, or there is
            nothing to note.
    """
    run_id, experiment = arguments.run_id, arguments.experiment
    if (run_id is None) == (experiment is None):
        given = "neither" if run_id is None else "both"
        raise InputError(f"{given} of RUN and --experiment is given; give one of them")
    lake = open_lake(arguments.lake)
    with only_writer(lake.root):
        noted = write_note(
            lake,
            "experiment" if run_id is None else "run",
            experiment if run_id is None else run_id,
            arguments.owner,
            arguments.text,
            datetime.now(UTC),
        )
    print(f"{run_id or f'experiment {experiment}'}: {_said(noted)}")
    return 0


def _said(noted: Note) -> str:
    parts = [] if noted.owner is None else [f"owner {noted.owner}"]
    parts += [] if noted.note is None else [f"note: {noted.note}"]
    return ", ".join(parts) or "nothing is noted"
