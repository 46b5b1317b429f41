"""``insight findings``: what stands in a lake, what is new, what is resolved, and since when."""

import argparse
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from insight_lib.cli.days import begin_of, day, day_of, minute_of
from insight_lib.cli.options import add_lake
from insight_lib.cli.output import print_json, print_table
from insight_lib.dissection.list_findings import Listed, Wanted, list_findings
from insight_lib.lake.tables import open_lake
from insight_lib.screen import print_text

COLUMNS = ("severity", "run", "rule", "layer", "what was found", "since")

Row = Mapping[str, Any]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_lake(parser)
    which = parser.add_mutually_exclusive_group()
    states = {
        "open": "what stands (default)",
        "new": "of this, what opened or became graver in the last night with news",
        "resolved": "what was found once and is no longer",
    }
    for name, meaning in states.items():
        which.add_argument(
            f"--{name}",
            dest="which",
            action="store_const",
            const=name,
            default="open",
            help=meaning,
        )
    parser.add_argument(
        "--since",
        type=day,
        metavar="DATE",
        help="only what opened, or was resolved, on this day (UTC) or later, such as 2026-08-31",
    )
    parser.add_argument(
        "--run",
        dest="of_run",
        metavar="RUN",
        help="only of this run, or of a pattern such as 'logs/resnet/*'",
    )
    parser.add_argument("--rule", metavar="RULE", help="only of this rule")
    parser.add_argument("--format", choices=("table", "json"), default="table")


def run(arguments: argparse.Namespace) -> int:
    """Print a row a finding, the most severe first, and how many are muted.

    Raises:
        InputError: No run matches, or there is no such rule.
    """
    since = None if arguments.since is None else begin_of(arguments.since)
    wanted = Wanted(arguments.which, since, arguments.of_run, arguments.rule)
    listed = list_findings(open_lake(arguments.lake), wanted, datetime.now(UTC))
    if arguments.format == "json":
        print_json(_as_json(listed))
        return 0
    if listed.rows:
        print_table("", COLUMNS, [_shown(row, listed.night) for row in listed.rows])
    print_text(_counts(listed, arguments.which))
    return 0


def since(row: Row, night: datetime | None) -> str:
    """Say since when a finding stands, or from when to when it stood."""
    opened, times = day_of(row["opened_at"]), row["times_opened"] or 1
    if row["resolved_at"] is not None:
        said = f"{opened} to {day_of(row['resolved_at'])}"
    else:
        said = f"{opened}, new" if night is not None and row["opened_at"] == night else opened
    return said if times == 1 else f"{said}, opened {times} times"


def _shown(row: Row, night: datetime | None) -> tuple[object, ...]:
    follows = "" if row["caused_by"] is None else f"\n  follows: {row['caused_by']}"
    rule = f"{row['rule']}{follows}"
    found = (row["layer"] or None, row["title"], since(row, night))
    return (row["severity"], row["run_id"], rule, *found)


def _counts(listed: Listed, which: str) -> str:
    runs = len({row["run_id"] for row in listed.rows})
    said = f"findings: {len(listed.rows):,} {which}, runs: {runs:,}"
    if listed.muted:
        said += f"; {listed.muted:,} muted"
    return (
        said if listed.night is None else f"{said}; last night with news: {minute_of(listed.night)}"
    )


def _as_json(listed: Listed) -> dict[str, object]:
    return {
        "night": listed.night,
        "muted": listed.muted,
        "findings": [_parsed(row, listed.night) for row in listed.rows],
    }


def _parsed(row: Row, night: datetime | None) -> dict[str, object]:
    """Return a row with its JSON as objects, and whether it is new."""
    texts = {name: row[name] and json.loads(row[name]) for name in ("evidence", "remedy")}
    is_new = row["resolved_at"] is None and night is not None and row["opened_at"] == night
    return {**row, **texts, "is_new": is_new}
