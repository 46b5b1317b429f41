"""Text that others wrote, and numbers, in the form in which a page may show them.

Tags, configurations and run names come from anyone. HTML escaping is jinja's work; this module
takes care of what escaping leaves alone: control characters, characters that reverse the reading
direction, and names of a megabyte.
"""

import json
import math
import re
from datetime import UTC, datetime

NONE = "–"
"""Shown where there is no value."""

OWN_STREAM = "."
"""The stream that a run writes into its own directory."""

_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def clean(text: str) -> str:
    r"""Return the text with every character visible that a page cannot hold or that misleads.

    C0 controls become their picture (NUL is ``␀``); other controls, bidirectional overrides and
    lone surrogates become ``⟨U+202E⟩``. Tabs and line ends stay.
    """
    return _UNSAFE.sub(_picture, text)


def _picture(match: re.Match[str]) -> str:
    code = ord(match.group())
    return chr(0x2400 + code) if code < 0x20 else f"⟨U+{code:04X}⟩"


def shorten(text: str, limit: int) -> str:
    """Return the text, shortened to its two ends around an ellipsis above ``limit`` characters.

    The end is kept because names of one program differ there.
    """
    if len(text) <= limit:
        return text
    tail = (limit - 1) // 2
    return f"{text[: limit - 1 - tail]}…{text[len(text) - tail :]}"


def number(value: float | None) -> str:
    """Return a number for people: integers with separators, others to four significant digits.

    None is a dash; NaN and infinities are named, for they are what a reader looks for.
    """
    if value is None:
        return NONE
    if isinstance(value, int):
        return f"{value:,}"
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:.4g}"


def counted(count: int, noun: str) -> str:
    """Return a count with its noun in the singular or plural; the plural ends in s."""
    return f"{number(count)} {noun}{'' if count == 1 else 's'}"


def stream_name(stream: str) -> str:
    """Return the name of a stream for a legend: the run's own directory in words."""
    return "(run)" if stream == OWN_STREAM else stream


def percent(share: float | None) -> str:
    """Return a share of one as a percentage with one decimal; a dash for None or NaN."""
    return NONE if share is None or math.isnan(share) else f"{100 * share:.1f} %"


def moment(at: datetime | None) -> str:
    """Return a time to the minute in UTC; a time without a zone is taken to be in UTC."""
    if at is None:
        return NONE
    if at.tzinfo is not None:
        at = at.astimezone(UTC)
    return f"{at:%Y-%m-%d %H:%M} UTC"


def day(at: datetime | None) -> str:
    """Return the day of a time in UTC; a dash for None."""
    return NONE if at is None else moment(at)[:10]


def duration(taken_s: float) -> str:
    """Return a duration in seconds, from 100 s on in minutes, from 100 min on in hours."""
    for unit, length_s in (("s", 1), ("min", 60)):
        if taken_s < 100 * length_s:
            return f"{taken_s / length_s:.3g} {unit}"
    return f"{taken_s / 3600:.3g} h"


def bytes_text(size_bytes: int) -> str:
    """Return a size in the largest unit of which there is one: ``1.2 GB``."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size_bytes >= size:
            return f"{size_bytes / size:.3g} {unit}"
    return counted(size_bytes, "byte")


def steps(first: int | None, last: int | None) -> str:
    """Return the steps from first to last in words; empty where neither is known."""
    if first is None and last is None:
        return ""
    if last is None or first == last:
        return f"step {first:,}"
    if first is None:
        return f"until step {last:,}"
    return f"steps {first:,} to {last:,}"


def parse_json(text: str | None) -> object:
    """Return the value of a JSON text; the text itself where it is no JSON, None for None.

    Columns such as ``evidence`` hold JSON by contract, but ``config`` is whatever a run recorded.
    """
    if text is None:
        return None
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value


def value_text(value: object, limit: int = 300) -> str:
    """Return any JSON value in a line of at most ``limit`` characters."""
    if isinstance(value, str):
        return shorten(value, limit)
    if value is None or isinstance(value, bool):
        return {None: NONE, True: "yes", False: "no"}[value]
    if isinstance(value, int | float):
        return shorten(number(value), limit)
    if isinstance(value, list):
        return shorten(_list_text(value), limit)
    return shorten(json_text(value), limit)


def json_text(value: object, indent: int | None = None) -> str:
    """Return a parsed JSON value as JSON again; a remark where it is nested too deeply to write."""
    try:
        return json.dumps(value, ensure_ascii=False, indent=indent)
    except RecursionError:
        return "(nested too deeply to show)"


def _list_text(values: list[object], shown: int = 12) -> str:
    # Lists in lists are written as JSON, not by recursion: a configuration may nest a thousand.
    texts = [
        json_text(value) if isinstance(value, list) else value_text(value, 60)
        for value in values[:shown]
    ]
    more = f", … ({len(values):,} in all)" if len(values) > shown else ""
    return ", ".join(texts) + more
