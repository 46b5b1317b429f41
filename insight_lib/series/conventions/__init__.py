"""Names that known writers give their series, one line each."""

import re
from fnmatch import translate
from functools import lru_cache

from insight_lib.series.conventions.adversarial import ADVERSARIAL
from insight_lib.series.conventions.language import LANGUAGE
from insight_lib.series.conventions.line import Line
from insight_lib.series.conventions.reinforcement import REINFORCEMENT
from insight_lib.series.conventions.robots import ROBOTS
from insight_lib.series.conventions.supervised import SUPERVISED
from insight_lib.series.names.tag_words import MOST_NAMES

__all__ = ["CONVENTIONS", "Line", "convention_of"]

CONVENTIONS = SUPERVISED + LANGUAGE + REINFORCEMENT + ROBOTS + ADVERSARIAL
"""Every line; the first that matches a tag is taken, a whole name before a glob."""

_GLOB = re.compile(r"[*?\[]")
_WHOLE = {line.pattern: line for line in reversed(CONVENTIONS) if not _GLOB.search(line.pattern)}
_GLOBS = tuple(line for line in CONVENTIONS if line.pattern not in _WHOLE)
_ANY_GLOB = re.compile("|".join(f"({translate(line.pattern)})" for line in _GLOBS))


@lru_cache(maxsize=MOST_NAMES)
def convention_of(tag: str) -> Line | None:
    """Return the line that a tag follows; None where it follows none.

    >>> convention_of("rollout/ep_rew_mean").writer
    'stable-baselines3'
    """
    if tag in _WHOLE:
        return _WHOLE[tag]
    found = _ANY_GLOB.match(tag)
    return None if found is None or found.lastindex is None else _GLOBS[found.lastindex - 1]
