"""A DuckDB connection that reads the tables and views of one lake, and nothing else.

The list of files comes from the Delta log, the rows from the Parquet files. Before a statement of
others runs, the connection is closed off: it opens no file outside of the lake, reads no variable
of this program, loads no extension, and none of that can be changed back.
"""

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from insight_lib.errors import LakeError
from insight_lib.lake.contract import contract
from insight_lib.lake.scan import live_files
from insight_lib.lake.sql.view import view, view_names
from insight_lib.lake.tables import Lake
from insight_lib.lake.versions import version_of

SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    # A name that is no table would be looked for among Python's variables.
    "python_enable_replacements": False,
}

_WITH_PART = re.compile(r"^((?:WITH )?\w+) AS \($", re.MULTILINE)


@contextmanager
def reading(lake: Lake, names: Sequence[str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection that has tables and views of a lake under their names.

    Args:
        lake: What it reads.
        names: Of tables and views, a view behind what it is made of (`mentions.with_parts`).

    Raises:
        LakeError: A data file of one of the tables is missing or damaged.
    """
    # What does not fit into memory would go into the working folder; and DuckDB lets a statement
    # read all of the folder that it goes to.
    with (
        tempfile.TemporaryDirectory(prefix="insight-sql-") as scratch,
        duckdb.connect(config=SETTINGS | {"temp_directory": scratch}) as connection,
    ):
        # Times mean the same on every machine, and what they mean in Spark.
        connection.execute("SET TimeZone = 'UTC'")
        for name in names:
            if name in view_names():
                connection.execute(create_view(name))
            else:
                _add_table(connection, lake, name)
        _close_off(connection, lake.root)
        yield connection


def create_view(name: str) -> str:
    """Return the statement that makes a view in DuckDB, over what it is made of.

    DuckDB computes a part of a WITH clause that is used twice as a whole, before any condition; the
    word that prevents it is unknown to Spark, which never does that.
    """
    inlined = _WITH_PART.sub(r"\1 AS NOT MATERIALIZED (", view(name).statement)
    return f"CREATE VIEW {name} AS {inlined}"


def damaged(said: str) -> LakeError:
    """Return what to raise of a data file that is missing or damaged, by what DuckDB says."""
    return LakeError(f"{said}; restore the file, or remove the lake and ingest again")


def first_line(error: Exception) -> str:
    """Return what DuckDB says of an error, without the lines that show where."""
    return str(error).partition("\n")[0]


def _close_off(connection: duckdb.DuckDBPyConnection, root: Path) -> None:
    quoted = str(root).replace("'", "''")
    connection.execute(f"SET allowed_directories = ['{quoted}']")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _add_table(connection: duckdb.DuckDBPyConnection, lake: Lake, name: str) -> None:
    nothing = connection.from_arrow(contract(name).empty())
    table = lake.delta(name) if lake.has(name) else None
    paths = [] if table is None else [str(lake.root / name / f.path) for f in live_files(table)]
    if table is None or not paths:
        nothing.create_view(name)
        return
    try:
        if version_of(table) < contract(name).version:
            _add_outdated_table(connection, paths, nothing, name)
        else:
            connection.read_parquet(paths).create_view(name)
    except (duckdb.IOException, duckdb.InvalidInputException) as error:
        raise damaged(first_line(error)) from error


def _add_outdated_table(
    connection: duckdb.DuckDBPyConnection,
    paths: Sequence[str],
    nothing: duckdb.DuckDBPyRelation,
    name: str,
) -> None:
    """Add a view of files of which some lack a column that the contract has: it is null there."""
    rows = connection.read_parquet(paths, union_by_name=True)
    rows.create_view(f"{name}_as_written")
    nothing.create_view(f"{name}_as_agreed")
    connection.sql(
        f"SELECT * FROM {name}_as_agreed UNION ALL BY NAME SELECT * FROM {name}_as_written"  # noqa: S608
    ).create_view(name)
