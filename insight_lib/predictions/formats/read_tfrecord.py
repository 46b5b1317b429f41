"""TFRecord files of tf.train.Example, decoded by our own kernels: a damaged record costs itself."""

import os
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.errors import PredictionFileError
from insight_lib.events.format import tfrecord
from insight_lib.events.format.intern import intern
from insight_lib.events.format.kernels import Bytes, Rows, Scratch
from insight_lib.events.format.open_file import read_at
from insight_lib.events.format.read import read_chunk
from insight_lib.predictions.formats.chunk import Chunk, Source, spans
from insight_lib.predictions.formats.column_mapping import Reading
from insight_lib.predictions.formats.columns import check_columns
from insight_lib.predictions.formats.tf_example import (
    BYTES,
    FLOATS,
    INTEGERS,
    NONE,
    NOT_EXAMPLE,
    NOT_EXAMPLE_REASON,
    read_features,
)

CHUNK_BYTES = 8 << 20
REASONS = tfrecord.REASONS | {NOT_EXAMPLE: NOT_EXAMPLE_REASON}
RECORDS = (*tfrecord.RECORD_STATUSES, NOT_EXAMPLE)
CUT_SHORT = "the file ends inside this record"
ARROW_KINDS = {FLOATS: pa.float64(), INTEGERS: pa.int64(), BYTES: pa.string()}


def read_tfrecord(source: Source, reading: Reading) -> Iterator[Chunk]:
    """Yield the Examples of a TFRecord file; where one is, is told in bytes.

    A feature holds one value: of bytes a text, of floats or integers a number; one of none is null,
    one of several does not fit. An Example that lacks step, split or weight has their default. A
    feature of bytes that is no column is a slice in the Examples that have it.

    Raises:
        PredictionFileError: The file is compressed, or a column is in none of the first Examples.
        OSError: The file cannot be read.
    """
    size = source.seek(0, os.SEEK_END)
    scratch = Scratch()
    at, number, checked = 0, 0, False
    while at < size:
        buffer = read_chunk(source, at, size, size, CHUNK_BYTES, scratch)
        found = tfrecord.scan(buffer, scratch)
        if not len(found):
            break
        if at == 0 and found["status"][0] == tfrecord.BAD_HEADER:
            _refuse_compressed(source)
        features = read_features(buffer, found)
        table = _Features(buffer, found, features)
        if len(table.records) and not checked:
            check_columns(table.names, reading)
            checked = True
        yield table.chunk(at, number, reading)
        at += int(found["stop"][-1])
        number += int(np.isin(found["status"], RECORDS).sum())
    if at < size:
        rest = spans(np.array([at]), np.array([size - at]), [CUT_SHORT])
        nothing = np.arange(0)
        yield Chunk(pa.record_batch({}), nothing, nothing, nothing, rest)


def _refuse_compressed(source: Source) -> None:
    if read_at(source, 0, 2).tobytes().startswith(tfrecord.COMPRESSED_HEADS):
        raise PredictionFileError("is compressed; unpack it, or write it without compression")


class _Features:
    """The features of the intact records of a buffer, by name."""

    def __init__(self, buffer: Bytes, found: Rows, features: Rows) -> None:
        self.buffer = buffer
        self.found = found
        self.features = features
        self.records = np.flatnonzero(found["status"] == tfrecord.RECORD)
        self.codes, self.names = intern(buffer, features["name_start"], features["name_stop"])
        # The place of each span's record among the intact ones.
        self.places = np.cumsum(found["status"] == tfrecord.RECORD) - 1

    def chunk(self, at: int, number: int, reading: Reading) -> Chunk:
        """Return the records of a buffer that starts at a byte, the first of them of a number."""
        offsets = self.found["offset"] + at
        lengths = self.found["stop"] - self.found["offset"]
        numbers = number + np.cumsum(np.isin(self.found["status"], RECORDS)) - 1
        bad = np.flatnonzero(self.found["status"] != tfrecord.RECORD)
        reasons = [REASONS[status] for status in self.found["status"][bad].tolist()]
        intact = self.records
        return Chunk(
            self._columns(reading),
            numbers[intact],
            offsets[intact],
            lengths[intact],
            spans(offsets[bad], lengths[bad], reasons),
        )

    def _columns(self, reading: Reading) -> pa.RecordBatch:
        columns: dict[str, pa.Array] = {}
        for role, name in reading.names.items():
            if name in self.names:
                columns[name] = self._column(name, reading.defaults.get(role))
        for name in self.names:
            if name not in columns and reading.is_slice(name):
                column = self._column(name, None)
                if reading.columns.slices is not None or pa.types.is_dictionary(column.type):
                    columns[name] = column
        return pa.record_batch(columns)

    def _column(self, name: str, default: object) -> pa.Array:
        """Return one value per Example, of the features' type, or as text where types differ."""
        own = self.features[self.codes == self.names.index(name)]
        rows = np.full(len(self.records), -1)
        rows[self.places[own["record"]]] = np.arange(len(own))  # of a name twice the last counts
        lacking = rows < 0
        kinds = np.unique(own["kind"][rows[~lacking]])
        single = len(kinds) == 1 and kinds[0] != NONE and bool((own["values"] == 1).all())
        if single and (default is None or not lacking.any()):
            return _same_kind(self.buffer, own, int(kinds[0])).take(pa.array(rows, mask=lacking))
        texts = [_text(self.buffer, feature) for feature in own]
        given = pa.array([*texts, None if default is None else str(default)], pa.string())
        return given.take(pa.array(np.where(lacking, len(own), rows)))


def _same_kind(buffer: Bytes, features: Rows, kind: int) -> pa.Array:
    if kind == BYTES:
        codes, texts = intern(buffer, features["start"], features["stop"])
        return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(texts, pa.string()))
    column = "number" if kind == FLOATS else "integer"
    return pc.cast(pa.array(features[column]), ARROW_KINDS[kind])


def _text(buffer: Bytes, feature: Rows) -> str | None:
    """Return a feature's value as text; of several how many there are."""
    count, kind = int(feature["values"]), int(feature["kind"])
    if count == 0:
        return None
    if count > 1:
        return f"{count} values"
    if kind == BYTES:
        return buffer[feature["start"] : feature["stop"]].tobytes().decode(errors="replace")
    return repr(float(feature["number"]) if kind == FLOATS else int(feature["integer"]))
