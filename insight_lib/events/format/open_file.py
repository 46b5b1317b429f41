"""Ranges of bytes of an event file, and what is said where they cannot be read."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from insight_lib.errors import EventFileError
from insight_lib.events.format.kernels import Bytes
from insight_lib.files.location import opened

OpenFile: TypeAlias = BufferedReader | pa.NativeFile


@contextmanager
def event_file(path: str | Path) -> Iterator[OpenFile]:
    """Open an event file; of a remote one only the ranges that are read are fetched.

    Raises:
        EventFileError: the file cannot be opened, or what the block does with it fails.
        InputError: the file system of its URI cannot be reached.
    """
    try:
        with opened(path) as file:
            yield file
    except (OSError, pa.ArrowException) as error:
        why = getattr(error, "strerror", None) or str(error).partition("\n")[0]
        raise EventFileError(
            f"cannot read the event file {path}: {why}; "
            "make it readable, or take it out of the log root"
        ) from error


def read_at(file: OpenFile, start: int, size: int) -> Bytes:
    """Return up to ``size`` bytes of a file from a byte on, read-only."""
    file.seek(start)
    return np.frombuffer(file.read(size), np.uint8)
