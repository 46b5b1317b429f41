"""SQL over the lake with DuckDB: no JVM, read only, each table a view under its own name.

The list of files comes from the Delta log, the rows from the Parquet files. Besides the tables
there is a view ``scalars_current``: the scalars without those that a later record at the same or an
earlier step superseded (a restart), by TensorBoard's rule, and without those of event files that
their writer replaced. Of a series that carries one step throughout, since its writer never passes
it, all points are there, as of one that several writers wrote in turn, no step twice. The steps of
a 32-bit counter that started again are counted on.
"""

from collections.abc import Sequence
from itertools import count

import duckdb
import pyarrow as pa

from insight_lib.errors import InputError, InsightError, LakeError
from insight_lib.lake.contract import contract, table_names
from insight_lib.lake.tables import Lake

# What is stepless, interleaved or counted on is said in Python in events.superseded and
# events.step_counters; a test compares the two. 2145386496 is 2^31 - 2^21.
# Series are joined, since DuckDB hands a condition on the run through a join and through no IN.
CURRENT_SCALARS = """
CREATE VIEW scalars_current AS
WITH live AS NOT MATERIALIZED (
    FROM scalars
    WHERE file_id NOT IN (SELECT file_id FROM event_files WHERE status = 'replaced')
), wrapping AS NOT MATERIALIZED (
    SELECT DISTINCT run_id, stream, tag, true AS may_wrap FROM live WHERE step >= 2145386496
), counted_on AS NOT MATERIALIZED (
    SELECT * EXCLUDE (may_wrap) FROM live LEFT JOIN wrapping USING (run_id, stream, tag)
    WHERE may_wrap IS NULL
    UNION ALL
    SELECT * EXCLUDE (may_wrap, before, lost)
        REPLACE ((step + sum(lost) OVER written)::BIGINT AS step)
    FROM (
        SELECT *, CASE
            WHEN before BETWEEN 2145386496 AND 2147483647
                AND step BETWEEN -2147483648 AND -2145386497 THEN 4294967296
            WHEN before BETWEEN 2145386496 AND 2147483647
                AND step BETWEEN 0 AND 2097151 THEN 2147483648
            WHEN before BETWEEN 4292870144 AND 4294967295
                AND step BETWEEN 0 AND 2097151 THEN 4294967296
            ELSE 0 END AS lost
        FROM (
            SELECT *, lag(step) OVER (
                PARTITION BY run_id, stream, tag ORDER BY file_id, record_offset, value_index
            ) AS before
            FROM live JOIN wrapping USING (run_id, stream, tag)
        )
    )
    WINDOW written AS (
        PARTITION BY run_id, stream, tag ORDER BY file_id, record_offset, value_index
        ROWS UNBOUNDED PRECEDING
    )
), about AS NOT MATERIALIZED (
    SELECT run_id, stream, tag, count(DISTINCT file_id) AS files,
        min(step) = max(step) AND count(*) >= 3 * files AS is_stepless
    FROM live GROUP BY ALL HAVING files > 1 OR is_stepless
), interleaved AS NOT MATERIALIZED (
    SELECT run_id, stream, tag, true AS is_interleaved
    FROM (
        SELECT run_id, stream, tag, wall_time, step > lag(step) OVER (
            PARTITION BY run_id, stream, tag
            ORDER BY wall_time, file_id, record_offset, value_index
        ) AS rises
        FROM counted_on
        JOIN (SELECT run_id, stream, tag FROM about WHERE files > 1) USING (run_id, stream, tag)
    )
    GROUP BY ALL HAVING bool_and(coalesce(rises, true)) AND bool_and(isfinite(wall_time))
)
SELECT * EXCLUDE (lowest_later_step, files, is_stepless, is_interleaved)
FROM (
    SELECT *, min(step) OVER (
        PARTITION BY run_id, stream, tag
        ORDER BY file_id, record_offset, value_index
        ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
    ) AS lowest_later_step
    FROM counted_on
)
LEFT JOIN about USING (run_id, stream, tag)
LEFT JOIN interleaved USING (run_id, stream, tag)
WHERE lowest_later_step IS NULL OR step < lowest_later_step OR is_stepless OR is_interleaved
"""


def query(lake: Lake, statement: str) -> pa.Table:
    """Run one SELECT over the lake's tables and return its rows.

    Columns of one name are numbered from the second on: ``run_id``, ``run_id_1``, ``run_id_2``.

    Raises:
        InputError: it is not exactly one statement that only reads, or DuckDB refuses it.
        LakeError: a data file of the lake is missing or damaged.
    """
    with duckdb.connect() as connection:
        for name in table_names():
            _add_view(connection, lake, name)
        connection.execute(CURRENT_SCALARS)
        try:
            _check_reads_only(connection, statement)
            rows = connection.sql(statement).to_arrow_table()
        except duckdb.Error as error:
            raise _named(error, lake) from error
    return rows.rename_columns(_distinct(rows.column_names))


def _check_reads_only(connection: duckdb.DuckDBPyConnection, statement: str) -> None:
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
    # A WITH clause may hold INSERT or COPY, yet only at the top level: inside FROM it is refused.
    inner = found[0].query.rstrip().rstrip(";")
    # It was parsed as one SELECT, and EXPLAIN runs nothing.
    connection.execute(f"EXPLAIN SELECT * FROM ({inner}\n)")  # noqa: S608


def _named(error: duckdb.Error, lake: Lake) -> InsightError:
    said = _first_line(error)
    if str(lake.root) in said:
        return _damaged(said)
    if "Table with name" in said:
        return InputError(f"{said}; the tables are {', '.join(table_names())}, scalars_current")
    return InputError(
        f"{said}; correct the statement (it may only read; `DESCRIBE name` lists a table's columns)"
    )


def _damaged(said: str) -> LakeError:
    return LakeError(f"{said}; restore the file, or remove the lake and ingest again")


def _first_line(error: duckdb.Error) -> str:
    return str(error).partition("\n")[0]


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


def _add_view(connection: duckdb.DuckDBPyConnection, lake: Lake, name: str) -> None:
    paths = [str(lake.root / name / file.path) for file in lake.files(name)]
    nothing = connection.from_arrow(contract(name).empty())
    if not paths:
        nothing.create_view(name)
        return
    try:
        if lake.is_outdated(name):
            _add_outdated_view(connection, paths, nothing, name)
        else:
            connection.read_parquet(paths).create_view(name)
    except (duckdb.IOException, duckdb.InvalidInputException) as error:
        raise _damaged(_first_line(error)) from error


def _add_outdated_view(
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
