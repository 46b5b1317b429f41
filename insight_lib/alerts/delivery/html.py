"""A digest as HTML for mail: a table, no scripts, nothing that is loaded from elsewhere."""

from html import escape

from insight_lib.alerts.delivery.digest import Alert, Digest
from insight_lib.alerts.delivery.plain_text import (
    advice_of,
    headline,
    left_out_lines,
    run_of,
    title_of,
)
from insight_lib.report.text import moment

# Mail programs know few styles and only those at the elements themselves; the colours have a
# contrast of at least 4.5 to 1 on white (WCAG 2.2, 1.4.3), and the word says the same.
_COLOURS = {"error": "#b3261e", "warning": "#7a5900", "info": "#475569"}
_CELL = "padding:6px 12px 6px 0;vertical-align:top;border-top:1px solid #d4d4d8"


def html_of(digest: Digest) -> str:
    """Return the message as one HTML document; what others wrote is escaped."""
    rows = "\n".join(_row(alert, digest.page_of(alert)) for alert in digest.shown)
    rest = "".join(f"<p>{escape(line)}</p>" for line in left_out_lines(digest))
    link = "" if digest.link is None else f"<p>{_anchor(digest.link, 'Open the report')}</p>"
    return (
        '<!doctype html>\n<html lang="en"><body style="font-family:sans-serif;color:#18181b">\n'
        f'<h1 style="font-size:18px">{escape(headline(digest))}</h1>\n'
        f"<p>Night of {escape(moment(digest.noted_at))}</p>\n"
        f'<table style="border-collapse:collapse">\n{rows}\n</table>\n'
        f"{rest}{link}\n</body></html>\n"
    )


def _row(alert: Alert, page: str | None) -> str:
    run = escape(run_of(alert)) if page is None else _anchor(page, run_of(alert))
    advice = advice_of(alert)
    below = f"<br>{escape(advice)}" if advice else ""
    colour = _COLOURS[alert.severity]
    return (
        f'<tr><td style="{_CELL};color:{colour}"><b>{escape(alert.severity)}</b></td>'
        f'<td style="{_CELL}">{run}</td>'
        f'<td style="{_CELL}"><b>{escape(title_of(alert))}</b>{below}</td></tr>'
    )


def _anchor(url: str, text: str) -> str:
    return f'<a href="{escape(url)}">{escape(text)}</a>'
