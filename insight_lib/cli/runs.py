"""``insight runs``: the runs of a lake; ``insight runs diff``: what differs between some."""

import argparse

from insight_lib.cli import runs_diff
from insight_lib.cli.options import add_json, add_lake
from insight_lib.cli.output import print_rows
from insight_lib.errors import InputError
from insight_lib.lake.sql import query
from insight_lib.lake.tables import open_lake

LISTING = """
SELECT runs.run_id, runs.experiment, coalesce(own.owner, shared.owner) AS owner, runs.verdict,
    array_to_string(map_keys(runs.judged), ', ') AS judged,
    runs.state, runs.last_step, runs.last_event_at, runs.writer,
    count(*) FILTER (findings.severity = 'error') AS errors,
    count(*) FILTER (findings.severity = 'warning') AS warnings
FROM runs
LEFT JOIN findings ON findings.run_id = runs.run_id AND findings.resolved_at IS NULL
LEFT JOIN notes AS own ON own.about = 'run' AND own.name = runs.run_id
LEFT JOIN notes AS shared ON shared.about = 'experiment' AND shared.name = runs.experiment
GROUP BY ALL
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    # Its part `diff` may be given the lake in its place.
    add_lake(parser, required=False)
    parser.add_argument(
        "--where",
        metavar="EXPR",
        default="true",
        help="SQL condition on the listed columns: run_id, experiment, owner, verdict, judged, "
        "state, last_step, last_event_at, writer, errors, warnings; such as "
        "\"verdict = 'failing'\"",
    )
    add_json(parser)
    parts = parser.add_subparsers(metavar="diff", title="part")
    diff = parts.add_parser("diff", help=runs_diff.SUMMARY, description=runs_diff.SUMMARY)
    runs_diff.add_arguments(diff)
    diff.set_defaults(part=runs_diff.run)


def run(arguments: argparse.Namespace) -> int:
    """Print one row a run, or what differs between some."""
    if arguments.lake is None:
        raise InputError("no lake is given; add --lake DIR")
    if "part" in arguments:
        status: int = arguments.part(arguments)
        return status
    # The user's own condition on the user's own lake, which DuckDB only reads.
    statement = f"SELECT * FROM ({LISTING}) WHERE ({arguments.where}) ORDER BY run_id"  # noqa: S608
    rows = query(open_lake(arguments.lake), statement)
    print_rows(rows, "json" if arguments.json else "table")
    return 0
