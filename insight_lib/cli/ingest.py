"""``insight ingest``: bring new event and prediction files into the lake."""

import argparse

from insight_lib.cli.options import add_lake, add_log_roots, add_predictions
from insight_lib.lake.lock import only_writer
from insight_lib.lake.session import SparkWorkers
from insight_lib.lake.tables import open_lake
from insight_lib.pipeline.inputs import named_inputs
from insight_lib.pipeline.nightly import bring_in


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_log_roots(parser, "*")
    add_lake(parser)
    add_predictions(parser)


def run(arguments: argparse.Namespace) -> int:
    """Ingest, and print what was read."""
    inputs = named_inputs(arguments)
    lake = open_lake(arguments.lake, create=True)
    with only_writer(lake.root):
        bring_in(lake, SparkWorkers(), inputs)
    return 0
