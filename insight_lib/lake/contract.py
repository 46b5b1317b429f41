"""The contract of each table: its columns, types, nullability, units, key and meaning.

A contract is a file ``schemas/<table>.toml``. A column that stands in several tables is declared
once, in ``schemas/shared/columns.toml``, and taken by ``use = "run_id"``; what a table states next
to it replaces what is shared. Rows are checked against their contract where they enter a table, and
a stored table where a lake is opened; all differences are reported at once.
"""

import functools
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import pyarrow as pa

from insight_lib.errors import ContractError

TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "binary": pa.binary(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "list<double>": pa.list_(pa.float64()),
    "list<int64>": pa.list_(pa.int64()),
    "map<string,string>": pa.map_(pa.string(), pa.string()),
    "map<string,double>": pa.map_(pa.string(), pa.float64()),
}


@dataclass(frozen=True)
class Column:
    """One column of a table: its name, Arrow type, whether it may be null, unit and meaning.

    ``references`` names the tables that have the column as their key. A metric may have a
    ``title``, which heads it in the report, and be ``compared``: then `insight runs diff` shows it.
    """

    name: str
    type: pa.DataType
    nullable: bool
    unit: str | None
    doc: str
    title: str | None
    compared: bool
    references: tuple[str, ...]


@dataclass(frozen=True)
class Contract:
    """What a table promises to its readers and asks of its writers."""

    name: str
    version: int
    doc: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema, columns in the contract's order."""
        return pa.schema([pa.field(c.name, c.type, c.nullable) for c in self.columns])

    def empty(self) -> pa.Table:
        """Return a table of no rows."""
        return self.schema.empty_table()

    def conform(self, rows: pa.Table) -> pa.Table:
        """Return the rows with the contract's columns, in its order and of its exact types.

        Strings that come as a dictionary stay so: it is written and compared far faster.

        Raises:
            ContractError: A column is missing, unknown, of another type, or null where it may not
                be; the message lists every such difference.
        """
        problems = schema_differences(self, rows.schema) + self._null_columns(rows)
        if problems:
            raise ContractError(
                f"rows for table {self.name} break its contract: {'; '.join(problems)}; "
                f"make them fit schemas/{self.name}.toml"
            )
        rows = rows.select(self.schema.names)
        wanted = [
            own.with_type(found.type) if pa.types.is_dictionary(found.type) else own
            for own, found in zip(self.schema, rows.schema, strict=True)
        ]
        return rows.cast(pa.schema(wanted))

    def _null_columns(self, rows: pa.Table) -> list[str]:
        return [
            f"{c.name} is null in {rows[c.name].null_count} rows"
            for c in self.columns
            if not c.nullable and c.name in rows.schema.names and rows[c.name].null_count
        ]


def schema_differences(contract: Contract, found: pa.Schema) -> list[str]:
    """Return every way in which a schema differs from the contract's, in words; order is free."""
    wanted = contract.schema
    missing = [f"{name} is missing" for name in wanted.names if name not in found.names]
    unknown = [f"{name} is unknown" for name in found.names if name not in wanted.names]
    wrong = [
        f"{field.name} is {found.field(field.name).type}, not {field.type}"
        for field in wanted
        if field.name in found.names and not _same_type(found.field(field.name).type, field.type)
    ]
    return missing + unknown + wrong


@functools.cache
def contract(name: str) -> Contract:
    """Return the contract of a table.

    Raises:
        ContractError: There is no such table.
    """
    source = schemas_folder().joinpath(f"{name}.toml")
    if not source.is_file():
        raise ContractError(f"there is no table {name}; the tables are {', '.join(table_names())}")
    stated = tomllib.loads(source.read_text(encoding="utf-8"))
    columns = tuple(_column(name, column) for column in stated["columns"])
    return Contract(stated["name"], stated["version"], stated["doc"], tuple(stated["key"]), columns)


@functools.cache
def table_names() -> tuple[str, ...]:
    """Return the names of all tables, sorted."""
    found = (file.name for file in schemas_folder().iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith("toml")))


def shared_column_names() -> tuple[str, ...]:
    """Return the names of the columns that are declared once for several tables."""
    return tuple(_shared_columns())


def schemas_folder() -> Traversable:
    """Return the folder of the contracts and views."""
    # In a wheel and in --py-files it lies inside the package, in a checkout next to it.
    packaged = files("insight_lib").joinpath("schemas")
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "schemas"


def _column(table: str, stated: dict[str, Any]) -> Column:
    """Return a column of a table, completed by the shared column that it uses."""
    if "use" in stated:
        used = stated["use"]
        if used not in _shared_columns():
            raise ContractError(
                f"schemas/{table}.toml uses the column {used}, which is not shared; declare it in "
                f"schemas/shared/columns.toml, or use one of {', '.join(_shared_columns())}"
            )
        stated = {"name": used} | _shared_columns()[used] | stated
    return Column(
        name=stated["name"],
        type=TYPES[stated["type"]],
        nullable=stated.get("nullable", False),
        unit=stated.get("unit"),
        doc=stated["doc"],
        title=stated.get("title"),
        compared=stated.get("compared", False),
        references=tuple(stated.get("references", ())),
    )


@functools.cache
def _shared_columns() -> dict[str, dict[str, Any]]:
    source = schemas_folder().joinpath("shared", "columns.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


def _same_type(found: pa.DataType, wanted: pa.DataType) -> bool:
    """Return whether two types hold the same values, whatever their Arrow layout."""
    return bool(_plain(found) == _plain(wanted))


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return _plain(kind.value_type)
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind):
        return pa.binary()
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pa.list_(_plain(kind.value_type))
    if pa.types.is_map(kind):
        return pa.map_(_plain(kind.key_type), _plain(kind.item_type))
    return kind
