"""The worker's part of a split range: read the records that start in one piece of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from insight_lib.errors import EventFileError
from insight_lib.events.format.decode import Decoded
from insight_lib.events.format.read import CHUNK_BYTES
from insight_lib.events.format.resync import first_record
from insight_lib.events.ingest.ledger import UNREADABLE, LedgerEntry
from insight_lib.events.ingest.plan import FileRange
from insight_lib.events.ingest.read_task import (
    ROW_TABLES,
    ParseResult,
    ParseTask,
    parse,
    read_range,
)


@dataclass(frozen=True)
class Piece:
    """The records of a range that start in ``[start, cut)``.

    Attributes:
        whole: the range; its entry's plugins are those known before the piece.
        start: a byte of the range.
        cut: where the next piece starts, or the range's stop.
        at_record: whether a record is known to start at ``start``; else the first is looked for.
    """

    whole: FileRange
    start: int
    cut: int
    at_record: bool


@dataclass(frozen=True)
class PieceTask:
    """What one worker reads, and where it writes."""

    batch: int
    table_uris: dict[str, str]
    piece: Piece


@dataclass(frozen=True)
class PieceResult:
    """What one worker wrote of a piece.

    Attributes:
        written: the data files, and one ledger row that counts the piece alone.
        start: where its first record starts, None where none does or the file cannot be read.
        undeclared: tags of values whose plugin may have been declared before the piece.
    """

    written: ParseResult
    start: int | None
    undeclared: frozenset[str]

    @property
    def entry(self) -> LedgerEntry:
        """The ledger row that counts the piece alone."""
        return self.written.entries[0]

    @property
    def is_readable(self) -> bool:
        """Whether the piece was read to its end."""
        return self.entry.status != UNREADABLE


def first_declarations(whole: FileRange) -> FileRange:
    """Read a range's first chunk; runs on a worker.

    Returns:
        The range from there on, its entry's plugins those that are declared before it.
    """
    try:
        decoded = next(read_range(whole, whole.entry.read_to + CHUNK_BYTES), None)
    except EventFileError:
        return whole
    if decoded is None:
        return whole
    return replace(
        whole, entry=replace(whole.entry, read_to=decoded.read_to, plugins=decoded.plugins)
    )


def parse_piece(task: PieceTask) -> PieceResult:
    """Read a piece and write its rows; runs on a worker."""
    piece = task.piece
    whole = piece.whole.entry
    blank = replace(
        whole,
        records=0,
        quarantined=0,
        in_gap=whole.in_gap and piece.start == whole.read_to,
        file_version=None,
        first_wall_time=None,
        last_wall_time=None,
        last_step=None,
    )
    try:
        start = _first(piece)
    except EventFileError:
        start = None
    if start is None:
        nothing = ParseResult({name: [] for name in ROW_TABLES}, [blank])
        return PieceResult(nothing, None, frozenset())
    undeclared: set[str] = set()

    def read(part: FileRange) -> Iterator[Decoded]:
        for decoded in read_range(part, piece.cut):
            undeclared.update(decoded.undeclared)
            yield decoded

    part = FileRange(replace(blank, read_to=start), piece.whole.stop)
    written = parse(ParseTask(task.batch, task.table_uris, (part,)), read)
    return PieceResult(written, start, frozenset(undeclared))


def _first(piece: Piece) -> int | None:
    if piece.at_record:
        return piece.start
    return first_record(piece.whole.entry.path, piece.start, piece.cut, piece.whole.stop)
