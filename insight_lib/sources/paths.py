"""The paths that a query names -> the event files to read."""

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pyarrow import fs

from insight_lib.errors import InputError
from insight_lib.files.listing import is_event_file, list_files
from insight_lib.files.location import (
    Root,
    as_root,
    is_remote,
    local_path,
    printable,
    reaching,
    remote,
)


class EventFile(NamedTuple):
    """An event file to read.

    Attributes:
        place: its absolute path or its URI.
        run: its directory relative to the path that was named, '.' for that one itself; relative
            to the part before the first wildcard of a pattern.
        size: its length in bytes.
    """

    place: str
    run: str
    size: int


def event_files(paths: Sequence[str]) -> list[EventFile]:
    """Find the event files that some paths name, each once.

    A path is a file, whatever its name; a folder, of which the event files are taken at any depth;
    a URI of either; or a local pattern (``*``, ``?``, ``[...]``, and ``**`` for any depth) that
    matches either, of which files are taken if they are named as event files are.

    Raises:
        InputError: A path leads nowhere, to no event file or to a folder that is closed.
    """
    found: dict[str, EventFile] = {}
    for path in paths:
        files = list(_named(path))
        if not files:
            raise InputError(
                f"there is no event file at {path}: a file of that kind has 'tfevents' in its "
                "name; name the folder that holds them, or one file by its whole path"
            )
        for file in files:
            found.setdefault(file.place, file)
    return list(found.values())


def _named(path: str) -> Iterator[EventFile]:
    root = as_root(path)
    if is_remote(root):
        yield from _remote(str(root))
        return
    local = Path(os.path.abspath(local_path(root)))  # noqa: PTH100  # links stay as they are named
    if local.exists():
        base = local if local.is_dir() else local.parent
        yield from _below(local, base)
    elif glob.has_magic(str(local)):
        base = _before_wildcards(local)
        for match in sorted(glob.iglob(str(local), recursive=True)):  # noqa: PTH207  # of any depth
            if Path(match).is_dir() or is_event_file(match):
                yield from _below(Path(match), base)
    else:
        raise _absent(path)


def _before_wildcards(pattern: Path) -> Path:
    return next(folder for folder in pattern.parents if not glob.has_magic(str(folder)))


def _below(local: Path, base: Path) -> Iterator[EventFile]:
    """Yield event files in a local folder, or the file itself."""
    if local.is_file():
        run = str(local.parent.relative_to(base))
        yield EventFile(str(local), printable(run), local.stat().st_size)
        return
    yield from _in_folder(local, local.relative_to(base).as_posix())


def _in_folder(folder: Root, run: str) -> Iterator[EventFile]:
    listing = list_files(folder, is_event_file)
    if listing.closed:
        raise InputError(
            f"cannot list the folder {listing.closed[0]}; make it readable, or name folders "
            "without it"
        )
    for file in listing.files:
        own = os.path.normpath(f"{run}/{file.below.rpartition('/')[0]}")
        yield EventFile(file.place, printable(own), file.size)


def _remote(uri: str) -> Iterator[EventFile]:
    file_system, path = remote(uri)
    with reaching(uri):
        info = file_system.get_file_info(path)
    if info.type == fs.FileType.NotFound:
        raise _absent(uri)
    if info.type == fs.FileType.File:
        yield EventFile(uri, ".", info.size)
    else:
        yield from _in_folder(uri, ".")


def _absent(path: str) -> InputError:
    return InputError(
        f"there is nothing at {path}; name a file, a folder, a pattern of local ones, or the URI "
        "of a file or folder"
    )
