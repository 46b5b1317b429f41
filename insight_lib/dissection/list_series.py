"""What the series of one directory are: its event files as they lie there, without a lake."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from insight_lib.dissection.reading import (
    DamagedSpan,
    LogFolder,
    find_event_files,
    read_files,
    role_source,
)
from insight_lib.events.current_rows import current_rows
from insight_lib.series.override import Override
from insight_lib.series.series_table import series_table


@dataclass(frozen=True)
class ListedSeries:
    """The series of a directory.

    Attributes:
        folder: the directory and its event files.
        rows: of table ``series``.
        records: complete records in the files, with those whose payload is damaged.
        damaged: spans of bytes that hold no intact record.
    """

    folder: LogFolder
    rows: pa.Table
    records: int
    damaged: tuple[DamagedSpan, ...]


def list_series(log_dir: str | os.PathLike[str], overrides: Sequence[Override]) -> ListedSeries:
    """Return what each series of the run, or the runs, below a directory is.

    Args:
        log_dir: the directory of one run, or a folder of runs.
        overrides: what the configuration says of series.

    Raises:
        InputError: it is not a folder, or no event file is found in it.
        EventFileError: an event file cannot be read.
    """
    folder = find_event_files(log_dir)
    found = read_files(folder.files)
    rows = series_table(current_rows(found.scalars), role_source(found, overrides))
    return ListedSeries(folder, rows, found.records, found.damaged)
