"""Keep a lake small and quick to read: few files, no replaced ones past their time, short logs.

A night adds a few small files to each table, so a year would leave thousands. Once a week they are
merged (`compact`), what was replaced long ago is deleted, and the log begins at a checkpoint.
Files whose bounds leave NaN out are written again without these (`correct_bounds`).
What was committed, by whom and in which version, is not touched: batches stay exactly once.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from insight_lib.errors import InputError, LakeError
from insight_lib.lake.batch_log import LEDGERS, pending_plan
from insight_lib.lake.bounds import correct_bounds
from insight_lib.lake.compaction import compact
from insight_lib.lake.contract import table_names
from insight_lib.lake.parquet import SKIPPING_PROPERTY, skipping_columns
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers
from insight_lib.lake.writing import writing_to
from insight_lib.write_errors import refusal

# Delta's own default and least: a reader may work that long with the list of files that it took.
LEAST_RETENTION_HOURS = 168


@dataclass(frozen=True)
class Maintained:
    """What maintenance did to one table; sizes are of its live files, in bytes.

    ``corrected`` counts files that were written again for their untrue bounds only.
    """

    table: str
    files_before: int
    files_after: int
    bytes_before: int
    bytes_after: int
    corrected: int
    vacuumed: int
    seconds: float


def maintain(
    lake: Lake, workers: Workers, retention_hours: int = LEAST_RETENTION_HOURS
) -> list[Maintained]:
    """Compact every table and return what was done, one entry for each table that changed.

    Call it as the lake's only writer.

    Args:
        lake: The lake.
        workers: They read, sort and write; without small files they are not asked.
        retention_hours: Files that were replaced longer ago are deleted; at least 168.

    Raises:
        InputError: The retention is too short.
        LakeError: A batch was interrupted and not repeated yet, or a file of the lake is missing.
    """
    if retention_hours < LEAST_RETENTION_HOURS:
        raise InputError(
            f"a retention of {retention_hours} hours would delete files that readers still use; "
            f"give {LEAST_RETENTION_HOURS} hours or more"
        )
    _check_nothing_is_pending(lake)
    done = [
        _maintain(lake, workers, name, retention_hours) for name in table_names() if lake.has(name)
    ]
    return [one for one in done if one is not None]


def summary(done: list[Maintained]) -> str:
    """Summarise in a few words what was done."""
    if not done:
        return "maintain: nothing to do"
    before, after = sum(one.files_before for one in done), sum(one.files_after for one in done)
    corrected = sum(one.corrected for one in done)
    deleted = sum(one.vacuumed for one in done)
    rewritten = f"{corrected:,} files with wrong bounds rewritten, " if corrected else ""
    return (
        f"maintain: {before:,} files of {len(done)} tables are now {after:,}, "
        f"{rewritten}{deleted:,} replaced files deleted"
    )


def _check_nothing_is_pending(lake: Lake) -> None:
    for application in LEDGERS:
        plan = pending_plan(lake, application)
        if plan is not None:
            raise LakeError(
                f"batch {plan['batch']} of {application} was interrupted and has not been repeated "
                f"yet; run `insight nightly --lake {lake.root}` first, nothing was changed"
            )


def _maintain(lake: Lake, workers: Workers, name: str, retention_hours: int) -> Maintained | None:
    started_s = time.monotonic()
    files_before, bytes_before = _size(lake.delta(name))
    compacted = compact(lake, workers, name)
    corrected = correct_bounds(lake, workers, name)
    with writing_to(lake.root / name):
        _name_skipping_columns(lake.delta(name), name)
    vacuumed = _vacuum(lake.delta(name), lake.root / name, retention_hours)
    if not (compacted or corrected or vacuumed):
        return None
    table = lake.delta(name)
    _shorten_log(table, lake.root / name)
    files, size = _size(table)
    seconds = time.monotonic() - started_s
    return Maintained(name, files_before, files, bytes_before, size, corrected, vacuumed, seconds)


def _name_skipping_columns(table: DeltaTable, name: str) -> None:
    """Set in a table of a former version what new tables are created with."""
    wanted = skipping_columns(name)
    if table.metadata().configuration.get(SKIPPING_PROPERTY) != wanted:
        table.alter.set_table_properties({SKIPPING_PROPERTY: wanted})


def _size(table: DeltaTable) -> tuple[int, int]:
    actions = pa.table(table.get_add_actions())
    return actions.num_rows, pc.sum(actions["size_bytes"]).as_py() or 0


def _shorten_log(table: DeltaTable, place: Path) -> None:
    with writing_to(place):
        table.create_checkpoint()
        table.cleanup_metadata()


def _vacuum(table: DeltaTable, place: Path, retention_hours: int) -> int:
    """Delete what was replaced, or never committed, longer ago; return the number of files."""
    try:
        # A dry run first: a vacuum that finds nothing commits two versions nevertheless. A full
        # one, since a checkpoint forgets what was replaced long ago.
        expired = table.vacuum(retention_hours, dry_run=True, full=True)
        if expired:
            table.vacuum(retention_hours, dry_run=False, full=True)
    except (DeltaError, OSError) as error:
        raise refusal(error, place) or LakeError(
            f"table {place.name} cannot be vacuumed ({error}); make its folder writable, and "
            "give no shorter retention than the table's own"
        ) from error
    return len(expired)
