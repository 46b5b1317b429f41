"""The named views over the lake's tables: each a file ``schemas/views/<view>.sql``.

Such a file starts with comments: the view's meaning, an empty comment, and a line for each column;
then comes one SELECT that DuckDB and Spark both run, over tables and other views. A column is
declared in one of these ways; a line that is indented goes on with the one above:

    -- run_id: as in runs
    -- duration_s double [s]: from its first event to its last
    -- *: as in scalars

"As in" takes type, unit and meaning from a table or a view; ``*`` stands for all of its columns. A
part of a WITH clause begins on a line of its own: ``name AS (``.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from insight_lib.errors import ContractError
from insight_lib.lake.contract import TYPES, contract, schemas_folder, table_names

_COLUMN = re.compile(
    r"(?P<name>\w+|\*)(?: (?P<type>[\w<>,]+))?(?: \[(?P<unit>\w+)\])?: (?P<doc>.+)"
)
_AS_IN = re.compile(r"as in (\w+)")
_TYPE_NAMES = {kind: name for name, kind in TYPES.items()}


@dataclass(frozen=True)
class Described:
    """A column as people are told of it.

    Attributes:
        name: of the column.
        type: as contracts call it: ``int64``, ``timestamp``, ...
        unit: ``s``, ``bytes``, ...; None where it has none.
        doc: what it means.
    """

    name: str
    type: str
    unit: str | None
    doc: str


@dataclass(frozen=True)
class View:
    """A view: its name, meaning, columns and the SELECT that makes it."""

    name: str
    doc: str
    columns: tuple[Described, ...]
    statement: str


@functools.cache
def view_names() -> tuple[str, ...]:
    """Return the names of all views, sorted."""
    files = schemas_folder().joinpath("views").iterdir()
    return tuple(sorted(f.name.removesuffix(".sql") for f in files if f.name.endswith(".sql")))


@functools.cache
def view(name: str) -> View:
    """Return a view.

    Raises:
        ContractError: There is no such view, or the head of its file cannot be understood.
    """
    if name not in view_names():
        raise ContractError(f"there is no view {name}; the views are {', '.join(view_names())}")
    text = schemas_folder().joinpath("views", f"{name}.sql").read_text(encoding="utf-8")
    meaning, _, rest = text.partition("\n--\n")
    head = re.match(r"(?:--.*\n)+", rest)
    if head is None:
        raise ContractError(f"schemas/views/{name}.sql declares no column; add `-- NAME TYPE: ...`")
    doc = " ".join(line.removeprefix("--").strip() for line in meaning.splitlines())
    code = [line for line in rest[head.end() :].splitlines() if not line.lstrip().startswith("--")]
    return View(name, doc, tuple(_columns(name, head[0])), "\n".join(code).strip())


def described(name: str) -> tuple[Described, ...]:
    """Return the columns of a table or a view.

    Raises:
        ContractError: There is none of this name.
    """
    if name in view_names():
        return view(name).columns
    return tuple(
        Described(c.name, _TYPE_NAMES[c.type], c.unit, c.doc) for c in contract(name).columns
    )


def meaning(name: str) -> str:
    """Return what a table or a view is about, in a sentence or more."""
    return contract(name).doc if name in table_names() else view(name).doc


def _columns(view_name: str, head: str) -> Iterator[Described]:
    declared = re.sub(r"\n--   +", " ", head).splitlines()
    for line in (line.removeprefix("-- ") for line in declared):
        found = _COLUMN.fullmatch(line)
        if found is None or (found["type"] or "int64") not in TYPES:
            raise ContractError(
                f"schemas/views/{view_name}.sql: no column is declared by {line!r}; write "
                "`-- NAME TYPE [UNIT]: MEANING` or `-- NAME: as in TABLE`"
            )
        yield from _declared(view_name, found)


def _declared(view_name: str, found: re.Match[str]) -> Iterator[Described]:
    name, kind, doc = found["name"], found["type"], found["doc"]
    if kind is not None:
        yield Described(name, kind, found["unit"], doc)
        return
    source = _AS_IN.fullmatch(doc)
    those = () if source is None else described(source[1])
    taken = [c for c in those if name in ("*", c.name)]
    if not taken:
        raise ContractError(
            f"schemas/views/{view_name}.sql: column {name} has no type and is in no table by "
            f"{doc!r}; write `-- {name} TYPE [UNIT]: MEANING` or `-- {name}: as in TABLE`"
        )
    yield from taken
