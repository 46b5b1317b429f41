"""Decoded event files -> the rows of the data source."""

from collections.abc import Iterator

import pyarrow as pa

from insight_lib.events.format.decode import Decoded
from insight_lib.events.format.read import read_span
from insight_lib.files.location import is_remote, local_path
from insight_lib.sources.paths import EventFile

_EDGES = pa.list_(pa.float64())

ROWS = pa.schema(
    {
        "path": pa.string(),
        "run": pa.string(),
        "record_offset": pa.int64(),
        "value_index": pa.int32(),
        "kind": pa.string(),
        "tag": pa.string(),
        "step": pa.int64(),
        "wall_time": pa.float64(),
        "value": pa.float64(),
        "left_edges": _EDGES,
        "right_edges": _EDGES,
        "counts": _EDGES,
        "plugin": pa.string(),
        "payload": pa.binary(),
        "length": pa.int64(),
        "reason": pa.string(),
    }
)
"""One row for each value of each record, as in the tables of the lake; null is what a kind lacks.

``kind`` is scalar, histogram, artifact, quarantine (``length`` damaged bytes from
``record_offset`` on, for ``reason``) or incomplete (the last bytes, which a writer may finish).
"""

INCOMPLETE = "incomplete last record: the writer has not finished it, or never will"

_TABLES = {"scalars": "scalar", "histograms": "histogram", "artifacts": "artifact"}


def file_rows(file: EventFile) -> Iterator[pa.RecordBatch]:
    """Read an event file; memory is bounded as by `read_span`.

    Raises:
        EventFileError: The file cannot be opened or read.
    """
    place = file.place if is_remote(file.place) else local_path(file.place)
    read_to = 0
    for decoded in read_span(place, 0, file.size, {}):
        for kind, rows in _kinds(decoded):
            yield from _batches(rows, kind, file)
        read_to = decoded.read_to
    if read_to < file.size:
        yield from _batches(
            _spans([read_to], [file.size - read_to], [INCOMPLETE]), "incomplete", file
        )


def _kinds(decoded: Decoded) -> Iterator[tuple[str, pa.Table]]:
    for name, kind in _TABLES.items():
        yield kind, getattr(decoded, name)
    damaged = decoded.quarantine
    yield "quarantine", _spans(*(damaged[name] for name in ("offset", "length", "reason")))


def _spans(offsets: object, lengths: object, reasons: object) -> pa.Table:
    return pa.table({"record_offset": offsets, "length": lengths, "reason": reasons})


def _batches(rows: pa.Table, kind: str, file: EventFile) -> Iterator[pa.RecordBatch]:
    """Yield rows of one kind with all columns."""
    whose = {"path": file.place, "run": file.run, "kind": kind}
    columns = [
        rows[field.name].cast(field.type)
        if field.name in rows.column_names
        else pa.repeat(pa.scalar(whose.get(field.name), field.type), rows.num_rows)
        for field in ROWS
    ]
    yield from pa.table(columns, schema=ROWS).to_batches()
