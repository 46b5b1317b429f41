"""Finding files under a log root: event files, and whatever else a run leaves beside them."""

import os
from collections import deque
from collections.abc import Callable
from pathlib import Path

from insight_lib.errors import InputError

_NAME_PART = "tfevents"  # TensorBoard's rule, io_wrapper.py: IsTensorFlowEventsFile

_Identity = tuple[int, int]  # device and inode


def find_event_files(root: Path) -> list[Path]:
    """All event files under a folder, as `find_files` finds them.

    A file whose name contains ``tfevents`` is one, as for TensorBoard.

    Raises:
        InputError: the root is no folder, or a folder under it cannot be listed.
    """
    return find_files(root, lambda path: _NAME_PART in path.name)


def find_files(root: Path, is_wanted: Callable[[Path], bool]) -> list[Path]:
    """All files under a folder that are wanted, each once, in the order of their paths.

    Symbolic links are followed, also to directories and in circles; a file that several links or
    paths lead to is taken once, by its path without symbolic links if that lies under the root, by
    the first path otherwise. Links that lead nowhere are passed over.

    Raises:
        InputError: the root is no folder, or a folder under it cannot be listed.
    """
    if not root.is_dir():
        raise InputError(f"the log root {root} is no folder: give the folder that holds the runs")
    seen: set[_Identity] = set()
    found: list[Path] = []
    directories = deque([root])
    links: deque[Path] = deque()
    # What lies in the tree itself goes first, so that a link to it changes nothing.
    while directories or links:
        path = directories.popleft() if directories else links.popleft()
        if not _is_new(path, seen):
            continue
        if path.is_dir():
            _list(path, is_wanted, seen, found, (directories, links))
        elif path.is_file():
            found.append(path)
    return sorted(found)


def _list(
    directory: Path,
    is_wanted: Callable[[Path], bool],
    seen: set[_Identity],
    found: list[Path],
    later: tuple[deque[Path], deque[Path]],
) -> None:
    """Sort a directory's entries into files found, directories and links to look at later."""
    directories, links = later
    try:
        with os.scandir(directory) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
    except OSError as error:
        raise InputError(
            f"cannot list the folder {directory}: {error.strerror}; "
            "make it readable, or take it out of the log root"
        ) from error
    for entry in entries:
        path = directory / entry.name
        if entry.is_symlink():
            if path.is_dir() or is_wanted(path):
                links.append(path)
        elif entry.is_dir():
            directories.append(path)
        elif is_wanted(path) and entry.is_file() and _is_new(path, seen):
            found.append(path)


def _is_new(path: Path, seen: set[_Identity]) -> bool:
    """Whether a path leads to something that was not seen yet; remember it."""
    try:
        status = path.stat()
    except OSError:  # a link that leads nowhere, or a file deleted while we looked
        return False
    identity = (status.st_dev, status.st_ino)
    is_new = identity not in seen
    seen.add(identity)
    return is_new
