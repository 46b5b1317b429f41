"""``insight unmute``: show again what ``insight mute`` hides."""

import argparse
from datetime import UTC, datetime

from insight_lib.cli.options import add_lake, add_run_and_rule
from insight_lib.dissection.mutes import unmute
from insight_lib.lake.lock import only_writer
from insight_lib.lake.tables import open_lake


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_lake(parser)
    add_run_and_rule(parser)


def run(arguments: argparse.Namespace) -> int:
    """Remove the mute.

    Raises:
        InputError: The rule is not muted on the run.
    """
    lake = open_lake(arguments.lake)
    with only_writer(lake.root):
        unmute(lake, arguments.run_id, arguments.rule, datetime.now(UTC))
    print(f"{arguments.rule} on {arguments.run_id} is shown again")
    return 0
