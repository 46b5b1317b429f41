"""The report stage: write the pages again if any table changed since they were written.

What the pages were written of stands in their own folder, so that a lake is only read.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from insight_lib.dissection.standing import MUTE_COLUMNS, muted_at
from insight_lib.lake.contract import table_names
from insight_lib.lake.replaced_files import replaced_files, without
from insight_lib.lake.tables import Lake
from insight_lib.report.folder import MARKER, writing
from insight_lib.report.records.cost import Cost
from insight_lib.report.summary_file import SUMMARY
from insight_lib.report.write import write_report

DEFAULT_FOLDER = "_report"
INDEX = "index.html"
READS = tuple(name for name in table_names() if name != "alerts")
"""Tables of which a report may say something: what was told follows it."""


@dataclass(frozen=True)
class ReportState:
    """Where the report is, and whether it was written just now."""

    index: Path
    written: bool

    @property
    def text(self) -> str:
        """The state in a few words."""
        return "written" if self.written else "nothing new"


class _CurrentTables:
    """The lake's tables without the rows of event files that their writer replaced."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._replaced = replaced_files(lake)

    def read(
        self, name: str, columns: Sequence[str] | None = None, run_ids: Sequence[str] | None = None
    ) -> pa.Table:
        return self._lake.read(name, columns, run_ids, without(name, self._replaced))


def report_folder(lake: Lake) -> Path:
    """Return where a lake's report goes unless told otherwise; no table has such a name."""
    return lake.root / DEFAULT_FOLDER


def refresh_report(
    lake: Lake, out: Path, now: datetime, stages: Sequence[tuple[str, float]] = ()
) -> ReportState:
    """Write the report to a folder unless it is there and says what the tables say.

    Args:
        lake: it is only read.
        out: the folder.
        now: the moment that the report names, and at which a mute must be in force.
        stages: the night's stages so far, and how long each took, in seconds.

    Raises:
        InputError: The folder holds other files, or cannot be written.
    """
    # A lake that was made again at the same place has other tables.
    state = {
        "runs": str(lake.delta("runs").metadata().id),
        "watermark": lake.watermark(READS),
        # One that is over changes no table.
        "mutes": len(muted_at(lake.read("mutes", MUTE_COLUMNS), now)),
    }
    folder = out.resolve()
    index, written_of = folder / INDEX, folder / MARKER
    is_whole = all(path.exists() for path in (index, folder / SUMMARY, written_of))
    if is_whole and written_of.read_text() == json.dumps(state):
        return ReportState(index, written=False)
    cost = Cost(tuple(stages), _size_bytes(lake))
    index = write_report(_CurrentTables(lake), out, now, cost)
    with writing(folder):
        written_of.write_text(json.dumps(state))
    return ReportState(index, written=True)


def _size_bytes(lake: Lake) -> int:
    """Return the size of the data files of all tables, as they are now."""
    tables = [lake.delta(name) for name in table_names() if lake.has(name)]
    sizes = (pa.table(table.get_add_actions())["size_bytes"] for table in tables)
    return sum(sum(size.to_pylist()) for size in sizes)
