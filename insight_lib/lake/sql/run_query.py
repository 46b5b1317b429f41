"""Run one SELECT over the lake's tables and views with DuckDB: no JVM, read only."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count

import duckdb
import pyarrow as pa

from insight_lib.errors import InputError, InsightError
from insight_lib.lake.contract import table_names
from insight_lib.lake.sql.connection import damaged, first_line, reading
from insight_lib.lake.sql.mentions import mentioned, names, with_parts
from insight_lib.lake.sql.wrong_names import wrong_name
from insight_lib.lake.tables import Lake

ROWS_A_BATCH = 100_000


def query(lake: Lake, statement: str, parameters: Mapping[str, str] | None = None) -> pa.Table:
    """Run one SELECT over the lake's tables and views and return its rows.

    Columns of one name are numbered from the second on: ``run_id``, ``run_id_1``, ``run_id_2``.

    Args:
        lake: What is asked.
        statement: In DuckDB's dialect.
        parameters: The value of each ``$name`` in it. It stands for the text in quotes, which is
            compared with a number or a time as one.

    Raises:
        InputError: It is not exactly one statement that only reads, a parameter is missing or
            unknown, or DuckDB refuses it.
        LakeError: A data file of the lake is missing or damaged.
    """
    with _asked(lake, statement, parameters or {}) as answer, _named(lake, statement):
        rows = answer.to_arrow_table()
    return rows.rename_columns(_distinct(rows.column_names))


@contextmanager
def rows_of(
    lake: Lake, statement: str, parameters: Mapping[str, str] | None = None
) -> Iterator[Iterator[pa.Table]]:
    """Give the rows of a SELECT some at a time, while it runs; otherwise like `query`.

    The first table is empty, so that there always is one. Errors come with the rows, too.
    """
    with _asked(lake, statement, parameters or {}) as answer:
        yield _batches(answer, lake, statement)


def tables_of(statement: str) -> tuple[str, ...]:
    """Return the tables that a statement may read, through views too."""
    return tuple(name for name in _wanted(statement) if name in table_names())


def _wanted(statement: str) -> tuple[str, ...]:
    # What names nothing may list the tables, such as SHOW TABLES.
    return with_parts(mentioned(statement) or names())


def _batches(answer: duckdb.DuckDBPyRelation, lake: Lake, statement: str) -> Iterator[pa.Table]:
    with _named(lake, statement):
        rows = answer.to_arrow_reader(ROWS_A_BATCH)
        columns = _distinct(rows.schema.names)
        yield rows.schema.empty_table().rename_columns(columns)
        for batch in rows:
            yield pa.Table.from_batches([batch]).rename_columns(columns)


@contextmanager
def _asked(
    lake: Lake, statement: str, parameters: Mapping[str, str]
) -> Iterator[duckdb.DuckDBPyRelation]:
    with reading(lake, _wanted(statement)) as connection:
        with _named(lake, statement):
            _check_reads_only(connection, statement, parameters)
            answer = connection.sql(statement, params=dict(parameters))
        yield answer


def _check_reads_only(
    connection: duckdb.DuckDBPyConnection, statement: str, parameters: Mapping[str, str]
) -> None:
    found = connection.extract_statements(statement)
    if len(found) != 1:
        raise InputError(f"{len(found)} statements were given; give exactly one SELECT")
    kind = found[0].type
    if kind == duckdb.StatementType.MULTI:
        raise InputError(
            "a PIVOT without a list of values writes; name them: PIVOT t ON column IN ('a', 'b')"
        )
    if kind != duckdb.StatementType.SELECT:
        raise InputError(f"{kind.name} is not a SELECT, and the lake is read only; use SELECT")
    _check_parameters(found[0].named_parameters, parameters)
    # A WITH clause may hold INSERT or COPY, yet only at the top level: inside FROM it is refused.
    inner = found[0].query.rstrip().rstrip(";")
    # It was parsed as one SELECT, and a relation runs nothing before its rows are asked for.
    connection.sql(f"SELECT * FROM ({inner}\n)", params=dict(parameters))  # noqa: S608


def _check_parameters(wanted: set[str], given: Mapping[str, str]) -> None:
    missing = sorted(wanted - given.keys())
    if missing:
        raise InputError(f"parameter ${missing[0]} has no value; add --param {missing[0]}=VALUE")
    unknown = sorted(given.keys() - wanted)
    if unknown:
        has = ", ".join(f"${name}" for name in sorted(wanted)) or "none"
        raise InputError(f"the statement has no parameter ${unknown[0]}; it has {has}")


@contextmanager
def _named(lake: Lake, statement: str) -> Iterator[None]:
    """Turn what DuckDB refuses into a named error.

    What goes wrong while rows are read from its stream comes as an OSError.
    """
    try:
        yield
    except (duckdb.Error, OSError) as error:
        raise _as_named(error, lake, statement) from error


def _as_named(error: duckdb.Error | OSError, lake: Lake, statement: str) -> InsightError:
    said = first_line(error)
    if "file system operations are disabled" in said:
        return InputError(f"{said}; `insight sql` reads the tables of its lake and no other file")
    if str(lake.root) in said:
        return damaged(said)
    return InputError(
        wrong_name(said, statement)
        or f"{said}; correct the statement (it may only read; `insight sql --list` lists tables "
        "and views, `--describe NAME` the columns of one)"
    )


def _distinct(names: Sequence[str]) -> list[str]:
    taken = set(names)
    distinct: list[str] = []
    for name in names:
        free = name
        if name in distinct:
            free = next(f"{name}_{n}" for n in count(1) if f"{name}_{n}" not in taken)
        taken.add(free)
        distinct.append(free)
    return distinct
