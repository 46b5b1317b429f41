"""The heads of event files: the tags that tell what wrote a file."""

import time

from insight_lib.errors import EventFileError
from insight_lib.events.format.decode import Decoded
from insight_lib.events.format.read import read_span
from insight_lib.files.location import Root, opened

HEAD_BYTES = 64 * 1024
"""How much of a file is looked at to tell what wrote it."""

LINE_WAIT_S = 3600.0
"""How long after its first record a file may be about to get its first value. ``add_scalars``
writes both at once and flushes the value within 120 s unless told otherwise (``flush_secs``)."""


def head_tags(place: Root) -> set[str] | None:
    """Return the tags of the values in a file's first 64 KiB; None where values may still come.

    That is where a short file holds no more than the record that every writer begins with, written
    less than `LINE_WAIT_S` ago. A file that cannot be read has no tags: whoever reads it will say
    so.
    """
    try:
        decoded = next(read_span(place, 0, HEAD_BYTES, {}, HEAD_BYTES), None)
        if decoded is None:
            return None if _is_short(place) else set()
    except (EventFileError, OSError):
        return set()
    tables = (decoded.scalars, decoded.histograms, decoded.artifacts)
    tags = {tag for table in tables for tag in table["tag"].unique().to_pylist()} - {""}
    return None if not tags and _has_just_begun(decoded) and _is_short(place) else tags


def _has_just_begun(decoded: Decoded) -> bool:
    """Return whether a file holds at most one intact record, young by its own clock."""
    if decoded.records > 1 or decoded.quarantine.num_rows:
        return False
    now = time.time()
    return all(abs(now - then) < LINE_WAIT_S for then in decoded.artifacts["wall_time"].to_pylist())


def _is_short(place: Root) -> bool:
    with opened(place) as file:
        return len(file.read(HEAD_BYTES)) < HEAD_BYTES
