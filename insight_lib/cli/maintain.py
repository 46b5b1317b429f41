"""``insight maintain``: few files, and no replaced ones past their time."""

import argparse

from insight_lib.cli.options import add_lake
from insight_lib.cli.output import print_table
from insight_lib.lake.lock import only_writer
from insight_lib.lake.maintenance import LEAST_RETENTION_HOURS, summary
from insight_lib.lake.session import SparkWorkers
from insight_lib.lake.tables import open_lake
from insight_lib.pipeline.nightly import tidy

COLUMNS = ("table", "files", "files after", "MB", "MB after", "deleted", "seconds")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_lake(parser)
    parser.add_argument(
        "--retention-hours",
        type=int,
        default=LEAST_RETENTION_HOURS,
        metavar="HOURS",
        help="delete files that were replaced longer ago (default and least: %(default)s)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Maintain the lake, and print a line for each table that changed."""
    lake = open_lake(arguments.lake)
    with only_writer(lake.root):
        done = tidy(lake, SparkWorkers(), arguments.retention_hours)
    if done:
        rows = [
            (
                one.table,
                one.files_before,
                one.files_after,
                round(one.bytes_before / 1e6, 1),
                round(one.bytes_after / 1e6, 1),
                one.vacuumed,
                round(one.seconds, 1),
            )
            for one in done
        ]
        print_table("", COLUMNS, rows)
    print(summary(done))
    return 0
