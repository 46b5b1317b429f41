"""Where the statement and the values of its parameters come from."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from insight_lib.errors import InputError

_WAYS = "give a SELECT, name a file with --file, or pipe one in"


def statement_of(arguments: argparse.Namespace) -> str:
    """Return the statement: the argument's, a file's, or what standard input brings.

    Raises:
        InputError: There is none, or the file cannot be read.
    """
    if arguments.statement is not None:
        return str(arguments.statement)
    if arguments.file is not None:
        return _read(arguments.file)
    if sys.stdin.isatty():
        raise InputError(f"no statement is given; {_WAYS}")
    text = sys.stdin.read()
    if not text.strip():
        raise InputError(f"standard input holds no statement; {_WAYS}")
    return text


def parameters_of(given: Iterable[str]) -> dict[str, str]:
    """Return the values by name of what was given as ``NAME=VALUE``.

    Raises:
        InputError: One has another form, or a name is given twice.
    """
    values: dict[str, str] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals or not name.isidentifier():
            raise InputError(f"--param {pair} is not of the form NAME=VALUE; write --param k=v")
        if name in values:
            raise InputError(f"--param {name} is given twice; give it one value")
        values[name] = value
    return values


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"the statement in {path} cannot be read ({error}); name a file of SQL in UTF-8"
        ) from error
