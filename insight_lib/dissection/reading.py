"""Event files of a directory, read as far as the rules look at them."""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.dissection.layers.measure import (
    MEASURED,
    measure_artifacts,
    measure_histograms,
    measure_scalars,
)
from insight_lib.dissection.layers.traced_tags import STATS
from insight_lib.events.current_rows import CURRENT_COLUMNS
from insight_lib.events.format.decode import Decoded
from insight_lib.events.format.read import read_span
from insight_lib.events.ingest.placement import PlacedFile
from insight_lib.lake.contract import contract

MOST_AT_ONCE = 4
"""Files: each is read with some 50 MB of memory to work in."""


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
        records: complete records, with those whose payload is damaged.
        damaged: spans of bytes that hold no intact record, in the order of the files.
    """

    scalars: pa.Table
    measured: tuple[pa.Table, pa.Table, pa.Table]
    records: int
    damaged: tuple[DamagedSpan, ...]


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
    measured = (
        measure_artifacts(_placed(decoded.artifacts, file)),
        measure_histograms(_placed(_not_repeating_compact(decoded), file)),
        measure_scalars(scalars),
    )
    damaged = tuple(
        DamagedSpan(file.file_id, row["offset"], row["length"], row["reason"])
        for row in decoded.quarantine.to_pylist()
    )
    return Found(scalars, measured, decoded.records, damaged)


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
    return Found(
        pa.concat_tables([points, *(piece.scalars.cast(points.schema) for piece in pieces)]),
        tuple(
            pa.concat_tables([MEASURED.empty_table(), *(piece.measured[at] for piece in pieces)])
            for at in range(3)
        ),
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
