"""A digest as plain text, for mail and for chats."""

from collections.abc import Iterator

from insight_lib.alerts.delivery.digest import Alert, Digest
from insight_lib.report.text import clean, counted, moment, shorten

_RUN_LETTERS, _TITLE_LETTERS, _ADVICE_LETTERS = 120, 300, 300


def headline(digest: Digest) -> str:
    """Return a line that says how much there is to see, of numbers alone."""
    counts = ", ".join(counted(n, severity) for severity, n in digest.counts.items())
    return f"DeepInsight: {counts} in {counted(digest.runs, 'run')}"


def text_of(digest: Digest) -> str:
    """Return the whole message."""
    lines = [headline(digest), f"night of {moment(digest.noted_at)}", ""]
    for alert in digest.shown:
        lines += _lines(alert, digest.page_of(alert))
    lines += left_out_lines(digest)
    if digest.link is not None:
        lines += ["", f"report: {digest.link}"]
    return "\n".join(lines) + "\n"


def left_out_lines(digest: Digest) -> list[str]:
    """Return a line on the alerts that are not spelled out; none where all are."""
    left_out = digest.left_out
    if not left_out:
        return []
    named = ", ".join(f"{count:,} {rule}" for rule, count in left_out.most_common())
    return [f"and {left_out.total():,} more: {named}"]


def run_of(alert: Alert) -> str:
    """Return the name of the run in one line."""
    return _line(alert.run_id, _RUN_LETTERS)


def title_of(alert: Alert) -> str:
    """Return what there is in one line."""
    return _line(alert.title, _TITLE_LETTERS)


def advice_of(alert: Alert) -> str:
    """Return what to do in one line, empty where nothing is advised."""
    return _line(alert.advice, _ADVICE_LETTERS)


def _lines(alert: Alert, page: str | None) -> Iterator[str]:
    yield f"{alert.severity}: {run_of(alert)}: {title_of(alert)}"
    for below in (advice_of(alert), page):
        if below:
            yield f"    {below}"


def _line(text: str, letters: int) -> str:
    """Return text that others wrote in one line without anything that a terminal obeys."""
    return shorten(clean(" ".join(text.split())), letters)
