"""One file of predictions to rows of table ``predictions``, and the rows it cannot take."""

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

import pyarrow as pa

from insight_lib.columnar.repeated import with_constants
from insight_lib.errors import PredictionFileError
from insight_lib.files.location import Root, opened
from insight_lib.lake.contract import contract
from insight_lib.predictions.formats import file_names
from insight_lib.predictions.formats.binary import Binary, binary_of
from insight_lib.predictions.formats.chunk import Chunk, Source
from insight_lib.predictions.formats.classes import Classes
from insight_lib.predictions.formats.column_mapping import Reading
from insight_lib.predictions.formats.columns import label_column, typed
from insight_lib.predictions.formats.labels import Label
from insight_lib.predictions.formats.read_csv import read_csv
from insight_lib.predictions.formats.read_json_lines import read_json_lines
from insight_lib.predictions.formats.read_parquet import read_parquet
from insight_lib.predictions.formats.read_tfrecord import read_tfrecord
from insight_lib.predictions.formats.refused import REFUSED, count_labels, label_counts
from insight_lib.predictions.formats.validate_rows import validate_rows

READERS: dict[str, Callable[[Source, Reading], Iterator[Chunk]]] = {
    file_names.PARQUET: read_parquet,
    file_names.CSV: read_csv,
    file_names.JSON_LINES: read_json_lines,
    file_names.TFRECORD: read_tfrecord,
}
DAMAGED = (pa.ArrowException, OSError, EOFError, zlib.error, ValueError)
"""What readers raise where a file is not what its name says."""


@dataclass(frozen=True)
class PredictionRows:
    """Some rows of a prediction file.

    Attributes:
        rows: The rows that can be taken, with the columns of ``schemas/predictions.toml``.
        quarantine: One row for each that cannot, and for what is no row: run_id, file_id, offset
            (the row's number in the file, from 0; in a TFRecord its first byte), length (1; in a
            TFRecord its bytes), reason. The batch is the caller's to add.
        refused: The rows that cannot be taken, counted; see `refused`.
        labels: How many of all rows have each label.
    """

    rows: pa.Table
    quarantine: pa.Table
    refused: pa.Table = field(default_factory=REFUSED.empty_table)
    labels: tuple[tuple[Label, int], ...] = ()


def read_predictions(
    path: Root, run_id: str, file_id: str, reading: Reading | None = None
) -> Iterator[PredictionRows]:
    """Read a file of predictions, some rows at a time; its format is told by its name.

    Columns ``label`` (0 or 1, also as a boolean or a text; any two where ``reading`` names the
    positive one) and ``score`` (a finite number: a probability or a logit) must be there. ``step``
    (0 where the file has no such column), ``split`` (``validation``), ``weight`` (1),
    ``example_id`` (the row number) and ``group_id`` (null) may be. Every other column of type
    string becomes a slice; a null or NaN in it puts the row in no slice of that column; columns of
    other types are left out.

    A row goes to quarantine if its score is null, NaN or infinite, its label is not 0 or 1, its
    weight is null, negative, NaN or infinite, its step or split is null, or one of them cannot be
    understood. The others are kept.

    Args:
        path: The file, or its URI.
        run_id: The run that wrote it.
        file_id: Its name in the ledger.
        reading: What the file calls its columns, and what its path says.

    Raises:
        PredictionFileError: The file cannot be read, is not of its format, lacks label or score,
            names a column twice, or has a column of a type that cannot be used. What came before
            does not count then.
    """
    reading = reading or Reading()
    constants = {"run_id": run_id, "file_id": file_id}
    binary = _binary(path, reading)
    for chunk in _chunks(path, reading):
        with _of_file(path):
            brought = typed(chunk, reading, binary)
            found = validate_rows(brought, chunk)
        rows = contract("predictions").conform(with_constants(found.kept, constants))
        held = with_constants(found.rejected, constants)
        yield PredictionRows(rows, held, found.refused, tuple(count_labels(brought)))


def _binary(path: Root, reading: Reading) -> Binary | None:
    """Return how labels of a file become 0 and 1, from a first pass over all rows."""
    positive = reading.columns.positive
    if positive is None:
        return None
    classes = Classes()
    for chunk in _chunks(path, reading):
        with _of_file(path):
            classes.add(label_counts(label_column(chunk, reading)))
    with _of_file(path):
        return binary_of(positive, classes.rows)


@contextmanager
def _of_file(path: Root) -> Iterator[None]:
    """Prefix the message of an error with the file's name."""
    try:
        yield
    except PredictionFileError as error:
        raise type(error)(f"{path} {error}") from error


def _chunks(path: Root, reading: Reading) -> Iterator[Chunk]:
    kind = file_names.format_of(str(path))
    if kind is None:
        raise PredictionFileError(
            f"{path} is of an unknown format; its name must end in {', '.join(file_names.SUFFIXES)}"
        )
    try:
        with unpacked(path) as source:
            yield from READERS[kind](source, reading)
    except PredictionFileError as error:
        raise PredictionFileError(f"{path} {error}") from error
    except DAMAGED as error:
        raise PredictionFileError(
            f"{path} cannot be read as {kind} ({error}); write it again as a {kind} file with "
            "columns label and score"
        ) from error


@contextmanager
def unpacked(path: Root) -> Iterator[Source]:
    """Open a file for reading, without its compression."""
    with opened(path) as file:
        if file_names.is_compressed(str(path)):
            with gzip.GzipFile(fileobj=file) as unpacked:
                yield cast("Source", unpacked)
        elif isinstance(file, pa.NativeFile):
            yield cast("Source", io.BufferedReader(cast("io.RawIOBase", file)))  # it has no lines
        else:
            yield file
