"""``insight sql``: one SELECT over the lake's tables."""

import argparse

from insight_lib.cli.options import add_lake
from insight_lib.cli.output import FORMATS, print_rows
from insight_lib.lake.sql import query
from insight_lib.lake.tables import open_lake


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_lake(parser)
    parser.add_argument("statement", metavar="SELECT", help="the statement, in DuckDB's dialect")
    parser.add_argument("--format", choices=FORMATS, default="table")


def run(arguments: argparse.Namespace) -> int:
    """Print the statement's rows."""
    print_rows(query(open_lake(arguments.lake), arguments.statement), arguments.format)
    return 0
