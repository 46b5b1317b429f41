"""What every figure shares: colours, numbers as JSON, and text that plotly takes literally.

A figure is plotly's own JSON form, a dict with ``data`` and ``layout``. Fonts, margins and the
colours of the page (light or dark) are added in the browser by ``assets/report.js``.
"""

import math
from collections.abc import Iterable
from typing import Any

from insight_lib.report.text import clean, shorten

Figure = dict[str, Any]
"""plotly's JSON form of a figure."""

COLOURS = (
    "#3b82f6",
    "#f08c2e",
    "#22a06b",
    "#c4559d",
    "#8b6fe8",
    "#17a2b8",
    "#d9534f",
    "#9a8c1f",
    "#7b8794",
    "#b0724a",
    "#5fa3f8",
    "#e36f9c",
)
"""Distinguishable on a white and on a dark background."""

_LABEL = 64


def colour(place: int) -> str:
    """Return the colour of the series at a place."""
    return COLOURS[place % len(COLOURS)]


def translucent(place: int, alpha: float) -> str:
    """Return the colour of the series at a place, translucent, to fill an interval."""
    digits = colour(place)[1:]
    red, green, blue = (int(digits[at : at + 2], 16) for at in (0, 2, 4))
    return f"rgba({red},{green},{blue},{alpha})"


def literal(text: str) -> str:
    """Return text as plotly shows it, character by character.

    plotly reads ``<b>``, ``<a href>``, ``<br>`` and entities in names and labels as markup;
    entities written for ``&``, ``<`` and ``>`` it turns back into the characters. Text never goes
    into a hover template, where ``%{...}`` would be read as well.
    """
    short = shorten(clean(text).replace("\n", " "), _LABEL)
    return short.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def literals(texts: Iterable[str]) -> list[str]:
    """Return the labels of an axis; labels that shortening made equal get a number."""
    seen: dict[str, int] = {}
    labels = []
    for text in map(literal, texts):
        seen[text] = seen.get(text, 0) + 1
        labels.append(text if seen[text] == 1 else f"{text} ({seen[text]})")
    return labels


def numbers(values: Iterable[float], digits: int = 6) -> list[float | None]:
    """Return values to so many significant digits; what is not finite becomes null, a gap."""
    return [float(f"{value:.{digits}g}") if math.isfinite(value) else None for value in values]


def axis(title: str, **more: object) -> dict[str, object]:
    """Return an axis with a title; its style comes from the page."""
    return {"title": {"text": title}, **more}
