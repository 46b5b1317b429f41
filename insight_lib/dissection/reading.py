"""Event files of a directory, read as far as the rules look at them."""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.dissection.layers.measure import (
    MEASURED,
    WRITTEN,
    measure_artifacts,
    measure_histograms,
    measure_scalars,
)
from insight_lib.dissection.layers.traced_tags import STATS
from insight_lib.errors import InputError
from insight_lib.events.current_rows import CURRENT_COLUMNS
from insight_lib.events.format.decode import Decoded
from insight_lib.events.format.read import read_span
from insight_lib.events.ingest.placement import PlacedFile, place_files
from insight_lib.events.runs.run_artifacts import USED_ARTIFACTS
from insight_lib.files.listing import is_event_file, list_files, no_event_file
from insight_lib.files.location import printable
from insight_lib.lake.contract import contract
from insight_lib.series.override import Override
from insight_lib.series.recognition import Recognised
from insight_lib.series.stated_metrics import stated_by_run

_TOLD_COLUMNS = (*WRITTEN, "wall_time", "plugin", "payload")
GROUP_BYTES = 48 * 2**20
"""Of event files that are judged together: their rows take some ten times as much."""
MOST_AT_ONCE = 4
"""Files: each is read with some 50 MB of memory to work in."""


@dataclass(frozen=True)
class LogFolder:
    """The event files below a directory.

    Attributes:
        root: the directory, absolute.
        files: of which run and stream each is.
        closed: folders below it that may not be entered.
    """

    root: Path
    files: tuple[PlacedFile, ...]
    closed: tuple[str, ...]


@dataclass(frozen=True)
class DamagedSpan:
    """Bytes of an event file that hold no intact record, and why."""

    file_id: str
    offset: int
    length_bytes: int
    reason: str


@dataclass(frozen=True)
class Found:
    """What some event files hold.

    Attributes:
        scalars: all points, the columns of ``CURRENT_COLUMNS``.
        measured: tables of ``measured.MEASURED``: of artifacts, histograms and scalars.
        told: the artifacts that tell of the training, the columns of ``WRITTEN`` and their clock,
            plugin and payload.
        records: complete records, with those whose payload is damaged.
        damaged: spans of bytes that hold no intact record, in the order of the files.
    """

    scalars: pa.Table
    measured: tuple[pa.Table, pa.Table, pa.Table]
    told: pa.Table
    records: int
    damaged: tuple[DamagedSpan, ...]


def find_event_files(log_dir: str | os.PathLike[str]) -> LogFolder:
    """Return the event files of a run, or of the runs, below a directory.

    Raises:
        InputError: it is not a folder, or no event file is found in it.
    """
    root = Path(log_dir).expanduser().resolve()
    listing = list_files(root, is_event_file)
    closed = tuple(printable(folder) for folder in sorted(listing.closed))
    placed = place_files(root, [Path(found.place) for found in listing.files])
    if not placed:
        raise InputError(no_event_file(os.fspath(log_dir), closed))
    return LogFolder(root, tuple(placed), closed)


def role_source(found: Found, overrides: Iterable[Override]) -> Recognised:
    """Return what says what the series of some event files are.

    Args:
        found: what the files hold.
        overrides: what the configuration says of series.
    """
    return Recognised(tuple(overrides), stated_by_run(found.told))


def groups_of_runs(files: Iterable[PlacedFile]) -> Iterator[list[PlacedFile]]:
    """Yield the files of a few whole runs each, by rising ``run_id``, so that memory is bounded.

    A group holds ``GROUP_BYTES``, or one larger run.
    """
    group: list[PlacedFile] = []
    size_bytes = 0
    by_run = sorted(files, key=lambda file: file.run_id)
    for _, of_run in groupby(by_run, key=lambda file: file.run_id):
        run = list(of_run)
        run_bytes = sum(file.path.stat().st_size for file in run)
        if group and size_bytes + run_bytes > GROUP_BYTES:
            yield group
            group, size_bytes = [], 0
        group += run
        size_bytes += run_bytes
    if group:
        yield group


def read_files(files: Iterable[PlacedFile]) -> Found:
    """Read event files to their ends, several at once: decoding holds no lock of Python's.

    Raises:
        EventFileError: one cannot be read.
    """
    with ThreadPoolExecutor(min(os.cpu_count() or 1, MOST_AT_ONCE)) as threads:
        return _together([piece for pieces in threads.map(_pieces, files) for piece in pieces])


def _pieces(file: PlacedFile) -> list[Found]:
    whole = read_span(file.path, 0, file.path.stat().st_size, {})
    return [_found(decoded, file) for decoded in whole]


def _found(decoded: Decoded, file: PlacedFile) -> Found:
    scalars = _placed(decoded.scalars, file).select(CURRENT_COLUMNS)
    artifacts = _placed(decoded.artifacts, file)
    measured = (
        measure_artifacts(artifacts),
        measure_histograms(_placed(_not_repeating_compact(decoded), file)),
        measure_scalars(scalars),
    )
    damaged = tuple(
        DamagedSpan(file.file_id, row["offset"], row["length"], row["reason"])
        for row in decoded.quarantine.to_pylist()
    )
    told = artifacts.filter(USED_ARTIFACTS).select(_TOLD_COLUMNS)
    return Found(scalars, measured, told, decoded.records, damaged)


def _not_repeating_compact(decoded: Decoded) -> pa.Table:
    """Return the histograms without those that only repeat a compact summary."""
    compact = pc.unique(decoded.artifacts["tag"]).to_pylist()
    with_compact = [tag.removesuffix(STATS) for tag in compact if tag.endswith(STATS)]
    rows = decoded.histograms
    if not with_compact or not rows.num_rows:
        return rows
    return rows.filter(pc.invert(pc.is_in(rows["tag"], pa.array(with_compact, pa.string()))))


def _together(pieces: list[Found]) -> Found:
    points = contract("scalars").empty().select(CURRENT_COLUMNS)
    told = contract("artifacts").empty().select(_TOLD_COLUMNS)
    return Found(
        pa.concat_tables([points, *(piece.scalars.cast(points.schema) for piece in pieces)]),
        tuple(
            pa.concat_tables([MEASURED.empty_table(), *(piece.measured[at] for piece in pieces)])
            for at in range(3)
        ),
        pa.concat_tables([told, *(piece.told.cast(told.schema) for piece in pieces)]),
        sum(piece.records for piece in pieces),
        tuple(span for piece in pieces for span in piece.damaged),
    )


def _placed(rows: pa.Table, file: PlacedFile) -> pa.Table:
    """Return the rows with where they were written, their tags as plain texts."""
    rows = rows.set_column(0, "tag", rows["tag"].cast(pa.string()))
    for name in ("run_id", "stream", "file_id"):
        value = pa.scalar(getattr(file, name), pa.string())
        rows = rows.append_column(name, pa.repeat(value, rows.num_rows))
    return rows
