"""The lake's tables and views in a Spark session, under the names that `insight sql` gives them."""

from collections.abc import Iterable
from typing import Any

from pyspark.sql import SparkSession

from insight_lib.lake.sql.mentions import names
from insight_lib.lake.sql.view import Described, described, view, view_names
from insight_lib.lake.tables import Lake

_SPARK_TYPES = {
    "string": "STRING",
    "int32": "INT",
    "int64": "BIGINT",
    "double": "DOUBLE",
    "boolean": "BOOLEAN",
    "binary": "BINARY",
    "timestamp": "TIMESTAMP",
    "list<double>": "ARRAY<DOUBLE>",
    "list<int64>": "ARRAY<BIGINT>",
    "map<string,string>": "MAP<STRING, STRING>",
    "map<string,double>": "MAP<STRING, DOUBLE>",
}


def register_lake(session: SparkSession, lake: Lake) -> None:
    """Make every table and view of a lake a view in the session's current database.

    A view of that name is replaced. No table is opened: Spark would read its Delta log, which takes
    a second each, so that a view holds its text, and Spark resolves it where it is queried. Each
    query sees the tables' newest versions.

    Example:
        >>> from insight_lib.lake.sql.spark import register_lake  # doctest: +SKIP
        >>> register_lake(spark, open_lake("/data/lake"))  # doctest: +SKIP
        >>> spark.sql("SELECT * FROM run_overview WHERE verdict = 'failing'")  # doctest: +SKIP
    """
    for name in names():
        text = view(name).statement if name in view_names() else _table_text(lake, name)
        session.sql(f"CREATE OR REPLACE VIEW {name} AS {_nulls(described(name))}")
        _set_text(session, name, text)


def _table_text(lake: Lake, name: str) -> str:
    """Return the SELECT of a table, with nulls where an earlier version wrote no such column."""
    if not lake.has(name):
        return f"{_nulls(described(name))} WHERE false"
    there = {field.name for field in lake.delta(name).schema().fields}
    columns = (c.name if c.name in there else _null(c) for c in described(name))
    path = str(lake.root / name).replace("`", "``")
    return f"SELECT {', '.join(columns)} FROM delta.`{path}`"  # noqa: S608


def _nulls(columns: Iterable[Described]) -> str:
    return f"SELECT {', '.join(map(_null, columns))}"


def _null(column: Described) -> str:
    return f"CAST(NULL AS {_SPARK_TYPES[column.type]}) AS {column.name}"


def _set_text(session: SparkSession, name: str, text: str) -> None:
    """Replace the SELECT of a view, unresolved: SQL has no statement for that."""
    jvm: Any = session._jvm
    catalogue = session._jsparkSession.sessionState().catalog()
    identifier = jvm.org.apache.spark.sql.catalyst.TableIdentifier(name)
    known = catalogue.getTableMetadata(identifier)
    changed = jvm.scala.Option.apply(text)
    fields = [
        changed if known.productElementName(n) == "viewText" else known.productElement(n)
        for n in range(known.productArity())
    ]
    catalogue.alterTable(known.copy(*fields))
