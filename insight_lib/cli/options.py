"""Arguments that several commands share."""

import argparse
from pathlib import Path

SEVERITIES = ("info", "warning", "error")
NEVER = "never"


def add_lake(parser: argparse.ArgumentParser) -> None:
    """Add ``--lake DIR``."""
    parser.add_argument(
        "--lake", type=Path, required=True, metavar="DIR", help="folder of the lake"
    )


def add_log_roots(parser: argparse.ArgumentParser, count: str) -> None:
    """Add positional log roots; ``count`` as argparse's nargs."""
    parser.add_argument(
        "log_roots",
        type=str,
        nargs=count,
        metavar="LOG_ROOT",
        help="folder that holds runs, or its URI, such as s3://bucket/prefix",
    )


def add_fail_on(parser: argparse.ArgumentParser, default: str) -> None:
    """Add ``--fail-on SEVERITY``."""
    parser.add_argument(
        "--fail-on",
        choices=(*SEVERITIES, NEVER),
        default=default,
        help="exit with 1 if a finding is at least this severe (default: %(default)s)",
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add ``--json``."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")


def reaches(severities: list[str], fail_on: str) -> bool:
    """Tell whether one of the severities is at or above ``fail_on``."""
    if fail_on == NEVER:
        return False
    return any(SEVERITIES.index(s) >= SEVERITIES.index(fail_on) for s in severities)
