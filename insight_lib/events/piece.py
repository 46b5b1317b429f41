"""The worker's part of a split slice: read the records that start in one piece of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from insight_lib.errors import EventFileError
from insight_lib.events.decode import Decoded
from insight_lib.events.ledger import UNREADABLE, LedgerEntry
from insight_lib.events.parse import ROW_TABLES, ParseResult, ParseTask, parse
from insight_lib.events.plan import Slice
from insight_lib.events.read import read_span
from insight_lib.events.resync import first_record, record_bytes


@dataclass(frozen=True)
class Piece:
    """The records of a slice that start in ``[start, cut)``.

    Attributes:
        whole: the slice; its entry's plugins are those known before the piece.
        start: a byte of the slice.
        cut: where the next piece starts, or the slice's stop.
        at_record: whether a record is known to start at ``start``; else the first is looked for.
    """

    whole: Slice
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
        start: where its first record starts, None where none does.
        firm: whether a record ends where the reading ended, or the slice does.
        undeclared: tags of values whose plugin may have been declared before the piece.
    """

    written: ParseResult
    start: int | None
    firm: bool
    undeclared: frozenset[str]

    @property
    def entry(self) -> LedgerEntry:
        """The ledger row that counts the piece alone."""
        return self.written.entries[0]


def parse_piece(task: PieceTask) -> PieceResult:
    """Read a piece and write its rows; runs on a worker."""
    piece = task.piece
    blank = replace(
        piece.whole.entry,
        records=0,
        quarantined=0,
        file_version=None,
        first_wall_time=None,
        last_wall_time=None,
        last_step=None,
    )
    nothing = ParseResult({name: [] for name in ROW_TABLES}, [blank])
    try:
        start = _first(piece)
    except EventFileError:
        return PieceResult(nothing, None, firm=False, undeclared=frozenset())
    if start is None:
        return PieceResult(nothing, None, firm=True, undeclared=frozenset())
    part = Slice(replace(blank, read_to=start), piece.whole.stop)
    reading = _Reading(piece.cut)
    written = parse(ParseTask(task.batch, task.table_uris, (part,)), reading.read)
    readable = written.entries[0].status != UNREADABLE
    return PieceResult(written, start, reading.firm and readable, frozenset(reading.undeclared))


def _first(piece: Piece) -> int | None:
    if piece.at_record:
        return piece.start
    return first_record(piece.whole.entry.path, piece.start, piece.cut, piece.whole.stop)


class _Reading:
    """Reads up to the first end of a record at or after a cut, and notes what it saw."""

    def __init__(self, cut: int) -> None:
        self.cut = cut
        self.firm = False
        self.undeclared: set[str] = set()

    def read(self, part: Slice) -> Iterator[Decoded]:
        """Decode what of a slice starts before the cut."""
        path, at, plugins = part.entry.path, part.entry.read_to, part.entry.plugins
        for decoded in read_span(path, at, self.cut, plugins):
            self.undeclared |= decoded.undeclared
            at, plugins = decoded.read_to, decoded.plugins
            yield decoded
        self.firm = self.cut in (at, part.stop)
        if self.firm:
            return
        # The record across the cut. Bytes that are none, or a damaged one that a gap may swallow,
        # leave open where the next record starts.
        size = record_bytes(path, at, part.stop)
        for decoded in read_span(path, at, at + size, plugins, max(size, 1)):
            self.undeclared |= decoded.undeclared
            self.firm = not decoded.quarantine.num_rows
            yield decoded
