"""``insight report``: write the failure-risk report of what the lake holds now."""

import argparse
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
    """Write the report and print its path."""
    lake = open_lake(arguments.lake)
    with only_writer(lake.root):
        print(refresh_report(lake, arguments.out or report_folder(lake)).index)
    return 0
