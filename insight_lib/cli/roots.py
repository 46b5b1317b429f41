"""The log roots that a command was given, checked before anything is made."""

import sys
from collections.abc import Sequence

from insight_lib.errors import InputError
from insight_lib.events.find import is_event_file, list_files
from insight_lib.events.roots import check_roots
from insight_lib.events.storage import Root
from insight_lib.predictions.discover import is_prediction_file


def usable_roots(given: Sequence[Root]) -> tuple[Root, ...]:
    """Check the log roots before a lake is made or touched; an empty one is said and kept.

    Raises:
        InputError: A root does not exist or cannot be reached, two share a name, one lies inside
            another, or none holds anything to ingest.
    """
    roots = check_roots(given)
    empty = [root for root in roots if not _holds_runs(root)]
    if empty and len(empty) == len(roots):
        raise InputError(
            f"nothing to ingest below {', '.join(map(str, empty))}: no file there has tfevents in "
            "its name and no run has a predictions/*.parquet; name a folder that holds runs"
        )
    for root in empty:
        print(f"  nothing to ingest below {root}", file=sys.stderr)
    return roots


def _holds_runs(root: Root) -> bool:
    return bool(list_files(root, _is_of_run).files)


def _is_of_run(below: str) -> bool:
    return is_event_file(below) or is_prediction_file(below)
