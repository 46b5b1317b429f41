"""Data inside a page, so that no text of it can end the script element that holds it."""

import json

from markupsafe import Markup

_ESCAPES = {
    ord("<"): "\\u003c",
    ord(">"): "\\u003e",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def embedded(value: object) -> Markup:
    """Return JSON for a ``<script type="application/json">``.

    ``<``, ``>``, ``&`` and the two line separators of Unicode appear as escapes of JSON, which
    stand only within its strings; the parsed value is unchanged.

    Raises:
        ValueError: the value holds a NaN or an infinity, which JSON has no word for.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.translate(_ESCAPES))  # noqa: S704  what could be markup is escaped above
