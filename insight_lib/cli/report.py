"""``insight report``: write the failure-risk report of what the lake holds now."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from insight_lib.cli.options import add_lake
from insight_lib.lake.lock import only_writer
from insight_lib.lake.tables import open_lake
from insight_lib.report.stage import refresh_report, report_folder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_lake(parser)
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="folder of the report (default: <lake>/_report)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the report and print its path; a lake that does not hold the report is only read."""
    lake = open_lake(arguments.lake)
    out, now = arguments.out or report_folder(lake), datetime.now(UTC)
    if out.resolve().is_relative_to(lake.root):
        with only_writer(lake.root, "make its folder writable, or name another place with --out"):
            index = refresh_report(lake, out, now).index
    else:
        index = refresh_report(lake, out, now).index
    print(index)
    return 0
