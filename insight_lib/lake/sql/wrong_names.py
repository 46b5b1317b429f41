"""What to say of a table or column that is not there: which ones were meant, and where they are."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from insight_lib.errors import InputError
from insight_lib.lake.contract import table_names
from insight_lib.lake.sql.mentions import mentioned, names
from insight_lib.lake.sql.view import described, view_names

# Two names are near from here on, or where one holds the other: one letter of four may be wrong.
NEAR = 0.7
_NO_TABLE = re.compile(r"Table with name (?P<name>.+) does not exist")
_NO_COLUMN = re.compile(
    r'Referenced column "(?P<a>.+?)" not found'
    r'|"(?:.+?)" does not have a column named "(?P<b>.+?)"'
    r'|Column "(?P<c>.+?)" (?:does not exist on|in \w+ list not found)'
)


def wrong_name(said: str, statement: str) -> str | None:
    """Return what to say of a name that DuckDB does not know; None where it says something else.

    Args:
        said: DuckDB's error.
        statement: What it refused.
    """
    table = _NO_TABLE.search(said)
    if table is not None:
        return _no_table(table["name"])
    column = _NO_COLUMN.search(said)
    if column is not None:
        return _no_column(next(filter(None, column.groups())), mentioned(statement))
    return None


def check_name(name: str) -> None:
    """Do nothing if there is a table or a view of this name.

    Raises:
        InputError: There is neither; the message shows those of a near name, and all.
    """
    if name not in names():
        raise InputError(_no_table(name))


def near_names(name: str, known: Iterable[str]) -> list[str]:
    """Return the names that are like one, the nearest first; all of them."""
    wanted = name.lower()
    likeness = {each: _likeness(wanted, each.lower()) for each in known}
    near = [each for each, alike in likeness.items() if alike >= NEAR]
    return sorted(near, key=lambda each: (-likeness[each], each))


def _likeness(one: str, other: str) -> float:
    """Return how like two names are, 0..1, in whatever order their words stand."""
    alike = max(_ratio(one, other), _ratio(_in_order(one), _in_order(other)))
    shorter, longer = sorted((one, other), key=len)
    return max(alike, NEAR) if len(shorter) > 2 and shorter in longer else alike


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def _in_order(name: str) -> str:
    return "_".join(sorted(name.split("_")))


def _no_table(name: str) -> str:
    near = near_names(name, names())
    meant = f"near it are {', '.join(near)}; " if near else ""
    return (
        f"there is no table or view {name}; {meant}the tables are {', '.join(table_names())}; "
        f"the views are {', '.join(view_names())}"
    )


def _no_column(name: str, mentioned_names: Iterable[str]) -> str:
    places = _places()
    asked = [each for each in mentioned_names if each not in places.get(name, (name,))]
    here = f" in {', '.join(asked)}" if asked else ""
    if name in places:
        meant = f"it is in {', '.join(places[name])}"
    else:
        near = [_with_places(each, places[each], asked) for each in near_names(name, places)]
        meant = f"near it are {', '.join(near)}" if near else "no column has a name near it"
    about = next(iter(asked), "NAME")
    return (
        f"there is no column {name}{here}; {meant}; correct the statement (`insight sql "
        f"--describe {about}` lists columns)"
    )


def _with_places(column: str, places: Sequence[str], asked: Sequence[str]) -> str:
    """Name a column with those tables of the statement that have it, else with all that do."""
    here = [place for place in places if place in asked]
    return f"{column} (in {', '.join(here or places)})"


def _places() -> dict[str, list[str]]:
    """Return in which tables and views there is a column of each name."""
    places: dict[str, list[str]] = defaultdict(list)
    for name in (*table_names(), *view_names()):
        for column in described(name):
            places[column.name].append(name)
    return places
