"""Log roots as they are given: made absolute, distinguished, and refused where runs would mix."""

import os
from collections.abc import Iterable
from itertools import permutations
from pathlib import Path

from insight_lib.errors import InputError
from insight_lib.files.location import (
    Root,
    as_root,
    exists,
    is_folder,
    is_remote,
    root_name,
    stored,
)

RUN = "{run}"
"""Where a pattern of prediction files has the run's name; no log root's path has it."""


def check_roots(roots: Iterable[Root]) -> tuple[Root, ...]:
    """Return the log roots, local ones absolute.

    Args:
        roots: folders; texts are paths or URIs, as users name them.

    Raises:
        InputError: A root does not exist, cannot be reached or is not a folder, two have the same
            name, which is the first part of their runs' names, or one lies inside another.
    """
    checked: dict[str, Root] = {}
    for given in roots:
        root = as_root(os.fspath(given))
        root = root.expanduser().resolve() if isinstance(root, Path) else root
        if not is_folder(root):
            problem = "is not a folder" if exists(root) else "does not exist"
            raise InputError(f"the log root {given} {problem}; name a folder that contains runs")
        if checked.setdefault(root_name(root), root) != root:
            raise InputError(
                f"the log roots {checked[root_name(root)]} and {root} share the name "
                f"{root_name(root)}, by which their runs are distinguished; rename one of them"
            )
    for outer, inner in permutations(checked.values(), 2):
        if _is_inside(inner, outer):
            raise InputError(f"the log root {inner} lies inside {outer}; name only one of them")
    return tuple(checked.values())


def is_pattern(text: str) -> bool:
    """Return whether a stored text is no log root, but a pattern of prediction files elsewhere."""
    return RUN in text


def check_one_root(root: Root, place: str, name: str, from_root: str) -> None:
    """Refuse a root that lies inside or around the one that a file was read from.

    Args:
        root: the log root.
        place: a file below it that is in the lake.
        name: the file's name there.
        from_root: the log root that it was read from, as the lake stores it.

    Raises:
        InputError: The file was read from another root.
    """
    if from_root != stored(root):
        raise InputError(
            f"{place} is already in the lake, as {name}; name the log root that it came from, "
            f"{from_root}, or use another lake"
        )


def check_same_root(place: str, name: str, known_place: str) -> None:
    """Refuse a file that would get the name of a known one which is somewhere else.

    Raises:
        InputError: The known file is still there.
    """
    if exists(known_place):
        raise InputError(
            f"{place} would be called {name}, as {known_place} already is; "
            "rename one of the two log roots"
        )


def _is_inside(inner: Root, outer: Root) -> bool:
    if is_remote(inner) or is_remote(outer):
        return str(inner).startswith(f"{outer}/")
    return Path(inner).is_relative_to(outer)
