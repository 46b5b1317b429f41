"""``insight sql``: one SELECT over the lake's tables and views, and what these are."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from insight_lib.cli.options import add_lake
from insight_lib.cli.output.formats import FORMATS, encoded
from insight_lib.cli.sql.catalogue import columns_of, tables_and_views
from insight_lib.cli.sql.destination import format_of, write_to
from insight_lib.cli.sql.statement import parameters_of, statement_of
from insight_lib.errors import InputError
from insight_lib.lake.sql.run_query import rows_of, tables_of
from insight_lib.lake.tables import open_lake

EPILOG = """\
A value of --param stands for the text in quotes: `step > $s` with `--param s=100` compares numbers.
Where a type is needed, write it: `now() - $age::INTERVAL`. Times are UTC. docs/sql.md has common
questions with their statements.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_lake(parser, required=False)
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "statement",
        nargs="?",
        metavar="SELECT",
        help="the statement, in DuckDB's dialect; without it, it is read from standard input",
    )
    what.add_argument("--file", type=Path, metavar="FILE", help="file that holds the statement")
    what.add_argument(
        "--list", action="store_true", help="list the tables and views, with their meaning"
    )
    what.add_argument(
        "--describe",
        metavar="NAME",
        help="list the columns of a table or view: type, unit and meaning",
    )
    parser.add_argument(
        "--param",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="value of $NAME in the statement; may be repeated",
    )
    parser.add_argument(
        "--format", choices=FORMATS, help="default: by the ending of --out FILE, else table"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write there, not to the screen")
    parser.epilog = EPILOG


def run(arguments: argparse.Namespace) -> int:
    """Write the rows that were asked for."""
    chosen = arguments.format or format_of(arguments.out)
    with _rows(arguments) as rows:
        write_to(arguments.out, encoded(rows, chosen), lake=arguments.lake)
    return 0


@contextmanager
def _rows(arguments: argparse.Namespace) -> Iterator[Iterator[pa.Table]]:
    if arguments.list:
        yield iter([tables_and_views()])
    elif arguments.describe is not None:
        yield iter([columns_of(arguments.describe)])
    elif arguments.lake is None:
        raise InputError("no lake is given; add --lake DIR")
    else:
        statement = statement_of(arguments)
        lake = open_lake(arguments.lake, only=tables_of(statement))
        with rows_of(lake, statement, parameters_of(arguments.param)) as rows:
            yield rows
