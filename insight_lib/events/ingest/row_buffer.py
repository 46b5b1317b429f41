"""Rows of many files on their way into one data file of a table."""

import numpy as np
import pyarrow as pa

from insight_lib.columnar.repeated import repeated
from insight_lib.events.ingest.ledger import LedgerEntry


class HeldRows:
    """Rows of one table, with the ledger's entry of the file that each stretch of them is of.

    What the entries say is added to all rows at once: a table of a few rows costs no more than its
    place in a list.
    """

    def __init__(self) -> None:
        self._tables: list[pa.Table] = []
        self._entries: list[LedgerEntry] = []

    def __bool__(self) -> bool:
        return bool(self._tables)

    def add(self, rows: pa.Table, entry: LedgerEntry) -> None:
        """Hold rows of a file, at least one; of equal columns as those that are held already."""
        self._tables.append(rows)
        self._entries.append(entry)

    def take(self, columns: tuple[str, ...]) -> pa.Table:
        """Return all rows, each with these texts of its entry, and hold none any more.

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
