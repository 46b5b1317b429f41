"""JSON that anybody may have written."""

import json
from typing import Any


def json_object(text: str | None) -> dict[str, Any]:
    """Return a JSON object; empty where the text is none."""
    try:
        stated = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return stated if isinstance(stated, dict) else {}
