"""What a fault cost: the judge that the tests and the printed figures share."""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader

from insight_lib.events.format.decode import Decoded
from insight_lib.events.format.read import CHUNK_BYTES, read_span

FRAME_BYTES = 16


@dataclass(frozen=True)
class Damaged:
    """A damaged file.

    Attributes:
        data: its bytes.
        untouched: ``(start, stop)`` in it of each record that the damage left whole.
    """

    data: bytes
    untouched: tuple[tuple[int, int], ...]


@dataclass
class Outcome:
    """What was tried of one fault, and what was lost.

    Attributes:
        fault: its name.
        files: damaged files that were read.
        untouched: records in them that the damage left whole.
        lost: those of them that came out in no table.
        tensorboard: records that TensorBoard's own loader read of the same files.
        tensorboard_lost: those of them that came out in no table.
        untiled: files whose accepted and quarantined spans do not tile what was read.
    """

    fault: str
    files: int = 0
    untouched: int = 0
    lost: int = 0
    tensorboard: int = 0
    tensorboard_lost: int = 0
    untiled: list[int] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether the fault was tried and cost nothing that it had not touched."""
        return bool(self.files) and not (self.lost or self.tensorboard_lost or self.untiled)


def judge(
    fault: str,
    files: Iterable[Damaged],
    path: Path,
    chunk_bytes: int = CHUNK_BYTES,
    *,
    ask_tensorboard: bool = True,
) -> Outcome:
    """Read each damaged file, ours and TensorBoard's way, and count what is missing.

    Args:
        fault: name of the fault.
        files: what to read.
        path: where each is put to be read.
        chunk_bytes: as for `read_span`.
        ask_tensorboard: whether its loader, which must survive the files, reads them too.
    """
    outcome = Outcome(fault)
    for number, file in enumerate(files):
        path.write_bytes(file.data)
        pieces = list(read_span(path, 0, len(file.data), {}, chunk_bytes))
        kept = set(accepted(file.data, pieces))
        theirs = set(readable_by_tensorboard(path)) if ask_tensorboard else set()
        outcome.files += 1
        outcome.untouched += len(file.untouched)
        outcome.lost += len(set(file.untouched) - kept)
        outcome.tensorboard += len(theirs)
        outcome.tensorboard_lost += len(theirs - kept)
        if not tile(kept, pieces):
            outcome.untiled.append(number)
    return outcome


def accepted(data: bytes, pieces: list[Decoded]) -> Iterator[tuple[int, int]]:
    """``(start, stop)`` of each record that has a row."""
    starts = {
        start
        for piece in pieces
        for table in (piece.scalars, piece.histograms, piece.artifacts)
        for start in table["record_offset"].to_pylist()
    }
    for start in starts:
        yield start, start + FRAME_BYTES + struct.unpack_from("<Q", data, start)[0]


def tile(kept: set[tuple[int, int]], pieces: list[Decoded]) -> bool:
    """Whether accepted and quarantined spans follow one another from 0 to where reading ended."""
    spans = sorted(kept)
    for piece in pieces:
        quarantine = piece.quarantine
        spans += [
            (start, start + length)
            for start, length in zip(
                quarantine["offset"].to_pylist(), quarantine["length"].to_pylist(), strict=True
            )
        ]
    spans.sort()
    starts = [start for start, _ in spans]
    stops = [stop for _, stop in spans]
    read_to = pieces[-1].read_to if pieces else 0
    return [*starts, read_to] == [0, *stops] and all(start < stop for start, stop in spans)


def readable_by_tensorboard(path: Path) -> Iterator[tuple[int, int]]:
    """``(start, stop)`` of each record that TensorBoard's loader reads before it gives up."""
    start = 0
    for event in LegacyEventFileLoader(str(path)).Load():
        stop = start + FRAME_BYTES + event.ByteSize()
        yield start, stop
        start = stop
