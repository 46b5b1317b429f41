"""Rows of files that their writer replaced: kept in the tables, but no longer what a run says."""

from collections.abc import Iterable, Sequence

import pyarrow.dataset as ds

from insight_lib.lake.tables import Lake

REPLACED = "replaced"
"""Status, in either ledger, of a file whose rows no longer count."""
# Tables whose rows come from an event file; a replaced prediction file's rows are removed at once.
ROWS_OF_EVENT_FILES = ("scalars", "histograms", "artifacts", "event_files")


def replaced_files(lake: Lake, run_ids: Sequence[str] | None = None) -> list[str]:
    """Return the ids of replaced event files of some runs, or of all."""
    is_replaced = ds.field("status") == REPLACED
    ids: list[str] = lake.read("event_files", ["file_id"], run_ids, is_replaced)[
        "file_id"
    ].to_pylist()
    return ids


def without(name: str, replaced: Iterable[str]) -> ds.Expression | None:
    """Return what holds for the rows of a table that come from no replaced file; None: for all."""
    ids = list(replaced)
    return ~ds.field("file_id").isin(ids) if ids and name in ROWS_OF_EVENT_FILES else None
