"""CSV with a header. Every value is read as text: what a column holds is not guessed by block."""

import csv
import io
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from insight_lib.columnar.arrays import Integers
from insight_lib.errors import PredictionFileError
from insight_lib.predictions.formats.chunk import Chunk, Source, numbered, spans
from insight_lib.predictions.formats.column_mapping import Reading
from insight_lib.predictions.formats.columns import check_columns
from insight_lib.predictions.formats.convert import holds_text, text_or_missing

BLOCK_BYTES = 4 << 20
"""Read at once; a row must fit."""
HEADER_BYTES = 1 << 20
FIRST_ROW = 2
"""What pyarrow calls the row after the header."""


def read_csv(source: Source, reading: Reading) -> Iterator[Chunk]:
    """Yield the rows of a CSV file: commas, double quotes, UTF-8 with or without a mark.

    An empty value is null. Which of the other columns are slices is told by their values in the
    first block: text, neither numbers nor true and false. A row with more or fewer values than the
    header is damaged.

    Raises:
        PredictionFileError: There is no header, or a column is missing or occurs twice.
        pyarrow.ArrowException, OSError, ValueError: The file is damaged.
    """
    names, only_header = _header(source)
    check_columns(names, reading)
    if only_header:
        return
    wanted = [n for n in names if n in reading.names.values() or reading.is_slice(n)]
    misfits = _Misfits(len(names))
    columns: list[str] | None = None
    next_row = 0
    for rows in _opened(source, wanted, misfits):
        columns = columns or [n for n in wanted if _is_needed(n, rows, reading)]
        numbers = misfits.number(next_row, rows.num_rows)
        next_row = int(numbers[-1]) + 1 if len(numbers) else next_row
        yield numbered(rows.select(columns), numbers, misfits.before(next_row))
    if misfits.waiting:
        yield numbered(pa.record_batch({}), np.arange(0), misfits.before(None))


def _header(source: Source) -> tuple[list[str], bool]:
    """Return the columns' names, and whether the file ends after them."""
    head = source.read(HEADER_BYTES)
    source.seek(0)
    if b"\0" in head:
        raise PredictionFileError(
            "cannot be read as CSV (it holds zero bytes); write it again as a text in UTF-8"
        )
    try:
        text = head.decode("utf-8-sig", "backslashreplace")
        lines = csv.reader(io.StringIO(text, newline=""))
        names = next(lines, None)
        if names is None:
            raise PredictionFileError("is empty; write a header with columns label and score")
        return names, next(lines, None) is None and len(head) < HEADER_BYTES
    except csv.Error as error:
        raise PredictionFileError(f"has no CSV header ({error}); write it again as CSV") from error


def _opened(source: Source, wanted: list[str], misfits: "_Misfits") -> pa_csv.CSVStreamingReader:
    return pa_csv.open_csv(
        source,
        pa_csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES),
        pa_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=misfits.take),
        pa_csv.ConvertOptions(
            include_columns=wanted,
            # As bytes: one value that is no UTF-8 must not cost the file.
            column_types=dict.fromkeys(wanted, pa.binary()),
            null_values=[""],
            strings_can_be_null=True,
        ),
    )


def _is_needed(name: str, rows: pa.RecordBatch, reading: Reading) -> bool:
    stated = (*reading.names.values(), *(reading.columns.slices or ()))
    return name in stated or holds_text(text_or_missing(rows.column(name)))


class _Misfits:
    """Rows of too many or too few values; the reader passes them over and tells their numbers."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.waiting: dict[int, str] = {}

    def take(self, row: pa_csv.InvalidRow) -> str:
        """Note a row; the reader may call ahead of the block that it gives out."""
        self.waiting[row.number - FIRST_ROW] = (
            f"the row has {row.actual_columns} values, the header {self.columns}"
        )
        return "skip"

    def number(self, start: int, rows: int) -> Integers:
        """Return the numbers of the next intact rows, given that of the row after the last one."""
        span = np.arange(start, start + rows + len(self.waiting))
        misfits = np.fromiter(self.waiting, np.int64)
        return np.setdiff1d(span, misfits, assume_unique=True)[:rows]

    def before(self, stop: int | None) -> pa.Table:
        """Hand over the misfits before a row, None: all that are left."""
        ready = sorted(at for at in self.waiting if stop is None or at < stop)
        reasons = [self.waiting.pop(at) for at in ready]
        return spans(np.array(ready, np.int64), np.ones(len(ready), np.int64), reasons)
