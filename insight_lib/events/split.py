"""Spread long slices over the workers: cut them, read the pieces, check that they chain.

Where records start is known at a slice's start only, so each later piece looks for its first
record, and the driver checks that it starts where the piece before it ended. Where that does not
hold (an event file inside a payload, damage across a cut), the slice is read again from there on in
one task. A piece is also read again where one before it declared a tag whose values it holds. What
counts is what one reading from end to end would give; data files of pieces that do not count are
left to the sweep. Cuts depend on the plan alone, not on how many workers there are.
"""

from dataclasses import dataclass, replace

from insight_lib.events.ledger import UNREADABLE, LedgerEntry
from insight_lib.events.parse import (
    ROW_TABLES,
    ParseResult,
    ParseTask,
    known,
    parse,
    with_status,
)
from insight_lib.events.piece import Piece, PieceResult, PieceTask, parse_piece
from insight_lib.events.plan import Slice
from insight_lib.lake.workers import Workers, spread

PIECE_BYTES = 64 << 20
"""A longer slice is cut into pieces of this length."""
SMALLEST_TASK_BYTES = 1 << 20


@dataclass(frozen=True)
class _Chain:
    """The pieces of a slice that chain; ``None`` stands for one that is to be read again."""

    whole: Slice
    read: list[PieceResult | None]
    again: list[Piece]


def read_task(
    workers: Workers, task: ParseTask, parts: int, piece_bytes: int = PIECE_BYTES
) -> list[ParseResult]:
    """Read the slices of a task on the workers, a long one on several at once.

    Args:
        workers: where to read.
        task: all that is to be read.
        parts: into how many tasks the short slices are grouped.
        piece_bytes: how long a slice may be before it is cut into pieces of this length.

    Returns:
        What counts: data files and ledger rows as if each slice had been read from end to end.
    """
    short = [whole for whole in task.slices if _length(whole) <= piece_bytes]
    long = [cut(whole, piece_bytes) for whole in task.slices if _length(whole) > piece_bytes]
    tasks: list[PieceTask | ParseTask] = [
        PieceTask(task.batch, task.table_uris, piece) for pieces in long for piece in pieces
    ]
    for group in spread(short, _length, parts, SMALLEST_TASK_BYTES):
        tasks.append(replace(task, slices=tuple(group)))
    read = workers.run(_parse_either, tasks, f"read {len(task.slices)} event files")
    found = iter([result for result in read if isinstance(result, PieceResult)])
    chains = [_chain([(piece, next(found)) for piece in pieces]) for pieces in long]
    whole_slices = [result for result in read if isinstance(result, ParseResult)]
    return _repair(workers, task, chains) + whole_slices


def _repair(workers: Workers, task: ParseTask, chains: list[_Chain]) -> list[ParseResult]:
    """Read again what did not chain, and merge the pieces of each slice."""
    again = [
        PieceTask(task.batch, task.table_uris, piece) for chain in chains for piece in chain.again
    ]
    repaired = iter(workers.run(parse_piece, again, f"read {len(again)} pieces again"))
    return [_merge(chain, [next(repaired) for _ in chain.again], task.batch) for chain in chains]


def cut(whole: Slice, piece_bytes: int) -> list[Piece]:
    """Cut a slice into pieces of a length in bytes; the last may be shorter."""
    first = whole.entry.read_to
    starts = range(first, whole.stop, piece_bytes)
    return [
        Piece(whole, start, min(start + piece_bytes, whole.stop), at_record=start == first)
        for start in starts
    ]


def _length(piece: Slice) -> int:
    return piece.stop - piece.entry.read_to


def _parse_either(task: PieceTask | ParseTask) -> PieceResult | ParseResult:
    return parse_piece(task) if isinstance(task, PieceTask) else parse(task)


def _chain(results: list[tuple[Piece, PieceResult]]) -> _Chain:
    whole = results[0][0].whole
    firm, rest = _chaining(whole, results)
    plugins = whole.entry.plugins
    read: list[PieceResult | None] = []
    again: list[Piece] = []
    for piece, result in firm:
        if _depends_on(result, plugins):
            read.append(None)
            again.append(_at_record(piece.whole, plugins, result.start, piece.cut))
        else:
            read.append(result)
        plugins = {**result.entry.plugins, **plugins}
    if rest is not None:
        read.append(None)
        again.append(_at_record(whole, plugins, rest, whole.stop))
    return _Chain(whole, read, again)


def _chaining(
    whole: Slice, results: list[tuple[Piece, PieceResult]]
) -> tuple[list[tuple[Piece, PieceResult]], int | None]:
    """The pieces that hold, and from where the rest is to be read in one, None where nowhere."""
    at = whole.entry.read_to
    firm: list[tuple[Piece, PieceResult]] = []
    for piece, result in results:
        if result.start is None and result.firm:
            continue  # the record before it reaches across the whole piece, or else none does
        if result.start != at or not result.firm:
            return firm, at
        firm.append((piece, result))
        at = result.entry.read_to
        if piece.cut == whole.stop:
            return firm, None
    return firm, at if at < whole.stop else None


def _depends_on(result: PieceResult, plugins: dict[str, str]) -> bool:
    """Whether a piece would have other rows, had it known the plugins declared before it."""
    differing = (plugins.get(tag, own) != own for tag, own in result.entry.plugins.items())
    return not result.undeclared.isdisjoint(plugins) or any(differing)


def _at_record(whole: Slice, plugins: dict[str, str], start: int | None, stop: int) -> Piece:
    at = whole.entry.read_to if start is None else start
    entry = replace(whole.entry, plugins=plugins)
    return Piece(Slice(entry, whole.stop), at, stop, at_record=True)


def _merge(chain: _Chain, repaired: list[PieceResult], batch: int) -> ParseResult:
    """Make one result of a chain's pieces and of those that were read again, in order."""
    again = iter(repaired)
    entry = replace(chain.whole.entry, batch=batch)
    files = ParseResult({name: [] for name in ROW_TABLES}, []).files
    for read in chain.read:
        result = read if read is not None else next(again)
        if result.start != entry.read_to:
            # The file changed between the two readings.
            return ParseResult(files, [_closed(entry)])
        entry = _add(entry, result.entry)
        for name in ROW_TABLES:
            files[name] += result.written.files[name]
        if result.entry.status == UNREADABLE:
            return ParseResult(files, [_closed(entry)])
    return ParseResult(files, [with_status(entry)])


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
        plugins={**part.plugins, **entry.plugins},
        file_version=entry.file_version or part.file_version,
        first_wall_time=known(min, entry.first_wall_time, part.first_wall_time),
        last_wall_time=known(max, entry.last_wall_time, part.last_wall_time),
        last_step=known(max, entry.last_step, part.last_step),
    )
