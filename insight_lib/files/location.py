"""Where log roots and their files lie: in local folders, or behind the URI of a file system.

A local place is a `Path`, any other one the text of its URI, ``<scheme>://<host>/<path>``, whose
path is taken as it stands, without percent escapes. Endpoints and credentials come from the
environment of whoever opens, as each file system documents it: the lake stores URIs.
"""

import functools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import TypeAlias
from urllib.parse import unquote_to_bytes, urlsplit

import pyarrow as pa
from pyarrow import fs

from insight_lib.errors import InputError

Root: TypeAlias = Path | str
"""A log root: a local folder, or a URI without '/' at its end."""

LOCAL_SCHEME = "file://"


def as_root(given: str) -> Root:
    """Return the log root that a user named: a path, a ``file://`` URI or any other URI.

    Raises:
        InputError: The URI holds a password or options.
    """
    if given.startswith(LOCAL_SCHEME):
        return local_path(given)
    if "://" not in given:
        return Path(given)
    parts = urlsplit(given)
    if parts.password is not None or "?" in given:
        raise InputError(
            f"the log root {parts.scheme}://{parts.hostname}{parts.path} is given with a password "
            "or options, which the lake would store; set them in the environment instead, such as "
            "AWS_SECRET_ACCESS_KEY, AWS_REGION and AWS_ENDPOINT_URL for s3"
        )
    return given.rstrip("/")


def is_remote(place: Root) -> bool:
    """Return whether a place is no local one."""
    return isinstance(place, str) and "://" in place and not place.startswith(LOCAL_SCHEME)


def stored(place: Root) -> str:
    """Return a place as the lake stores it; a local name that is no UTF-8 as a ``file://`` URI."""
    text = os.fspath(place)
    return text if _is_unicode(text) else Path(text).as_uri()


def local_path(place: Root) -> Path:
    """Return the path of a local place, also of one that `stored` had to write as a URI."""
    if isinstance(place, str) and place.startswith(LOCAL_SCHEME):
        _, _, path = place.removeprefix(LOCAL_SCHEME).partition("/")
        return Path(os.fsdecode(b"/" + unquote_to_bytes(os.fsencode(path))))
    return Path(place)


def printable(name: str) -> str:
    r"""Return a file's name with bytes that are no UTF-8 as escapes, ``\xff``, as in tags."""
    if _is_unicode(name):
        return name
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def root_name(root: Root) -> str:
    """Return the last part of a log root, the first of the names of its runs."""
    return printable(os.fspath(root).rstrip("/").rpartition("/")[2])


def exists(place: Root) -> bool:
    """Return whether a file or folder is there; a local one that cannot be looked at is not.

    Raises:
        InputError: A remote file system cannot be reached.
    """
    if is_remote(place):
        return bool(_remote_type(place) != fs.FileType.NotFound)
    return os.path.exists(local_path(place))  # noqa: PTH110  # Path.exists may raise


def is_gone(place: Root) -> bool:
    """Return whether a file is gone; a local one that cannot be looked at may still exist.

    Raises:
        InputError: A remote file system cannot be reached.
    """
    if is_remote(place):
        return not exists(place)
    try:
        local_path(place).stat()
    except OSError as error:
        return isinstance(error, FileNotFoundError | NotADirectoryError)
    return False


def is_folder(place: Root) -> bool:
    """Return whether a place is a folder; a local one that cannot be looked at is none.

    Raises:
        InputError: A remote file system cannot be reached.
    """
    if is_remote(place):
        return bool(_remote_type(place) == fs.FileType.Directory)
    return os.path.isdir(local_path(place))  # noqa: PTH112  # Path.is_dir may raise


def size_and_time(place: Root) -> tuple[int, int]:
    """Return a file's size in bytes and when it was written last, as `find.Found` has them.

    Raises:
        InputError: A remote file system cannot be reached.
        OSError: The file is not there, or cannot be looked at.
    """
    if not is_remote(place):
        status = local_path(place).stat()
        return status.st_size, status.st_mtime_ns
    file_system, path = remote(os.fspath(place))
    with reaching(place):
        info = file_system.get_file_info(path)
    if info.type != fs.FileType.File:
        raise FileNotFoundError(f"{place} is not there")
    return info.size, info.mtime_ns or 0


def remote(uri: str) -> tuple[fs.FileSystem, str]:
    """Return the file system of a URI and the path in it.

    Raises:
        InputError: There is no such file system, or it cannot be reached.
    """
    scheme, _, rest = uri.partition("://")
    host, _, path = rest.partition("/")
    file_system, base = _file_system(f"{scheme}://{host}")
    return file_system, f"{base.rstrip('/')}/{path}" if path else base


@contextmanager
def reaching(place: Root) -> Iterator[None]:
    """Turn what a remote file system may say into an `InputError` with the remedy."""
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        raise InputError(
            f"cannot reach {place}: {_first_line(error)}; check the scheme (file, s3, gs, hdfs, "
            "abfs), that the bucket or folder exists, and the credentials and endpoint in the "
            "environment"
        ) from error


@contextmanager
def opened(place: Root) -> Iterator[BufferedReader | pa.NativeFile]:
    """Open a file for reading, anywhere; of a remote one, only what is read is fetched.

    Raises:
        InputError: There is no such file system, or it cannot be reached.
        OSError: The file cannot be opened.
    """
    if is_remote(place):
        file_system, path = remote(os.fspath(place))
        with file_system.open_input_file(path) as file:
            yield file
    else:
        with local_path(place).open("rb") as file:
            yield file


def _remote_type(place: Root) -> fs.FileType:
    file_system, path = remote(os.fspath(place))
    with reaching(place):
        return file_system.get_file_info(path.rstrip("/")).type


@functools.lru_cache
def _file_system(uri: str) -> tuple[fs.FileSystem, str]:
    with reaching(uri):
        file_system, base = fs.FileSystem.from_uri(uri)
    return file_system, base


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
