"""What tables and views there are, and what their columns mean, as rows."""

import pyarrow as pa

from insight_lib.lake.contract import table_names
from insight_lib.lake.sql.mentions import names
from insight_lib.lake.sql.view import described, meaning
from insight_lib.lake.sql.wrong_names import check_name


def tables_and_views() -> pa.Table:
    """Return a row for each table and view, with what it is about."""
    listed = sorted(names(), key=lambda name: (name in table_names(), name))
    return pa.table(
        {
            "name": listed,
            "kind": ["table" if name in table_names() else "view" for name in listed],
            "meaning": [meaning(name) for name in listed],
        }
    )


def columns_of(name: str) -> pa.Table:
    """Return a row for each column of a table or view, in order.

    Raises:
        InputError: There is neither of this name; the message shows what is near it.
    """
    check_name(name)
    columns = described(name)
    return pa.table(
        {
            "column": [column.name for column in columns],
            "type": [column.type for column in columns],
            "unit": pa.array([column.unit for column in columns], pa.string()),
            "meaning": [column.doc for column in columns],
        }
    )
