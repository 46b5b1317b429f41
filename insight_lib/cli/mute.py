"""``insight mute``: what is known on a run and need not be told of for some time."""

import argparse
from datetime import UTC, datetime

from insight_lib.cli.days import day, minute_of
from insight_lib.cli.options import add_lake, add_run_and_rule
from insight_lib.dissection.findings.history import open_rows
from insight_lib.dissection.known_rules import rule_named
from insight_lib.dissection.mutes import mute
from insight_lib.lake.lock import only_writer
from insight_lib.lake.tables import Lake, open_lake


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_lake(parser)
    add_run_and_rule(parser)
    parser.add_argument(
        "--until",
        type=day,
        required=True,
        metavar="DATE",
        help="the last day (UTC) on which its findings are not shown, such as 2026-08-31",
    )
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why, in a few words")


def run(arguments: argparse.Namespace) -> int:
    """Record the mute in the place of any earlier one of the rule on the run.

    Raises:
        InputError: There is no such run or rule, the day is over, or the reason is empty.
    """
    rule = rule_named(arguments.rule).name
    lake = open_lake(arguments.lake)
    with only_writer(lake.root):
        until = mute(
            lake, arguments.run_id, rule, arguments.until, arguments.reason, datetime.now(UTC)
        )
    count = _standing(lake, arguments.run_id, rule)
    print(
        f"{rule} on {arguments.run_id} is muted until {minute_of(until)}: {count} "
        f"{'finding' if count == 1 else 'findings'} now"
    )
    return 0


def _standing(lake: Lake, run_id: str, rule: str) -> int:
    rows = open_rows(lake.read("findings", ["run_id", "rule", "resolved_at"], [run_id]))
    return int(rows["rule"].to_pylist().count(rule))
