"""Records -> HTML. Everything a page shows goes through jinja's escaping."""

from collections.abc import Mapping
from functools import cache

import jinja2
from markupsafe import Markup, escape

from insight_lib.report import text
from insight_lib.report.figures.plots import run_plots
from insight_lib.report.records.loss_line import LossLine
from insight_lib.report.records.night import Night, RunRow
from insight_lib.report.records.run_page import RunPage
from insight_lib.report.run_list import runs_json

FIRST_NEEDS, MOST_NEEDS = 20, 60
"""Lines of the list of what needs a person: in sight, and with those that are folded."""
MOST_MEMBERS, MOST_OF_GROUPS = 10, 100
"""Runs that a line of many names, and all of these lines together."""
MOST_ROWS = 100
"""Rows of all runs; with the others they stay below 300."""


def index_html(night: Night, lines: Mapping[str, LossLine | None]) -> str:
    """Return the HTML of the index page; ``lines`` are the losses by run."""
    groups = sum(len(need.runs) > 1 for need in night.needs[:MOST_NEEDS])
    return (
        _environment()
        .get_template("index.html")
        .render(
            night=night,
            lines=lines,
            runs_json=runs_json(night.runs, shows_risk=night.shows_risk),
            base="",
            first_needs=FIRST_NEEDS,
            most_needs=MOST_NEEDS,
            most_members=min(MOST_MEMBERS, MOST_OF_GROUPS // max(groups, 1)),
            most_rows=MOST_ROWS,
        )
    )


def run_html(
    page: RunPage, night: Night, before: RunRow | None = None, after: RunRow | None = None
) -> str:
    """Return the HTML of a run's page, which lies one folder below the index.

    ``before`` and ``after`` are its neighbours in the list of all runs.
    """
    template = _environment().get_template("run.html")
    return template.render(
        page=page,
        run=page.row,
        plots=run_plots(page),
        night=night,
        before=before,
        after=after,
        base="../",
    )


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("insight_lib.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        number=text.number,
        counted=text.counted,
        percent=text.percent,
        moment=text.moment,
        day=text.day,
        duration=text.duration,
        bytes=text.bytes_text,
        steps=text.steps,
        short=text.shorten,
        breakable=_breakable,
    )
    return environment


def _breakable(path: str) -> Markup:
    """Return a path that may break after each slash if it is longer than a line."""
    return Markup("/<wbr>").join(escape(text.clean(part)) for part in path.split("/"))


def _visible(value: object) -> object:
    """Remove the characters that a page cannot hold from text; keep markup and numbers."""
    return text.clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value
