"""``insight alerts``: what people were told, what is still to be told, and a message to try it."""

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from insight_lib.alerts.delivery.deliver import deliver
from insight_lib.alerts.delivery.digest import Alert, Digest
from insight_lib.alerts.settings.section import AlertSettings
from insight_lib.alerts.settings.store import remembered_alerts
from insight_lib.cli.days import minute_of
from insight_lib.cli.options import add_json, add_lake
from insight_lib.cli.output import print_json, print_table
from insight_lib.errors import InputError
from insight_lib.lake.tables import open_lake
from insight_lib.screen import print_text

COLUMNS = ("night", "status", "receiver", "rule", "severity", "run", "what")
_SHOWN = ("noted_at", "status", "receiver", "rule", "severity", "run_id", "title", "problem")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_lake(parser)
    parser.add_argument(
        "--test",
        metavar="RECEIVER",
        help="send a message to this receiver of the lake's settings, and note nothing",
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print a row an alert, the latest first, or send a message to try a receiver.

    Raises:
        InputError: There is no such receiver.
        DeliveryError: The message could not be delivered.
    """
    lake = open_lake(arguments.lake)
    settings = remembered_alerts(lake)
    if arguments.test is not None:
        return _try(settings, arguments.test)
    rows = lake.read("alerts", _SHOWN).sort_by([("noted_at", "descending")]).to_pylist()
    if arguments.json:
        print_json([row | {"noted_at": row["noted_at"].isoformat()} for row in rows])
        return 0
    if rows:
        print_table("", COLUMNS, [_cells(row) for row in rows])
    print_text(_settings_in_words(settings, rows))
    return 0


def _try(settings: AlertSettings, name: str) -> int:
    if name not in settings.receivers:
        known = ", ".join(settings.receivers) or "none"
        raise InputError(f"there is no receiver {name}; the lake's settings have {known}")
    alert = Alert("test", "no run", "info", "This is a test: alerts arrive here", "")
    now = datetime.now(UTC)
    digest = Digest(f"test-{now:%Y%m%dT%H%M%S%f}", now, [alert], settings.link)
    done = deliver(settings.receivers[name], digest)
    if not done.is_sent:
        raise InputError(f"{done.problem}; nothing was sent")
    print(f"sent to {name}" if done.problem is None else f"sent to {name}, but {done.problem}")
    return 0


def _cells(row: Mapping[str, Any]) -> list[str]:
    problem = "" if row["problem"] is None else f" ({row['problem']})"
    status = f"{row['status']}{problem}"
    named = [str(row[name]) for name in ("receiver", "rule", "severity", "run_id", "title")]
    return [minute_of(row["noted_at"]), status, *named]


def _settings_in_words(settings: AlertSettings, rows: list[dict[str, Any]]) -> str:
    if not settings.rules:
        return "no rule is set; `insight nightly --config FILE` with a section [alerts] sets some"
    rules = ", ".join(rule.name for rule in settings.rules)
    pending = sum(row["status"] == "pending" for row in rows)
    return f"rules: {rules}; receivers: {', '.join(settings.receivers)}; {pending:,} pending"
