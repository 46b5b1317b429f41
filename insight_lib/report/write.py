"""Tables -> a folder of HTML, and of JSON in short."""

from datetime import datetime
from importlib import resources
from pathlib import Path

from plotly.offline import get_plotlyjs

from insight_lib.dissection.standing import MUTE_COLUMNS, muted_at
from insight_lib.report.folder import replaced, writing
from insight_lib.report.read.index_page import read_night
from insight_lib.report.read.loss_line import loss_line
from insight_lib.report.read.run_page import read_pages
from insight_lib.report.records.cost import Cost
from insight_lib.report.records.loss_line import LossLine
from insight_lib.report.render import index_html, run_html
from insight_lib.report.summary_file import SUMMARY, summary_json
from insight_lib.report.tables import Tables

_OWN_ASSETS = ("style.css", "first_screen.css", "report.js", "runs.js")


def write_report(
    tables: Tables, out_dir: Path, generated_at: datetime, cost: Cost | None = None
) -> Path:
    """Write the nightly report of a lake.

    Args:
        tables: the lake.
        out_dir: the folder of the report: absent, empty, or a report from before, which is
            replaced as a whole once the new one is complete.
        generated_at: the time the pages name; without a zone it is taken to be UTC.
        cost: what the night took so far, None where that is not known.

    Returns:
        The path of ``index.html``. Next to it lie ``summary.json``, ``runs/``, a page for every
        run, and ``assets/``.

    Raises:
        InputError: ``out_dir`` holds other files, or cannot be written.
    """
    folder = out_dir.resolve()
    night = read_night(tables, generated_at, cost)
    lines: dict[str, LossLine | None] = {}
    muted = muted_at(tables.read("mutes", MUTE_COLUMNS), generated_at)
    with replaced(folder) as new:
        _write_assets(new / "assets")
        (new / "runs").mkdir()
        neighbours = zip((None, *night.runs), (*night.runs[1:], None), strict=False)
        pages = read_pages(tables, night.runs, muted)
        for page, (before, after) in zip(pages, neighbours, strict=False):
            _write(new / "runs" / page.row.page, run_html(page, night, before, after))
            lines[page.row.run_id] = loss_line(page.charts)
        _write(new / SUMMARY, summary_json(night.summary))
        _write(new / "index.html", index_html(night, lines))
    return folder / "index.html"


def _write_assets(folder: Path) -> None:
    folder.mkdir()
    own = resources.files("insight_lib.report") / "assets"
    for name in _OWN_ASSETS:
        _write(folder / name, (own / name).read_text(encoding="utf-8"))
    _write(folder / "plotly.min.js", get_plotlyjs())


def _write(path: Path, content: str) -> None:
    with writing(path):
        path.write_text(content, encoding="utf-8", newline="\n")
