"""Files that the ledger knows by another path: moved, or reached by a further link."""

import os
from collections.abc import Mapping
from contextlib import suppress

from insight_lib.files.listing import Found
from insight_lib.files.location import Root, is_gone, is_remote, local_path
from insight_lib.predictions.ingest.ledger import PredictionEntry, digest

_Identity = tuple[int, int]  # device and inode


class KnownFiles:
    """The files of a ledger by what they are, not by where."""

    def __init__(self, ledger: Mapping[str, PredictionEntry], met: set[str]) -> None:
        """Take a ledger, by name, and the names of the files that were met at their path."""
        self._linked: dict[_Identity, str] = {}
        # By size, then by digest: a new file is read for its digest where a size is that of one.
        self._missing: dict[int, dict[str, list[PredictionEntry]]] = {}
        for name, entry in ledger.items():
            found = identity(entry.path)
            if found is not None:
                self._linked[found] = name
            elif name not in met:
                by_digest = self._missing.setdefault(entry.size, {})
                by_digest.setdefault(entry.digest, []).append(entry)

    def is_linked(self, place: Root) -> bool:
        """Return whether a file is one that is known, or was asked for before, by another link."""
        found = identity(place)
        if found is None:
            return False
        return self._linked.setdefault(found, str(place)) != str(place)

    def moved(self, file: Found) -> PredictionEntry | None:
        """Return the file that is here now and gone from its old place, None where none is.

        A file is returned once: of two copies of a file that is gone, one is that file.

        Raises:
            OSError: The file cannot be read.
            InputError: A remote file system cannot be reached.
        """
        same_size = self._missing.get(file.size)
        alike = same_size.get(digest(file.place), []) if same_size else []
        if alike and is_gone(alike[-1].path):
            return alike.pop()
        return None


def identity(place: Root) -> _Identity | None:
    """Return what tells a local file from all others, None where there is none to be seen."""
    if is_remote(place):
        return None
    with suppress(OSError):
        status = os.stat(local_path(place))  # noqa: PTH116
        return status.st_dev, status.st_ino
    return None
