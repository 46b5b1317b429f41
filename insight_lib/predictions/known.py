"""Files that the ledger knows by another path: moved, or reached by a further link."""

import os
from collections.abc import Mapping
from contextlib import suppress

from insight_lib.events.find import Found
from insight_lib.events.storage import Root, is_gone, is_remote, local_path
from insight_lib.predictions.ledger import PredictionEntry, digest

_Identity = tuple[int, int]  # device and inode


class Known:
    """The files of a ledger by what they are, not by where."""

    def __init__(self, ledger: Mapping[str, PredictionEntry], met: set[str]) -> None:
        """Take a ledger, by name, and the names of the files that were met at their path."""
        self._linked: dict[_Identity, str] = {}
        self._missing: dict[int, list[PredictionEntry]] = {}
        for name, entry in ledger.items():
            found = identity(entry.path)
            if found is not None:
                self._linked[found] = name
            elif name not in met:
                self._missing.setdefault(entry.size, []).append(entry)

    def is_linked(self, place: Root) -> bool:
        """Tell whether a file is one that is known, or was asked for before, by another link."""
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
        same_size = [e for e in self._missing.get(file.size, ()) if is_gone(e.path)]
        own = digest(file.place) if same_size else ""
        for entry in same_size:
            if entry.digest == own:
                self._missing[file.size].remove(entry)
                return entry
        return None


def identity(place: Root) -> _Identity | None:
    """Return what tells a local file from all others, None where there is none to be seen."""
    if is_remote(place):
        return None
    with suppress(OSError):
        status = os.stat(local_path(place))  # noqa: PTH116
        return status.st_dev, status.st_ino
    return None
