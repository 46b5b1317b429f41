"""JSON for people: indented, and on one line what fits there."""

import json

_WIDTH = 100


def layout(value: object, indent: int = 0, used: int = 0) -> str:
    """Return plain ``value`` as JSON text.

    Args:
        value: of lists, objects, text and numbers.
        indent: columns that its inner lines stand from the left.
        used: columns that are taken on its first line besides the indentation.

    Raises:
        ValueError: a number is not finite.
        TypeError: it is no JSON.

    >>> print(layout({"shape": [1, 2], "note": "x" * 80}))
    {
      "shape": [1, 2],
      "note": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    }
    """
    line = json.dumps(value, allow_nan=False)
    if not isinstance(value, (dict, list, tuple)) or indent + used + len(line) <= _WIDTH:
        return line
    start, end = "{}" if isinstance(value, dict) else "[]"
    inner = indent + 2
    if isinstance(value, dict):
        keys = [f"{json.dumps(str(key))}: " for key in value]
        entries = [
            key + layout(each, inner, len(key))
            for key, each in zip(keys, value.values(), strict=True)
        ]
    else:
        entries = [layout(each, inner) for each in value]
    lines = ",\n".join(" " * inner + entry for entry in entries)
    return f"{start}\n{lines}\n{' ' * indent}{end}"
