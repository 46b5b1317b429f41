"""``insight nightly``: every stage, in order, on what is new."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from insight_lib.cli.options import (
    NEVER,
    add_fail_on,
    add_lake,
    add_log_roots,
    add_predictions,
    reaches,
)
from insight_lib.cli.summary import print_summary
from insight_lib.dissection.standing import MUTE_COLUMNS, muted_at, told_open
from insight_lib.lake.lock import only_writer
from insight_lib.lake.session import SparkWorkers
from insight_lib.lake.tables import Lake, open_lake
from insight_lib.pipeline.inputs import usable_inputs
from insight_lib.pipeline.nightly import nightly
from insight_lib.report.read.summary import read_summary
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
    """Run the pipeline, print a line a stage, and then who needs a person."""
    inputs = usable_inputs(arguments)
    lake = open_lake(arguments.lake, create=inputs.are_named)
    out, now = arguments.out or report_folder(lake), datetime.now(UTC)
    with only_writer(lake.root):
        nightly(lake, SparkWorkers(), inputs, out, now)
        summary = read_summary(lake, now)
    print_summary(summary, out.resolve() / INDEX)
    verdicts = lake.read("runs", ["verdict"])["verdict"].to_pylist()
    return 1 if reaches(_severities(lake, now), set(verdicts), arguments.fail_on) else 0


def _severities(lake: Lake, now: datetime) -> set[str]:
    """Return the severities of the findings that stand and are not muted."""
    muted = muted_at(lake.read("mutes", MUTE_COLUMNS), now)
    findings = lake.read("findings", ["run_id", "rule", "severity", "resolved_at"])
    return set(told_open(findings, muted).shown["severity"].to_pylist())
