"""Spread long ranges over the workers: cut them, read the pieces, check that they chain.

Where records start is known at a range's start only, so each later piece looks for its first
record, and `join_parts` finds which pieces are to be read again. What a range's first chunk
declares is read before all else, and known to each piece behind it: most writers declare their tags
at once. Data files of pieces that do not count are left to the sweep. Cuts depend on the
plan alone, not on how many workers there are.
"""

from collections.abc import Iterator
from dataclasses import replace

from insight_lib.events.ingest.file_part import (
    Piece,
    PieceResult,
    PieceTask,
    first_declarations,
    parse_piece,
)
from insight_lib.events.ingest.join_parts import Chain
from insight_lib.events.ingest.plan import FileRange
from insight_lib.events.ingest.read_task import ParseResult, ParseTask, parse
from insight_lib.lake.workers import Workers, spread

PIECE_BYTES = 64 << 20
"""A longer range is cut into pieces of this length."""
SMALLEST_TASK_BYTES = 1 << 20


def read_task(
    workers: Workers, task: ParseTask, parts: int, piece_bytes: int = PIECE_BYTES
) -> list[ParseResult]:
    """Read the ranges of a task on the workers, a long one on several at once.

    Args:
        workers: where to read.
        task: all that is to be read.
        parts: into how many tasks the short ranges are grouped.
        piece_bytes: how long a range may be before it is cut into pieces of this length.

    Returns:
        What counts: data files and ledger rows as if each range had been read from end to end.
    """
    short = [whole for whole in task.ranges if _length(whole) <= piece_bytes]
    long = [whole for whole in task.ranges if _length(whole) > piece_bytes]
    begun = workers.run(first_declarations, long, f"look into {len(long)} long event files")
    cuts = [cut(whole, rest, piece_bytes) for whole, rest in zip(long, begun, strict=True)]
    tasks: list[PieceTask | ParseTask] = [
        PieceTask(task.batch, task.table_uris, piece) for pieces in cuts for piece in pieces
    ]
    for group in spread(short, _length, parts, SMALLEST_TASK_BYTES):
        tasks.append(replace(task, ranges=tuple(group)))
    read = workers.run(_parse_either, tasks, f"read {len(task.ranges)} event files")
    found = iter([result for result in read if isinstance(result, PieceResult)])
    chains = [
        Chain(whole, [(piece, next(found)) for piece in pieces])
        for whole, pieces in zip(long, cuts, strict=True)
    ]
    _repair(workers, task, chains)
    whole_ranges = [result for result in read if isinstance(result, ParseResult)]
    return [chain.result(task.batch) for chain in chains] + whole_ranges


def cut(whole: FileRange, rest: FileRange, piece_bytes: int) -> list[Piece]:
    """Cut a range into pieces of a length in bytes; the last may be shorter.

    Args:
        whole: the range.
        rest: the range from some record on, with the plugins that are declared before.
        piece_bytes: length of a piece.
    """
    first = whole.entry.read_to
    return [
        Piece(
            replace(whole, entry=replace(whole.entry, plugins=rest.entry.plugins))
            if start >= rest.entry.read_to
            else whole,
            start,
            min(start + piece_bytes, whole.stop),
            at_record=start == first,
        )
        for start in range(first, whole.stop, piece_bytes)
    ]


def _repair(workers: Workers, task: ParseTask, chains: list[Chain]) -> None:
    """Read again what does not chain, as long as there is some, and what lacks declarations."""
    while broken := list(_broken(chains)):
        results = _read_again(workers, task, [piece for _, piece in broken])
        for (chain, piece), result in zip(broken, results, strict=True):
            chain.repair(piece, result)
    lacking = [
        (chain, place, piece) for chain in chains for place, piece in chain.uninformed().items()
    ]
    results = _read_again(workers, task, [piece for _, _, piece in lacking])
    for (chain, place, _), result in zip(lacking, results, strict=True):
        chain.inform(place, result)


def _broken(chains: list[Chain]) -> Iterator[tuple[Chain, Piece]]:
    for chain in chains:
        piece = chain.broken()
        if piece is not None:
            yield chain, piece


def _read_again(workers: Workers, task: ParseTask, pieces: list[Piece]) -> list[PieceResult]:
    tasks = [PieceTask(task.batch, task.table_uris, piece) for piece in pieces]
    return workers.run(parse_piece, tasks, f"read {len(tasks)} pieces again")


def _length(piece: FileRange) -> int:
    return piece.stop - piece.entry.read_to


def _parse_either(task: PieceTask | ParseTask) -> PieceResult | ParseResult:
    return parse_piece(task) if isinstance(task, PieceTask) else parse(task)
