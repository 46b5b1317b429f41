"""``insight label``: what a person says of a run; the risk model learns from it."""

import argparse

from insight_lib.cli.options import add_lake
from insight_lib.lake.lock import only_writer
from insight_lib.lake.tables import open_lake
from insight_lib.risk.run_labels import LABELS, RunLabel, label_runs


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_lake(parser)
    parser.add_argument("run_id", metavar="RUN", help="the run, as `insight runs` names it")
    parser.add_argument("label", choices=LABELS)
    parser.add_argument("--reason", help="why, in a few words")


def run(arguments: argparse.Namespace) -> int:
    """Record the label in the place of any earlier one of the run."""
    lake = open_lake(arguments.lake)
    with only_writer(lake.root):
        label_runs(lake, [RunLabel(arguments.run_id, arguments.label, arguments.reason)])
    print(f"{arguments.run_id} is labelled {arguments.label}; the next nightly run learns from it")
    return 0
