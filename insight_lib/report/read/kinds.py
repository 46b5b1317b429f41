"""Reasons that differ in nothing but a value, as one kind."""

import re

_REFUSED_VALUE = re.compile(r'(\w+) is (?:".*"|\S+), not (.+)', re.DOTALL)
_QUOTED = re.compile(r'"[^"]*"')
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w])")


def kind_of(reason: str) -> str:
    """Return a reason without the value that it names: ``label is not 0 or 1``.

    Args:
        reason: such as ``label is 3, not 0 or 1``.
    """
    refused = _REFUSED_VALUE.fullmatch(reason)
    if refused is not None:
        return f"{refused[1]} is not {refused[2]}"
    return _NUMBER.sub("…", _QUOTED.sub("…", reason))
