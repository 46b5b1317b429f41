"""Finding files under a log root: event files, and whatever else a run leaves next to them."""

import os
import stat
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from pyarrow import fs

from insight_lib.errors import InputError
from insight_lib.files.location import Root, is_remote, reaching, remote

_NAME_PART = "tfevents"  # TensorBoard's rule, io_wrapper.py: IsTensorFlowEventsFile

_Identity = tuple[int, int]  # device and inode


class Found(NamedTuple):
    """A file below a log root.

    Attributes:
        place: its path or URI.
        below: its path relative to the root.
        size: its length in bytes.
        modified_ns: when it was written last, since the Unix epoch; 0 where that is not known.
    """

    place: str
    below: str
    size: int
    modified_ns: int


@dataclass
class Listing:
    """What lies below a root: the files, in the order of their paths, and closed folders."""

    files: list[Found] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)


def is_event_file(below: str) -> bool:
    """Return whether a file is an event file by its path: its name contains ``tfevents``."""
    return _NAME_PART in below.rpartition("/")[2]


def no_event_file(place: str, closed: Sequence[str]) -> str:
    """Say that no event file is below a place, and what to do."""
    if closed:
        return (
            f"no event file was found below {place}, where {', '.join(closed)} cannot be opened; "
            "make it readable"
        )
    return (
        f"there is no event file below {place}: no file there has tfevents in its name; "
        "name the log_dir of a run, or a folder that contains runs"
    )


def list_files(root: Root, is_wanted: Callable[[str], bool]) -> Listing:
    """Return all files under a log root that are wanted, each once, in the order of their paths.

    In local folders symbolic links are followed, also to directories and in circles; a file that
    several links or paths lead to is taken once, by its path without symbolic links if that lies
    under the root, by the first path otherwise. Links that lead nowhere are passed over. A folder
    that may not be listed or entered is passed over and named among ``closed``.

    Args:
        root: the log root.
        is_wanted: says of a path relative to the root whether the file there is wanted.

    Raises:
        InputError: the root is not a folder, or its file system cannot be reached.
    """
    listing = _list_remote(str(root), is_wanted) if is_remote(root) else _Walk(is_wanted).over(root)
    # Part by part, as paths compare.
    listing.files.sort(key=lambda found: found.below.split("/"))
    return listing


def _list_remote(root: str, is_wanted: Callable[[str], bool]) -> Listing:
    file_system, base = remote(root)
    with reaching(root):
        infos = file_system.get_file_info(fs.FileSelector(base, recursive=True))
    start = len(base.rstrip("/")) + 1
    return Listing(
        [
            Found(f"{root}/{info.path[start:]}", info.path[start:], info.size, info.mtime_ns or 0)
            for info in infos
            if info.type == fs.FileType.File and is_wanted(info.path[start:])
        ]
    )


class _Walk:
    """One walk over a local folder. Paths are texts: a `Path` for each entry costs too much."""

    def __init__(self, is_wanted: Callable[[str], bool]) -> None:
        self.is_wanted = is_wanted
        self.seen: set[_Identity] = set()
        self.listing = Listing()
        self.directories: deque[str] = deque()
        self.links: deque[str] = deque()

    def over(self, root: Root) -> Listing:
        """List everything below a root."""
        if not os.path.isdir(root):  # noqa: PTH112  # Path.is_dir raises in a closed folder
            raise InputError(
                f"the log root {root} is not a folder: give the folder that contains the runs"
            )
        self.start = len(os.fspath(root).rstrip("/")) + 1
        self.directories.append(os.fspath(root).rstrip("/") or "/")
        # What lies in the tree itself goes first, so that a link to it changes nothing.
        while self.directories or self.links:
            self._visit((self.directories or self.links).popleft())
        return self.listing

    def _visit(self, path: str) -> None:
        try:
            status = os.stat(path)  # noqa: PTH116
        except OSError:  # a link that leads nowhere, or what was deleted while we looked
            return
        if stat.S_ISREG(status.st_mode):
            self._take(path, status)
        elif stat.S_ISDIR(status.st_mode) and self._is_new(status):
            self._list(path)

    def _list(self, directory: str) -> None:
        """Sort a directory's entries into files found, directories and links to look at later."""
        try:
            with os.scandir(directory) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
            for entry in entries:
                with suppress(FileNotFoundError):  # deleted while we looked
                    self._sort_in(entry, f"{directory.rstrip('/')}/{entry.name}")
        except FileNotFoundError:
            return
        except OSError:
            self.listing.closed.append(directory)

    def _sort_in(self, entry: os.DirEntry[str], path: str) -> None:
        if entry.is_symlink():
            # Not the entry's own is_dir, which raises where a link leads to itself.
            if os.path.isdir(path) or self.is_wanted(path[self.start :]):  # noqa: PTH112
                self.links.append(path)
        elif entry.is_dir():
            self.directories.append(path)
        elif self.is_wanted(path[self.start :]) and entry.is_file():
            self._take(path, entry.stat())

    def _take(self, path: str, status: os.stat_result) -> None:
        if self._is_new(status):
            below = path[self.start :]
            self.listing.files.append(Found(path, below, status.st_size, status.st_mtime_ns))

    def _is_new(self, status: os.stat_result) -> bool:
        identity = (status.st_dev, status.st_ino)
        is_new = identity not in self.seen
        self.seen.add(identity)
        return is_new
