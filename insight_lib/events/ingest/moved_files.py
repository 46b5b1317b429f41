"""Known files that are at a new place: moved there, or reached by a further hard link.

A file that was moved is known by its first bytes where nothing is left at its old place, one that
got a further hard link by the file itself.
"""

import os
from collections.abc import Mapping, Set
from contextlib import suppress

from insight_lib.events.ingest.ledger import LedgerEntry, digest
from insight_lib.files.listing import Found
from insight_lib.files.location import is_gone, is_remote, local_path


class Missing:
    """Files of the ledger with rows that were not met at their path."""

    def __init__(self, ledger: Mapping[str, LedgerEntry], met: Set[str]) -> None:
        """Take the files of a ledger, by name, but for those that were met."""
        self._ledger = ledger
        # By the length of the head that is known and its digest: of a new file's head, each
        # length that occurs is digested once, however many files are missing.
        self._names: dict[int, dict[str, str]] = {}
        for name, entry in ledger.items():
            if entry.records and name not in met:
                self._names.setdefault(entry.head_bytes, {})[entry.head_digest] = name

    def take(self, file: Found, head: bytes) -> str | None:
        """Return the name of the file that is here now, None if it is none of them.

        A name is returned once: of two copies of a file that is gone, one is that file.
        """
        for length, names in self._names.items():
            known = digest(head[:length])
            name = names.get(known) if length <= len(head) else None
            if name is not None and _is_same(file, self._ledger[name]):
                return names.pop(known)
        return None


def _is_same(file: Found, entry: LedgerEntry) -> bool:
    """Return whether a file with the head of a known one is that file, moved or by another link."""
    if file.size < entry.read_to:
        return False
    if is_gone(entry.path):
        return True
    if is_remote(file.place) or is_remote(entry.path):
        return False
    with suppress(OSError):  # the known one may lie in a folder that is closed now
        return os.path.samefile(file.place, local_path(entry.path))  # noqa: PTH121
    return False
