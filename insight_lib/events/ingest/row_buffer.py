"""A buffer for the rows of many files that go into one data file of a table."""

import numpy as np
import pyarrow as pa

from insight_lib.columnar.repeated import repeated
from insight_lib.events.ingest.ledger import LedgerEntry


class RowBuffer:
    """Rows of one table in memory, each group of them with the ledger entry of its file.

    The entries' columns are added to all rows at once, so that a table of a few rows costs no more
    than its place in a list.
    """

    def __init__(self) -> None:
        self._tables: list[pa.Table] = []
        self._entries: list[LedgerEntry] = []

    def __bool__(self) -> bool:
        return bool(self._tables)

    def add(self, rows: pa.Table, entry: LedgerEntry) -> None:
        """Add the rows of a file, at least one, with the same columns as those already added."""
        self._tables.append(rows)
        self._entries.append(entry)

    def take(self, columns: tuple[str, ...]) -> pa.Table:
        """Return all rows, each with these texts of its entry, and empty the buffer.

        The new columns are dictionaries: sorting and writing them costs next to nothing.
        """
        rows = pa.concat_tables(self._tables)
        counts = np.array([table.num_rows for table in self._tables])
        for name in columns:
            texts = [getattr(entry, name) for entry in self._entries]
            rows = rows.append_column(name, repeated(texts, counts))
        self._tables.clear()
        self._entries.clear()
        return rows
