"""``insight nightly``: every stage, in order, on what is new."""

import argparse
from pathlib import Path

from insight_lib.cli.options import (
    NEVER,
    add_fail_on,
    add_lake,
    add_log_roots,
    add_predictions,
    reaches,
)
from insight_lib.cli.output import shown
from insight_lib.cli.verdicts import print_verdict_counts
from insight_lib.lake.lock import only_writer
from insight_lib.lake.session import SparkWorkers
from insight_lib.lake.tables import open_lake
from insight_lib.pipeline.inputs import usable_inputs
from insight_lib.pipeline.nightly import nightly
from insight_lib.report.stage import INDEX, report_folder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_log_roots(parser, "*")
    add_lake(parser)
    add_predictions(parser)
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="folder of the report (default: <lake>/_report)"
    )
    add_fail_on(parser, NEVER)


def run(arguments: argparse.Namespace) -> int:
    """Run the pipeline and print a line a stage, the verdicts and the path of the report."""
    inputs = usable_inputs(arguments)
    lake = open_lake(arguments.lake, create=inputs.are_named)
    out = arguments.out or report_folder(lake)
    with only_writer(lake.root):
        nightly(lake, SparkWorkers(), inputs, out)
    verdicts = lake.read("runs", ["verdict"])["verdict"].to_pylist()
    print_verdict_counts(verdicts)
    print(f"report: {shown(out.resolve() / INDEX)}")
    severities = lake.read("findings", ["severity"])["severity"].to_pylist()
    return 1 if reaches(set(severities), set(verdicts), arguments.fail_on) else 0
