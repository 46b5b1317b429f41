"""The worker's part of ingestion: read prediction files as they were planned, write their rows."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from insight_lib.errors import PredictionFileError
from insight_lib.events.storage import size_and_time
from insight_lib.lake.contract import contract
from insight_lib.lake.parquet import DataFile
from insight_lib.lake.repeated import with_constants
from insight_lib.predictions.chunk import spans
from insight_lib.predictions.ledger import PredictionEntry, digest
from insight_lib.predictions.mapping import Reading
from insight_lib.predictions.read import PredictionRows, read_predictions
from insight_lib.predictions.write import Writer


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
            {name: [DataFile(**f) for f in files] for name, files in kept["files"].items()},
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
    rows = quarantined = 0
    try:
        reading = Reading.from_json(entry.reading)
        for part in read_predictions(entry.path, entry.run_id, entry.file_id, reading):
            writer.take(part)
            rows += part.rows.num_rows + part.quarantine.num_rows
            quarantined += part.quarantine.num_rows
    except PredictionFileError as error:
        writer.drop()
        writer.take(_rejected(entry, error))
        rows, quarantined = 0, 1
    _check_unchanged(planned)
    status = "corrupt" if quarantined else "complete"
    return replace(entry, rows=rows, quarantined=quarantined, status=status)


def _check_unchanged(planned: PredictionEntry) -> None:
    if size_and_time(planned.path) != (planned.size, planned.modified_ns):
        raise _ChangedError(f"{planned.path} is being written")


def _rejected(entry: PredictionEntry, error: PredictionFileError) -> PredictionRows:
    """What stands for a file of which nothing is taken."""
    nothing = np.zeros(1, np.int64)
    constants = {"run_id": entry.run_id, "file_id": entry.file_id}
    whole_file = with_constants(spans(nothing, nothing, [str(error)]), constants)
    return PredictionRows(contract("predictions").empty(), whole_file)
