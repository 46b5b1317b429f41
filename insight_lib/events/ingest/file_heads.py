"""The heads of event files: the tags that tell what wrote a file."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from insight_lib.errors import EventFileError
from insight_lib.events.format.decode import Decoded
from insight_lib.events.format.read import read_span
from insight_lib.files.location import Root, opened

HEAD_BYTES = 64 * 1024
"""How much of a file is looked at to tell what wrote it."""

LINE_WAIT_S = 3600.0
"""How long after its first record a file may be about to get its first value. ``add_scalars``
writes both at once and flushes the value within 120 s unless told otherwise (``flush_secs``)."""


DEEP_HEAD_BYTES = 8 * 2**20
"""How far a file is looked at for its first scalar: a graph or pictures may come before it."""


@dataclass(frozen=True)
class Head:
    """What the beginning of a file, or of the files of a directory, holds.

    Attributes:
        tags: of all values.
        scalars: tags of the scalars.
    """

    tags: frozenset[str]
    scalars: frozenset[str]


EMPTY = Head(frozenset(), frozenset())


def together(heads: Iterable[Head]) -> Head:
    """Return the heads of several files as one."""
    found = list(heads)
    return Head(
        EMPTY.tags.union(*(head.tags for head in found)),
        EMPTY.scalars.union(*(head.scalars for head in found)),
    )


def file_head(place: Root) -> Head | None:
    """Return what a file's first 64 KiB hold; None where values may still come.

    That is where a short file holds no more than the record that every writer begins with, written
    less than `LINE_WAIT_S` ago. A file that cannot be read holds nothing: whoever reads it will say
    so.
    """
    try:
        decoded = next(read_span(place, 0, HEAD_BYTES, {}, HEAD_BYTES), None)
        if decoded is None:
            return None if _is_short(place) else EMPTY
    except (EventFileError, OSError):
        return EMPTY
    head = _head(decoded)
    return None if not head.tags and _has_just_begun(decoded) and _is_short(place) else head


def deep_head(place: Root) -> Head:
    """Return what a file holds up to its first scalars, within `DEEP_HEAD_BYTES`."""
    found = [EMPTY]
    try:
        for decoded in read_span(place, 0, DEEP_HEAD_BYTES, {}, HEAD_BYTES):
            found.append(_head(decoded))
            if found[-1].scalars:
                break
    except (EventFileError, OSError):
        return EMPTY
    return together(found)


def _head(decoded: Decoded) -> Head:
    tables = (decoded.scalars, decoded.histograms, decoded.artifacts)
    scalars, *others = (frozenset(table["tag"].unique().to_pylist()) - {""} for table in tables)
    return Head(scalars.union(*others), scalars)


def _has_just_begun(decoded: Decoded) -> bool:
    """Return whether a file holds at most one intact record, young by its own clock."""
    if decoded.records > 1 or decoded.quarantine.num_rows:
        return False
    now = time.time()
    return all(abs(now - then) < LINE_WAIT_S for then in decoded.artifacts["wall_time"].to_pylist())


def _is_short(place: Root) -> bool:
    with opened(place) as file:
        return len(file.read(HEAD_BYTES)) < HEAD_BYTES
