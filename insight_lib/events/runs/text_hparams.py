"""Hyper-parameters that trainers write as a text summary.

Hugging Face's ``args`` is JSON, CleanRL's ``hyperparameters`` a table of Markdown, ML-Agents'
``Hyperparameters`` a list with indents, and a loop's own is often the text of a ``Namespace`` or a
dict. A text in none of these forms tells nothing, whatever its tag.
"""

import ast
import re
from collections.abc import Callable, Iterator

from insight_lib.events.runs.plain_json import json_object

TAGS = (
    r"(?i)^(args|arguments|config|configuration|hparams|(hyper[-_ ]?)?param(eter)?s)"
    r"(/text_summary)?$"
)
"""The tags; PyTorch, tensorboardX and TensorFlow 1 add ``/text_summary``."""

_MAX_LENGTH = 200_000
_HEADER = re.compile(r"\|\s*(param|parameter|key|name)\s*\|\s*value\s*\|", re.IGNORECASE)
_RULE = re.compile(r"\|\s*:?-+:?\s*\|\s*:?-+:?\s*\|")
_ROW = re.compile(r"\|\s*([^|]*[^|\s])\s*\|(.*)\|")
_INDENTED = re.compile(r"\t((?:  )*)([^\s:][^:\t]*):\t(.*)")

Found = dict[str, object]


def text_hparams(text: str) -> Found:
    """Return the hyper-parameters that a text states; none where it is in no known form.

    What is null is left out. Names that stand below others are joined by dots.
    """
    stripped = text.strip("\n ")
    if len(stripped) > _MAX_LENGTH:
        return {}
    forms: tuple[Callable[[str], Found], ...] = (json_object, _python, _table, _indented)
    found = next((stated for form in forms if (stated := form(stripped))), {})
    return {name: value for name, value in found.items() if value is not None}


def _python(text: str) -> Found:
    """Read ``Namespace(lr=0.1, name='a')`` or ``{'lr': 0.1}``."""
    if not re.match(r"(\w+\.)?Namespace\(|\{", text):
        return {}
    try:
        expression = ast.parse(text, mode="eval").body
        if isinstance(expression, ast.Call) and not expression.args:
            keywords = [(each.arg, each.value) for each in expression.keywords]
            return {name: _literal(value) for name, value in keywords if name is not None}
        stated = ast.literal_eval(expression)
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return {}
    is_named = isinstance(stated, dict) and all(isinstance(name, str) for name in stated)
    return stated if is_named else {}


def _literal(value: ast.expr) -> object:
    try:
        literal = ast.literal_eval(value)
    except (ValueError, TypeError):
        return ast.unparse(value)
    return literal if isinstance(literal, (bool, int, float, str, type(None))) else str(literal)


def _table(text: str) -> Found:
    header, rule, *rows = [line.strip() for line in text.splitlines()] + ["", ""]
    if not _HEADER.fullmatch(header) or not _RULE.fullmatch(rule):
        return {}
    found = (_ROW.fullmatch(row) for row in rows)
    return {row[1].strip(): row[2].strip() for row in found if row}


def _indented(text: str) -> Found:
    lines = [_INDENTED.fullmatch(f"\t{line.removeprefix(chr(9))}") for line in text.splitlines()]
    matches = [line for line in lines if line]
    return dict(_paths(matches)) if len(matches) == len(lines) else {}


def _paths(lines: list[re.Match[str]]) -> Iterator[tuple[str, str]]:
    path: list[str] = []
    for line in lines:
        depth, name, value = len(line[1]) // 2, line[2], line[3].strip()
        path = [*path[:depth], name]
        if value:
            yield ".".join(path), value
