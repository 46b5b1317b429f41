"""Tables that an earlier DeepInsight wrote: what they lack, and how they get it.

A contract of a later version may have further columns, all nullable. A table without them is read
as if they were null in every row, also where nothing can be written; the first commit adds them.
The version that a table bears stays the earlier one until the stage that writes it has computed
what earlier rows lack (`mark_current`).
"""

import pyarrow as pa
from deltalake import DeltaTable, Schema

from insight_lib.lake.contract import contract, schema_differences

SCHEMA_VERSION_PROPERTY = "insight.schemaVersion"


def version_of(table: DeltaTable) -> int:
    """Return the version of the contract by which all rows of a table were written."""
    return int(table.metadata().configuration.get(SCHEMA_VERSION_PROPERTY, "0"))


def version_differences(table: DeltaTable, name: str) -> list[str]:
    """Return every way in which a table cannot be used as its contract says, in words."""
    written, supported = version_of(table), contract(name).version
    if written > supported:
        return [
            f"table {name} has schema version {written}, this DeepInsight knows up to "
            f"{supported}; upgrade DeepInsight"
        ]
    found = pa.schema(table.schema().to_arrow())
    if written < supported:
        for field in _addable(found, name):
            found = found.append(field)
    return [f"table {name}: {problem}" for problem in schema_differences(contract(name), found)]


def add_columns(table: DeltaTable, name: str) -> None:
    """Give a table the columns that its contract has and it lacks, in a separate commit."""
    missing = _addable(pa.schema(table.schema().to_arrow()), name)
    if missing:
        table.alter.add_columns(Schema.from_arrow(pa.schema(missing)).fields)


def mark_current(table: DeltaTable, name: str) -> None:
    """Record that all rows of a table fit the contract's version."""
    version = {SCHEMA_VERSION_PROPERTY: str(contract(name).version)}
    table.alter.set_table_properties(version, raise_if_not_exists=False)


def _addable(found: pa.Schema, name: str) -> list[pa.Field]:
    return [f for f in contract(name).schema if f.name not in found.names and f.nullable]
