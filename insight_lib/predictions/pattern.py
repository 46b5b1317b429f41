"""Patterns of prediction files with the run in their path: ``/data/{run}/{split}-{step}.parquet``.

``*``, ``?``, ``[...]`` and ``**`` are as in Python's glob: ``*`` stays within one directory and
takes no hidden file, ``**`` as a whole part is any number of directories. ``{run}`` is one or
several directories or a part of a name, ``{split}`` a part of a name, ``{step}`` digits. What a
placeholder stands for must follow from the path: a file that fits in two ways is refused.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from insight_lib.errors import InputError
from insight_lib.files.location import Root, as_root, exists, is_folder, stored
from insight_lib.files.log_root import RUN, is_pattern

LONGEST_INT64 = 18
"""Digits that an int64 holds, whatever they are."""
PLACEHOLDERS = {
    "run": r"[^/.][^/]*?(?:/[^/.][^/]*?)*?",
    "split": r"[^/]+?",
    "step": rf"[0-9]{{1,{LONGEST_INT64}}}?",
}
_TOKEN = re.compile(
    r"(?P<deep>(?:(?<=/)|^)\*\*/)|(?P<star>\*+)|(?P<any>\?)|\[(?P<set>[^\]/][^\]/]*)\]"
    r"|\{(?P<name>[^{}/]*)\}|(?P<brace>[{}])|(?P<literal>.)",
    re.DOTALL,
)
_MAGIC = re.compile(r"[*?\[{}]")


class PathSays(NamedTuple):
    """What the path of a file says; null where the pattern does not ask for it."""

    run: str
    step: int | None
    split: str | None


@dataclass(frozen=True)
class Pattern:
    """A folder, below which files are looked for, and what their paths look like from there."""

    root: Root
    below: str

    @property
    def text(self) -> str:
        """The pattern as the lake stores it."""
        return f"{stored(self.root)}/{self.below}"

    def match(self, below: str) -> PathSays | None:
        """Return what the path of a file, relative to the root, says; None where it does not fit.

        Raises:
            InputError: It fits in more than one way.
        """
        short = self._shortest.fullmatch(below)
        long = self._longest.fullmatch(below)
        if short is None or long is None:
            return None
        if short.groupdict() != long.groupdict():
            name = next(n for n, found in short.groupdict().items() if found != long[n])
            raise InputError(
                f"in {stored(self.root)}/{below} the {{{name}}} of --predictions may be "
                f"{short[name]!r} or {long[name]!r}; put a fixed text or a '/' at its end"
            )
        found = short.groupdict()
        step = found.get("step")
        return PathSays(found["run"], None if step is None else int(step), found.get("split"))

    @cached_property
    def _shortest(self) -> re.Pattern[str]:
        return re.compile(_expression(self.below))

    @cached_property
    def _longest(self) -> re.Pattern[str]:
        # The same, but that each part takes as much as it can: two extremes that agree leave no
        # other way to fit.
        return re.compile(re.sub(r"(?<=[*+}])\?", "", _expression(self.below)))


def pattern_of(given: str) -> Pattern:
    """Return the pattern that a user gave, its folder absolute.

    Raises:
        InputError: It has no ``{run}``, a placeholder that is not known, or its fixed folder does
            not exist or cannot be reached.
    """
    folder, below = _parted(given)
    if RUN not in below:
        raise InputError(
            f"--predictions {given} does not say where the run's name is; put {RUN} there, "
            f"as in '/data/scores/{RUN}/{{split}}-{{step}}.parquet'"
        )
    _check(given, below)
    root = as_root(folder)
    root = root.expanduser().resolve() if isinstance(root, Path) else root
    if not is_folder(root):
        problem = "is not a folder" if exists(root) else "does not exist"
        raise InputError(f"the folder {root} of --predictions {given} {problem}; name a folder")
    return Pattern(root, below)


def known_patterns(texts: Iterable[str]) -> tuple[Pattern, ...]:
    """Return those of some stored texts that are patterns and whose folder still exists, sorted.

    Raises:
        InputError: The file system of a URI cannot be reached.
    """
    parted = map(_parted, sorted(filter(is_pattern, set(texts))))
    found = (Pattern(as_root(folder), below) for folder, below in parted)
    return tuple(pattern for pattern in found if is_folder(pattern.root))


def _parted(text: str) -> tuple[str, str]:
    """Return the fixed folder of a pattern, and the rest."""
    parts = text.split("/")
    fixed = next((n for n, part in enumerate(parts) if _MAGIC.search(part)), len(parts))
    here = "/" if text.startswith("/") else "."
    return "/".join(parts[:fixed]) or here, "/".join(parts[fixed:])


def _check(given: str, below: str) -> None:
    for token in _TOKEN.finditer(below):
        if token["brace"] or (token["name"] is not None and token["name"] not in PLACEHOLDERS):
            known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            raise InputError(
                f"--predictions {given} has {token[0]}, which is none of {known}; "
                "write [{] or [}] for a literal brace"
            )


def _expression(below: str) -> str:
    """Return the regular expression of a pattern, in which every part takes as little as it can."""
    seen: set[str] = set()
    return "".join(_part(token, seen) for token in _TOKEN.finditer(below))


def _part(token: re.Match[str], seen: set[str]) -> str:
    at_start = token.start() == 0 or token.string[token.start() - 1] == "/"
    visible = r"(?!\.)" if at_start else ""
    if token["deep"]:
        part = r"(?:[^/.][^/]*/)*?"
    elif token["star"] == "**" and at_start and token.end() == len(token.string):
        part = PLACEHOLDERS["run"]
    elif token["star"]:
        part = f"{visible}[^/]*?"
    elif token["any"]:
        part = f"{visible}[^/]"
    elif token["set"]:
        part = visible + _one_of(token["set"])
    elif token["name"]:
        again = token["name"] in seen
        seen.add(token["name"])
        part = f"(?P={token['name']})" if again else visible + _named(token["name"])
    else:
        part = re.escape(token[0])
    return part


def _one_of(characters: str) -> str:
    chosen = re.escape(characters.removeprefix("!")).replace(r"\-", "-")
    return f"[^/{chosen}]" if characters.startswith("!") else f"[{chosen}]"


def _named(name: str) -> str:
    return f"(?P<{name}>{PLACEHOLDERS[name]})"
