"""The report stage: write the pages anew if any table changed since they were written."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from insight_lib.lake.contract import table_names
from insight_lib.lake.tables import Lake
from insight_lib.report.write import write_report

STATE_FILE = "_report.json"
DEFAULT_FOLDER = "_report"


@dataclass(frozen=True)
class ReportState:
    """Where the report is, and whether it was written just now."""

    index: Path
    written: bool

    @property
    def text(self) -> str:
        """The state in a few words."""
        return "written" if self.written else "nothing new"


def report_folder(lake: Lake) -> Path:
    """Return where a lake's report goes unless told otherwise; no table has such a name."""
    return lake.root / DEFAULT_FOLDER


def refresh_report(lake: Lake, out: Path) -> ReportState:
    """Write the report to a folder unless it is there and says what the tables say.

    Raises:
        InputError: The folder holds other files, or cannot be written.
    """
    state_path = lake.root / STATE_FILE
    state = {"folder": str(out.resolve()), "watermark": lake.watermark(table_names())}
    index = out.resolve() / "index.html"
    written = json.loads(state_path.read_text()) if state_path.exists() else None
    if written == state and index.exists():
        return ReportState(index, written=False)
    index = write_report(lake, out, datetime.now(UTC))
    state_path.write_text(json.dumps(state))
    return ReportState(index, written=True)
