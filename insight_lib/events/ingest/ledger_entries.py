"""Entries of the file ledger while a batch is planned: new ones, and known ones seen again."""

from dataclasses import replace

from insight_lib.events.ingest.ledger import LedgerEntry, digest, file_id
from insight_lib.files.listing import Found
from insight_lib.files.location import Root, stored


def first_entry(
    file: Found, root: Root, head: bytes, name: str, where: tuple[str, str]
) -> LedgerEntry:
    """Return the entry of a file that is new, before anything of it is read.

    Args:
        file: the file.
        root: the log root that it lies below.
        head: what `read_head` returned for it.
        name: its name without a generation.
        where: its run and its stream.
    """
    run_id, stream = where
    entry = LedgerEntry(
        file_id=name,
        generation=1,
        path="",
        log_root="",
        run_id=run_id,
        stream=stream,
        size=0,
        modified_ns=0,
        read_to=0,
        records=0,
        quarantined=0,
        in_gap=False,
        status="waiting",
        head_digest="",
        head_bytes=0,
        plugins={},
        file_version=None,
        first_wall_time=None,
        last_wall_time=None,
        last_step=None,
        batch=-1,
    )
    return seen_again(entry, file, root, head)


def next_generation(
    entry: LedgerEntry, file: Found, root: Root, head: bytes, name: str
) -> LedgerEntry:
    """Return the entry of a file that took the place of a known one, whose run is its run."""
    generation = entry.generation + 1
    first = first_entry(file, root, head, name, (entry.run_id, entry.stream))
    return replace(first, generation=generation, file_id=file_id(name, generation))


def seen_again(entry: LedgerEntry, file: Found, root: Root, head: bytes) -> LedgerEntry:
    """Return the entry of a known file with where it is and what it looks like now.

    Run and stream stay as they were first seen: rows bear these names already.
    """
    head = head[: file.size]
    return replace(
        entry,
        path=stored(file.place),
        log_root=stored(root),
        size=file.size,
        modified_ns=file.modified_ns,
        head_digest=digest(head),
        head_bytes=len(head),
    )
