"""The pieces of one range: which of them count, and what they come to together.

What counts is what one reading from end to end would give. A piece counts where its first record
starts at the end of what counts before it. Where it does not (a damaged cut, an event file inside a
payload), the piece is to be read again from that end; those after it mostly chain again. A piece is
also to be read again where one before it declared a tag whose values it holds.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import replace

from insight_lib.events.ingest.file_part import Piece, PieceResult
from insight_lib.events.ingest.ledger import UNREADABLE, LedgerEntry
from insight_lib.events.ingest.plan import FileRange
from insight_lib.events.ingest.read_task import (
    ROW_TABLES,
    ParseResult,
    earlier,
    known,
    later,
    with_status,
)


class Chain:
    """The pieces of one range, in order, as far as they are known to count."""

    def __init__(self, whole: FileRange, results: Iterable[tuple[Piece, PieceResult]]) -> None:
        """Take a range and what was read of its pieces, all of them, in order."""
        self._whole = whole
        self._waiting = deque(results)
        self._held: list[tuple[Piece, PieceResult]] = []
        self._at = whole.entry.read_to
        self._plugins = whole.entry.plugins

    def broken(self) -> Piece | None:
        """Return the first piece that is to be read again, None where all that counts is known."""
        while self._waiting:
            piece, result = self._waiting[0]
            if piece.cut <= self._at:  # the record or gap before it reaches across it
                self._waiting.popleft()
            elif result.start == self._at and result.is_readable:
                self._hold(*self._waiting.popleft())
            else:
                return self._again(piece, self._at, self._plugins)
        return None

    def repair(self, piece: Piece, result: PieceResult) -> None:
        """Take what was read of the piece that `broken` returned."""
        self._waiting.popleft()
        self._hold(piece, result)

    def uninformed(self) -> dict[int, Piece]:
        """Return the pieces, by place, that lack what was declared before them."""
        plugins = self._whole.entry.plugins
        found = {}
        for place, (piece, result) in enumerate(self._held):
            if _depends_on(result, plugins) and result.start is not None:
                found[place] = self._again(piece, result.start, plugins)
            plugins = {**result.entry.plugins, **plugins}
        return found

    def inform(self, place: int, result: PieceResult) -> None:
        """Take what was read of a piece that `uninformed` returned."""
        self._held[place] = (self._held[place][0], result)

    def result(self, batch: int) -> ParseResult:
        """Return data files and ledger row as if the range had been read from end to end."""
        entry = replace(self._whole.entry, batch=batch)
        files = ParseResult({name: [] for name in ROW_TABLES}, []).files
        for _, result in self._held:
            if result.start != entry.read_to:
                # The file changed between two readings.
                return ParseResult(files, [_closed(entry)])
            entry = _add(entry, result.entry)
            for name in ROW_TABLES:
                files[name] += result.written.files[name]
            if not result.is_readable:
                return ParseResult(files, [_closed(entry)])
        return ParseResult(files, [with_status(entry)])

    def _hold(self, piece: Piece, result: PieceResult) -> None:
        self._held.append((piece, result))
        self._at = result.entry.read_to
        self._plugins = {**result.entry.plugins, **self._plugins}
        if self._at < piece.cut:
            # What follows is not complete yet, or cannot be read.
            self._waiting.clear()

    def _again(self, piece: Piece, start: int, plugins: dict[str, str]) -> Piece:
        entry = replace(self._whole.entry, plugins=plugins)
        return Piece(FileRange(entry, self._whole.stop), start, piece.cut, at_record=True)


def _depends_on(result: PieceResult, plugins: dict[str, str]) -> bool:
    """Return whether a part would have other rows if it knew the plugins declared before."""
    differing = (plugins.get(tag, own) != own for tag, own in result.entry.plugins.items())
    return not result.undeclared.isdisjoint(plugins) or any(differing)


def _closed(entry: LedgerEntry) -> LedgerEntry:
    # With the size that was really read, the file is new again once it can be read.
    return replace(entry, size=entry.read_to, status=UNREADABLE)


def _add(entry: LedgerEntry, part: LedgerEntry) -> LedgerEntry:
    """Count what a piece brought into the ledger's row of its file."""
    return replace(
        entry,
        read_to=part.read_to,
        records=entry.records + part.records,
        quarantined=entry.quarantined + part.quarantined,
        in_gap=part.in_gap if part.read_to > entry.read_to else entry.in_gap,
        plugins={**part.plugins, **entry.plugins},
        file_version=entry.file_version or part.file_version,
        first_wall_time=known(earlier, entry.first_wall_time, part.first_wall_time),
        last_wall_time=known(later, entry.last_wall_time, part.last_wall_time),
        last_step=known(max, entry.last_step, part.last_step),
    )
