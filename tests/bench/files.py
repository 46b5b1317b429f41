"""Event files for benchmarks, written at millions of events a second.

Events differ in step, wall time and, of scalars, in value; their records are equally long, so that
many are filled in at once.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.histogram_pb2 import HistogramProto
from tensorboard.compat.proto.summary_pb2 import Summary

from insight_lib.events.format.crc32c import masked_crc32c
from insight_lib.events.format.tfrecord import FOOTER_BYTES, HEADER_BYTES
from insight_lib.kernels import kernel

TAGS = ("train/loss_total", "valid/loss_total", "train/grad_norms", "valid/top1_score")
FIRST_STEP = 2**14
"""Steps from here to 2**21 take three bytes each."""
_MAX_STEPS = 2**21 - FIRST_STEP
_FIRST_TIME = 1.7e9
_BATCH = 1 << 16
_WALL_TIME = slice(HEADER_BYTES + 1, HEADER_BYTES + 9)
_STEP = slice(HEADER_BYTES + 10, HEADER_BYTES + 13)
_VALUE = slice(-FOOTER_BYTES - 4, -FOOTER_BYTES)

Records = npt.NDArray[np.uint8]
"""Records of equal length, shape (n, bytes)."""


def write_scalars(path: Path, events: int, tags: Sequence[str] = TAGS) -> None:
    """Write a file of simple values, one an event, the tags in turn.

    Args:
        path: the file.
        events: their count; at most 2,080,768 for each tag.
        tags: of equal length in UTF-8.

    Raises:
        ValueError: the tags differ in length, or the events are too many.
    """
    _write(path, events, [Summary.Value(tag=tag, simple_value=1.0) for tag in tags], scalar=True)


def write_histograms(path: Path, events: int, tags: Sequence[str] = TAGS) -> None:
    """Write a file of HistogramProtos of 43 buckets; else as `write_scalars`."""
    edges = np.linspace(-1.0, 1.0, 44)
    histo = HistogramProto(min=edges[0], max=edges[-1], num=946, sum=5.0, sum_squares=300.0)
    histo.bucket_limit.extend(edges[1:])
    histo.bucket.extend(range(1, 44))
    _write(path, events, [Summary.Value(tag=tag, histo=histo) for tag in tags], scalar=False)


def _write(path: Path, events: int, values: list[Summary.Value], *, scalar: bool) -> None:
    if events > _MAX_STEPS * len(values):
        raise ValueError(f"{events} events are too many for {len(values)} tags: pass more tags")
    forms = np.stack([np.frombuffer(_record(value), np.uint8) for value in values])
    with path.open("wb") as file:
        for first in range(0, events, _BATCH):
            rows = np.arange(first, min(first + _BATCH, events))
            records = forms[rows % len(forms)]
            _fill(records, rows, rows // len(forms) + FIRST_STEP)
            if scalar:
                records[:, _VALUE] = _bytes_of((1 / (1 + rows)).astype("<f4"))
            _sign(records)
            file.write(records.tobytes())


def _record(value: Summary.Value) -> bytes:
    """Return the record of an event with one value, its payload's checksum left out."""
    event = Event(wall_time=_FIRST_TIME, step=FIRST_STEP, summary=Summary(value=[value]))
    payload = event.SerializeToString()
    return len(payload).to_bytes(8, "little") + bytes(4) + payload + bytes(FOOTER_BYTES)


def _fill(records: Records, rows: npt.NDArray[np.int64], steps: npt.NDArray[np.int64]) -> None:
    """Set wall times, a hundredth of a second apart, and steps, varints of three bytes."""
    records[:, _WALL_TIME] = _bytes_of((_FIRST_TIME + rows / 100).astype("<f8"))
    varints = np.stack([steps & 127 | 128, steps >> 7 & 127 | 128, steps >> 14], axis=1)
    records[:, _STEP] = varints.astype(np.uint8)


def _bytes_of(numbers: npt.NDArray[np.floating]) -> Records:
    return numbers.view(np.uint8).reshape(len(numbers), -1)


@kernel
def _sign(records: Records) -> None:
    """Set the checksums of every record."""
    base = records.ctypes.data
    length = records.shape[1]
    for row in range(len(records)):
        start = row * length
        footer = start + length - FOOTER_BYTES
        header_crc = masked_crc32c(base, start, start + 8)
        payload_crc = masked_crc32c(base, start + HEADER_BYTES, footer)
        for byte in range(4):
            shift = np.uint32(8 * byte)
            records[row, 8 + byte] = (header_crc >> shift) & np.uint32(255)
            records[row, length - 4 + byte] = (payload_crc >> shift) & np.uint32(255)
