"""SQL over the lake with DuckDB: no JVM, read only, each table a view under its own name.

The list of files comes from the Delta log, the rows from the Parquet files. Beside the tables there
is a view ``scalars_current``: the scalars without those that a later record at the same or an
earlier step superseded (a restart), by TensorBoard's rule.
"""

import duckdb
import pyarrow as pa

from insight_lib.errors import InputError
from insight_lib.lake.contract import contract, table_names
from insight_lib.lake.scan import live_files
from insight_lib.lake.tables import Lake

CURRENT_SCALARS = """
CREATE VIEW scalars_current AS
SELECT * EXCLUDE (lowest_later_step)
FROM (
    SELECT *, min(step) OVER (
        PARTITION BY run_id, stream, tag
        ORDER BY file_id, record_offset, value_index
        ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
    ) AS lowest_later_step
    FROM scalars
)
WHERE lowest_later_step IS NULL OR step < lowest_later_step
"""


def query(lake: Lake, statement: str) -> pa.Table:
    """Run one SELECT over the lake's tables and return its rows.

    Raises:
        InputError: DuckDB refuses the statement; the message is DuckDB's.
    """
    with duckdb.connect() as connection:
        for name in table_names():
            _add_view(connection, lake, name)
        connection.execute(CURRENT_SCALARS)
        try:
            answer = connection.sql(statement)
            rows = None if answer is None else answer.to_arrow_table()
        except duckdb.Error as error:
            raise InputError(
                f"{error}; the tables are {', '.join(table_names())}, scalars_current"
            ) from error
    if rows is None:
        raise InputError("the statement returns no rows; the lake is read only, use SELECT")
    return rows


def _add_view(connection: duckdb.DuckDBPyConnection, lake: Lake, name: str) -> None:
    paths = [str(lake.root / name / file.path) for file in live_files(lake.delta(name))]
    if paths:
        connection.read_parquet(paths).create_view(name)
    else:
        connection.from_arrow(contract(name).empty()).create_view(name)
