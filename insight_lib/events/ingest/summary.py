"""What a batch of event files brought, said for people: in a line, and in lines for bad input."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from insight_lib.lake.sql import query
from insight_lib.lake.tables import Lake

MOST_LINES = 10
"""Bad input is named up to here: a night must stay readable."""


@dataclass(frozen=True)
class IngestSummary:
    """What an ingestion brought.

    Attributes:
        files_found: event files below the log roots.
        files_read: those of which something was new.
        new_bytes: what was read of them, intact or not; less where a file is left unread.
        records: intact ones.
        quarantined: spans of bytes that hold no intact record.
        unreadable: files and folders that could not be read, and are tried again next time.
        batches: numbers of the batches that were run, none where nothing was new.
        repeated_batch: the one of them that was interrupted earlier, if there was one.
        seconds: of reading and committing, 0 where nothing was new. Neither listing the files nor
            the start of the Spark session belongs to it.
    """

    files_found: int = 0
    files_read: int = 0
    new_bytes: int = 0
    records: int = 0
    quarantined: int = 0
    unreadable: tuple[str, ...] = ()
    batches: tuple[int, ...] = ()
    repeated_batch: int | None = None
    seconds: float = 0.0

    @property
    def text(self) -> str:
        """The summary in a line; the rate is that of reading and committing."""
        said = (
            f"{self.files_read:,} of {self.files_found:,} files, {self.records:,} records, "
            f"{self.new_bytes / 1e6:,.1f} MB, {self.quarantined:,} spans quarantined"
        )
        if self.seconds:
            rate = self.records / self.seconds
            said += f", {rate:,.0f} records/s ({self.seconds:.1f} s after Spark's start)"
        if self.unreadable:
            said += f", {len(self.unreadable):,} left unread"
        return said


class Remarkable(Protocol):
    """The part of a summary that somebody may have to act on."""

    @property
    def quarantined(self) -> int:
        """Spans or rows that were not taken."""

    @property
    def unreadable(self) -> tuple[str, ...]:
        """What could not be read."""

    @property
    def batches(self) -> tuple[int, ...]:
        """Numbers of the batches that were run."""

    @property
    def repeated_batch(self) -> int | None:
        """The one of them that was interrupted earlier."""


def together(repeated: IngestSummary, new: IngestSummary) -> IngestSummary:
    """Return the summary of a repeated batch, or of none, and of what was planned after it."""
    return IngestSummary(
        files_found=new.files_found,
        files_read=repeated.files_read + new.files_read,
        new_bytes=repeated.new_bytes + new.new_bytes,
        records=repeated.records + new.records,
        quarantined=repeated.quarantined + new.quarantined,
        unreadable=tuple(dict.fromkeys(repeated.unreadable + new.unreadable)),
        batches=repeated.batches + new.batches,
        repeated_batch=repeated.batches[0] if repeated.batches else None,
        seconds=repeated.seconds + new.seconds,
    )


def span_place(file_id: str, offset: int, length: int) -> str:  # noqa: ARG001 - one of several
    """Say where a span of an event file is."""
    return f"offset {offset:,}, {length:,} bytes"


def remarks(
    lake: Lake,
    summary: Remarkable,
    place_of: Callable[[str, int, int], str] = span_place,
) -> list[str]:
    """Return a line for each thing that somebody should know of an ingestion, usually none.

    They are a batch that was repeated, what is in quarantine and what could not be read; of either
    kind at most `MOST_LINES`, and a line that counts the rest. What is in quarantine of one file
    for one reason has one line, with the first place; files that were refused as a whole go first.

    Args:
        lake: the lake.
        summary: what the ingestion brought.
        place_of: says in words where something in quarantine is: its file, offset and length.
    """
    lines = []
    if summary.repeated_batch is not None:
        lines.append(f"batch {summary.repeated_batch} was interrupted and has been repeated first")
    if summary.quarantined:
        lines += _quarantined(lake, summary, place_of)
    unreadable = summary.unreadable[:MOST_LINES]
    lines += [f"cannot be read, left for next time: {path}" for path in unreadable]
    more = len(summary.unreadable) - MOST_LINES
    return lines + ([f"and {more:,} more: left for next time"] if more > 0 else [])


def _quarantined(
    lake: Lake, summary: Remarkable, place_of: Callable[[str, int, int], str]
) -> list[str]:
    wanted = f"FROM quarantine WHERE batch IN ({', '.join(map(str, summary.batches))})"
    alike = query(
        lake,
        'SELECT file_id, reason, count(*) AS rows, min("offset") AS first, '
        f'arg_min(length, "offset") AS length {wanted} '
        f"GROUP BY file_id, reason ORDER BY max(length) > 0, file_id, first LIMIT {MOST_LINES}",
    ).to_pylist()
    lines = [
        f"quarantined: {each['file_id']}, "
        f"{place_of(each['file_id'], each['first'], each['length'])}"
        f"{_and_more(each['rows'] - 1)}: {each['reason']}"
        for each in alike
    ]
    left = summary.quarantined - sum(each["rows"] for each in alike)
    remedy = f'insight sql --lake {shlex.quote(str(lake.root))} "SELECT * {wanted}"'
    return lines + ([f"and {left:,} more: {remedy}"] if left else [])


def _and_more(rows: int) -> str:
    return f" and {rows:,} more" if rows else ""
