"""The worker's part of ingestion: read prediction files as they were planned, write their rows."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from insight_lib.columnar.repeated import with_constants
from insight_lib.errors import PredictionFileError, UnusableRowsError
from insight_lib.files.location import size_and_time
from insight_lib.lake.contract import contract
from insight_lib.lake.parquet import DataFile
from insight_lib.predictions.formats.chunk import spans
from insight_lib.predictions.formats.column_mapping import Reading
from insight_lib.predictions.formats.read_file import PredictionRows, read_predictions
from insight_lib.predictions.formats.refused import places
from insight_lib.predictions.formats.survey import Survey
from insight_lib.predictions.ingest.ledger import PredictionEntry, digest
from insight_lib.predictions.ingest.write import ROW_TABLES, Writer


@dataclass(frozen=True)
class ReadTask:
    """What one worker reads, and where it writes."""

    batch: int
    table_uris: dict[str, str]
    entries: tuple[PredictionEntry, ...]


@dataclass(frozen=True)
class ReadResult:
    """What one worker wrote.

    Attributes:
        files: data files by table.
        entries: ledger rows of the files that it read.
        unreadable: paths of those that were gone, closed or not what was planned; they are as if
            they had not been seen, and tried again next time.
    """

    files: dict[str, list[DataFile]]
    entries: list[PredictionEntry]
    unreadable: list[str]

    def to_json(self) -> dict[str, Any]:
        """Return the result as it is kept in a batch's plan."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "ReadResult":
        """Return the result that `to_json` wrote."""
        return cls(
            {
                name: [DataFile(**file) for file in kept["files"].get(name, ())]
                for name in ROW_TABLES  # one may be younger than the plan
            },
            [PredictionEntry(**entry) for entry in kept["entries"]],
            kept["unreadable"],
        )


class _ChangedError(OSError):
    """A file is not, or no longer, what was planned: it is still being written."""


def read(task: ReadTask) -> ReadResult:
    """Read the files of a task and write their rows; runs on a worker."""
    writer = Writer(task.table_uris, task.batch)
    entries: list[PredictionEntry] = []
    unreadable: list[str] = []
    for planned in task.entries:
        try:
            here = replace(planned, batch=task.batch, read_in=task.batch)
            entries.append(_read_one(here, writer))
            writer.keep()
        except OSError:
            writer.drop()
            unreadable.append(planned.path)
    return ReadResult(writer.finish(), entries, unreadable)


def _read_one(planned: PredictionEntry, writer: Writer) -> PredictionEntry:
    """Read a file and return its ledger row; nothing of a file that cannot be read whole is taken.

    Raises:
        OSError: The file is gone, closed or changes.
    """
    _check_unchanged(planned)
    entry = replace(planned, digest=digest(planned.path))
    try:
        entry = _take(entry, writer)
    except PredictionFileError as error:
        writer.drop()
        writer.take(_rejected(entry, error))
        if isinstance(error, UnusableRowsError):
            writer.refuse(_of_file(entry, _whole(entry, str(error))))
        entry = replace(entry, rows=0, quarantined=1)
    _check_unchanged(planned)
    return replace(entry, status="corrupt" if entry.quarantined else "complete")


def _take(entry: PredictionEntry, writer: Writer) -> PredictionEntry:
    """Read a file and count its rows.

    Raises:
        PredictionFileError: It cannot be read, or its rows are of no use together.
    """
    reading = Reading.from_json(entry.reading)
    survey = Survey(entry.path, reading.columns)
    for part in read_predictions(entry.path, entry.run_id, entry.file_id, reading):
        writer.take(part)
        survey.add(part)
    survey.check()
    refused = survey.refused()
    if refused.num_rows:
        writer.refuse(_of_file(entry, refused))
    return replace(entry, rows=survey.rows, quarantined=survey.quarantined)


def _whole(entry: PredictionEntry, reason: str) -> pa.Table:
    """Read a refused file again to find out which steps and splits it belongs to."""
    reading = Reading.from_json(entry.reading)
    as_they_are = replace(reading, columns=replace(reading.columns, positive=None))
    parts = read_predictions(entry.path, entry.run_id, entry.file_id, as_they_are)
    return places(((part.rows, part.refused) for part in parts), reason)


def _of_file(entry: PredictionEntry, counts: pa.Table) -> pa.Table:
    return with_constants(counts, {"run_id": entry.run_id, "file_id": entry.file_id})


def _check_unchanged(planned: PredictionEntry) -> None:
    if size_and_time(planned.path) != (planned.size, planned.modified_ns):
        raise _ChangedError(f"{planned.path} is being written")


def _rejected(entry: PredictionEntry, error: PredictionFileError) -> PredictionRows:
    """Return the outcome for a file that is rejected as a whole."""
    nothing = np.zeros(1, np.int64)
    constants = {"run_id": entry.run_id, "file_id": entry.file_id}
    whole_file = with_constants(spans(nothing, nothing, [str(error)]), constants)
    return PredictionRows(contract("predictions").empty(), whole_file)
