"""Where the rows go: to standard output, or to a file that is there whole or not at all."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from insight_lib.errors import InputError
from insight_lib.write_errors import refusal

_FORMATS = {".csv": "csv", ".json": "json", ".parquet": "parquet", ".md": "markdown"}


def format_of(path: Path | None) -> str:
    """Return the format that a file's ending says, else the table for people."""
    return "table" if path is None else _FORMATS.get(path.suffix.lower(), "table")


def write_to(path: Path | None, parts: Iterable[bytes], lake: Path | None) -> None:
    """Write to standard output as the parts come, or to a file.

    Args:
        path: The file; None is standard output.
        parts: What to write.
        lake: In whose folder no file may be written.

    Raises:
        InputError: The file would lie in the lake, or its folder is absent.
        StorageError: The file system refuses it; a former file is kept.
    """
    if path is None:
        sys.stdout.flush()
        for part in parts:
            sys.stdout.buffer.write(part)
        return
    _check_place(path, lake)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            file.writelines(parts)
        partial.replace(path)
    except OSError as error:
        raise refusal(error, path) or error from error
    finally:
        partial.unlink(missing_ok=True)


def _check_place(path: Path, lake: Path | None) -> None:
    folder = path.resolve().parent
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder} for --out {path}; make it, or name another")
    if path.is_dir():
        raise InputError(f"--out {path} is a folder; name a file")
    if lake is not None and folder.is_relative_to(lake.expanduser().resolve()):
        raise InputError(f"--out {path} lies in the lake, which is only read; name another place")
