"""The page of the tables and views, ``docs/tables.md``.

It says their columns, keys, relations and stages, and shows an example row of each table.
"""

from collections.abc import Iterable, Mapping, Sequence

from insight_lib.lake.contract import TYPES, Column, contract, shared_column_names, table_names
from insight_lib.lake.sql.mentions import mentioned
from insight_lib.lake.sql.view import View, view, view_names
from insight_lib.pipeline.stages import STAGES, WRITTEN_BY_PEOPLE

ExampleRows = Mapping[str, Mapping[str, str]]
"""By table and column, as shown; a table without a row is left out."""

_TYPE_NAMES = {kind: name for name, kind in TYPES.items()}
_NO_EXAMPLE = "The small night had no such row."
_HEAD = """\
# Tables

<!-- Written by `make docs` from schemas/ and insight_lib/pipeline/stages.py; edit those. -->

Each table of a lake is a Delta table in the folder of its name. Its contract is
`schemas/<table>.toml`; columns that stand in several tables are declared once, in
`schemas/shared/columns.toml`. A column may be null only where this page says so. `→` names the
table that has the column as its key. The example rows are of one small night: 13 trainings of
`insight zoo`; long values are shortened.

The [views](#views) join them the way people ask; `insight sql` and Spark know both
([sql.md](sql.md))."""

_VIEWS = """\
## Views

A view is a file `schemas/views/<view>.sql`: its meaning, its columns and one SELECT, which DuckDB
and Spark both run. What it is made of is read where it is asked, so that it is as new as the
tables."""


def markdown_tables(examples: ExampleRows) -> str:
    """Return the page of all tables as Markdown."""
    agreed = [contract(name) for name in table_names()]
    rows = [(_link(one.name), one.doc, ", ".join(one.key)) for one in agreed]
    parts = [
        _HEAD,
        _grid(("table", "a row is", "key"), rows),
        "## Shared columns\n\nTables join on the columns that they share.",
        _grid(("column", "tables"), _sharing()),
        *(_table_page(name, examples.get(name)) for name in table_names()),
        _VIEWS,
        _grid(("view", "meaning"), [(_link(name), view(name).doc) for name in view_names()]),
        *(_view_page(view(name)) for name in view_names()),
    ]
    return "\n\n".join(parts) + "\n"


def markdown_stages() -> str:
    """Return the table of the stages as Markdown, in the order in which a night runs them."""
    rows = [
        (
            f"`jobs/{stage.name}.py`",
            stage.task,
            stage.purpose,
            "all tables" if stage.reads == table_names() else _links(stage.reads),
            _links(sorted({*stage.writes, *stage.adds_to})),
        )
        for stage in STAGES
    ]
    return _grid(("job", "task", "what it does", "reads", "writes"), rows)


def _table_page(name: str, example: Mapping[str, str] | None) -> str:
    agreed = contract(name)
    head = ["column", "type", "unit", "null", "meaning"]
    columns = [_column_row(column) for column in agreed.columns]
    if example is not None:
        head.append("example")
        columns = [
            [*row, _code(example[column.name])]
            for row, column in zip(columns, agreed.columns, strict=True)
        ]
    about = f"{agreed.doc} Key: {', '.join(agreed.key)}. {_stages(name)}"
    parts = [f"## {name}", about, _grid(head, columns)]
    return "\n\n".join(parts if example is not None else [*parts, _NO_EXAMPLE])


def _view_page(one: View) -> str:
    columns = [
        (f"`{c.name}`", _escaped(c.type), c.unit or "", _escaped(c.doc)) for c in one.columns
    ]
    made_of = f"Made of {_links(mentioned(one.statement))}."
    grid = _grid(("column", "type", "unit", "meaning"), columns)
    return "\n\n".join([f"### {one.name}", f"{_escaped(one.doc)} {made_of}", grid])


def _column_row(column: Column) -> list[str]:
    null = "yes" if column.nullable else ""
    kind = _TYPE_NAMES[column.type]
    return [f"`{column.name}`", _escaped(kind), column.unit or "", null, _meaning(column)]


def _stages(name: str) -> str:
    """Say which stages write and read a table."""
    writing = [s.name for s in STAGES if name in (*s.writes, *s.adds_to)]
    reading = [s.name for s in STAGES if name in s.reads and s.reads != table_names()]
    by_hand = WRITTEN_BY_PEOPLE.get(name)
    writers = _codes(writing) if by_hand is None else f"`{by_hand}`"
    readers = f" and read by {_codes(reading)}" if reading else ""
    return f"Written by {writers}{readers}."


def _sharing() -> list[tuple[str, str]]:
    return [(f"`{column}`", _tables_with(column)) for column in shared_column_names()]


def _tables_with(column: str) -> str:
    """Name the tables that have a column, or those that lack it if these are fewer."""
    having = [name for name in table_names() if column in contract(name).schema.names]
    lacking = [name for name in table_names() if name not in having]
    return _links(having) if len(having) <= len(lacking) else f"all but {_links(lacking)}"


def _meaning(column: Column) -> str:
    target = f" → {_links(column.references)}" if column.references else ""
    return f"{_escaped(column.doc)}{target}"


def _grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _link(name: str) -> str:
    return f"[{name}](tables.md#{name})"


def _links(names: Iterable[str]) -> str:
    return ", ".join(map(_link, names))


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _escaped(text: str) -> str:
    """Return text that Markdown shows as it is, in a cell."""
    return text.replace("|", "\\|").replace("<", "\\<")


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|") if text else ""
