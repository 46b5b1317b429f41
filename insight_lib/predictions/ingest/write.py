"""Rows of many prediction files on their way into few data files; a file counts whole or not."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from insight_lib.events.ingest.sort_rows import ranks
from insight_lib.lake.contract import contract
from insight_lib.lake.parquet import DataFile, file_prefix, write_data_file
from insight_lib.predictions.formats.read_file import PredictionRows

ROW_TABLES = ("predictions", "quarantine", "refused_labels")
FLUSH_BYTES = 256 << 20
"""A worker holds about this much before it writes a data file."""

Files = dict[str, list[DataFile]]


class _TableBuffer:
    """Rows of a table that are not written yet, and the data files of those that are."""

    def __init__(self) -> None:
        self.tables: list[pa.Table] = []
        self.bytes = 0
        self.files: list[DataFile] = []

    def add(self, tables: Sequence[pa.Table], held_bytes: int, files: Sequence[DataFile]) -> None:
        self.tables += tables
        self.bytes += held_bytes
        self.files += files


class Writer:
    """Takes the rows of one file after the other and writes them in the order of reading.

    What is taken belongs to the current file until that is kept or dropped. Data files of one that
    was dropped are in no commit, and swept after it.
    """

    def __init__(self, table_uris: dict[str, str], batch: int) -> None:
        """Write into the tables' folders, for a batch."""
        self._uris = table_uris
        self._batch = batch
        self._kept = {name: _TableBuffer() for name in ROW_TABLES}
        self.drop()

    def take(self, part: PredictionRows) -> None:
        """Take some rows of the current file."""
        batches = pa.array([self._batch] * part.quarantine.num_rows, pa.int64())
        quarantine = part.quarantine.append_column("batch", batches)
        self._take("predictions", part.rows)
        self._take("quarantine", contract("quarantine").conform(quarantine))

    def refuse(self, counts: pa.Table) -> None:
        """Take rows of ``refused_labels`` for the current file."""
        self._take("refused_labels", contract("refused_labels").conform(counts))

    def keep(self) -> None:
        """Keep the rows of the current file, and go on to the next."""
        for name, own in self._own.items():
            self._kept[name].add(own.tables, own.bytes, own.files)
            self._flush(name, self._kept[name], FLUSH_BYTES)
        self.drop()

    def drop(self) -> None:
        """Discard the rows of the current file, and go on to the next."""
        self._own = {name: _TableBuffer() for name in ROW_TABLES}

    def finish(self) -> Files:
        """Write the buffered rows and return the data files of all that was kept, by table."""
        for name, buffer in self._kept.items():
            self._flush(name, buffer, 0)
        return {name: buffer.files for name, buffer in self._kept.items()}

    def _take(self, name: str, rows: pa.Table) -> None:
        if rows.num_rows:
            self._own[name].add([rows], rows.nbytes, [])
            self._flush(name, self._own[name], FLUSH_BYTES)

    def _flush(self, name: str, buffer: _TableBuffer, least_bytes: int) -> None:
        """Write the buffered rows of a table, if they are more than some bytes."""
        if buffer.bytes <= least_bytes:
            return
        rows = in_order(buffer.tables) if name == "predictions" else pa.concat_tables(buffer.tables)
        prefix = file_prefix(self._batch)
        buffer.files.append(write_data_file(self._uris[name], name, prefix, rows))
        buffer.tables, buffer.bytes = [], 0


def in_order(tables: Sequence[pa.Table]) -> pa.Table:
    """Return the rows of all tables by run, step and split; equal ones stay as they came.

    Args:
        tables: At least one, of rows of ``predictions``; run_id and split may be dictionaries.
    """
    rows = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
    run, _ = ranks(rows["run_id"])
    split, _ = ranks(rows["split"])
    step = rows["step"].to_numpy()
    order = np.lexsort((split, step, run))
    in_place = bool((order[1:] > order[:-1]).all())
    return rows if in_place else rows.take(pa.array(order))
