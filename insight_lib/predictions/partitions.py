"""Folders called ``key=value``, by which Hive, Spark, DuckDB and pandas part a table.

A key stands for a column that all rows of the files below have. As in Spark and DuckDB it takes the
place of a column of the same name within a file. Keys and values may be percent-encoded.
"""

from collections.abc import Collection
from typing import NamedTuple
from urllib.parse import unquote

from insight_lib.predictions.formats.file_names import format_of

NULL = "__HIVE_DEFAULT_PARTITION__"
"""The value that stands for null."""

Keys = tuple[tuple[str, str | None], ...]


class Parted(NamedTuple):
    """A path without the folders that part a table, and what these say."""

    path: str
    keys: Keys


def parted(below: str) -> Parted:
    """Return a file's path without the ``key=value`` folders above it, and their keys.

    A folder named as a file is one that Spark wrote, and is left out too.
    """
    *folders, name = below.split("/")
    stop = len(folders)
    while stop and (_key(folders[stop - 1]) or format_of(folders[stop - 1])):
        stop -= 1
    keys = filter(None, map(_key, folders[stop:]))
    return Parted("/".join([*folders[:stop], name]), tuple(keys))


def parted_at(below: str, names: Collection[str]) -> Parted:
    """Return a file's path without the ``key=value`` folders from the first of some names on.

    Folders before that stay: a run may be called ``lr=0.1``.
    """
    *folders, name = below.split("/")
    first = parted(below).path.count("/")
    while first < len(folders) and (_key(folders[first]) or ("", None))[0] not in names:
        first += 1
    keys = filter(None, map(_key, folders[first:]))
    return Parted("/".join([*folders[:first], name]), tuple(keys))


def _key(folder: str) -> tuple[str, str | None] | None:
    name, mark, value = folder.partition("=")
    if not (name and mark):
        return None
    return unquote(name), None if value == NULL else unquote(value)
