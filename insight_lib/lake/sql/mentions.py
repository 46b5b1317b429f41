"""Which tables and views a statement is about, so that only these are opened."""

import functools
import re
from collections.abc import Iterable, Iterator

from insight_lib.lake.contract import table_names
from insight_lib.lake.sql.view import view, view_names

_WORD = re.compile(r"\w+")


def names() -> tuple[str, ...]:
    """Return the names of all tables and views, sorted."""
    return tuple(sorted((*table_names(), *view_names())))


def mentioned(statement: str) -> tuple[str, ...]:
    """Return the tables and views whose names are words of a statement, in any case; sorted.

    A name that stands there for something else, such as a column, is returned too.
    """
    words = {word.lower() for word in _WORD.findall(statement)}
    return tuple(name for name in names() if name in words)


def with_parts(wanted: Iterable[str]) -> tuple[str, ...]:
    """Return tables and views with all that the views are made of, each behind its own parts."""
    ordered: dict[str, None] = {}
    for name in wanted:
        ordered |= dict.fromkeys(_parts(name))
    return tuple(ordered)


@functools.cache
def _parts(name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*_below(name), name]))


def _below(name: str) -> Iterator[str]:
    if name in view_names():
        for part in mentioned(view(name).statement):
            # A view's own name may be that of a column or stand in a comment.
            if part != name:
                yield from _parts(part)
