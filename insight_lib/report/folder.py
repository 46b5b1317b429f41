"""A folder that is replaced as a whole, so that nobody reads half a report."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from insight_lib.errors import InputError
from insight_lib.write_errors import refusal

MARKER = ".deepinsight-report"
"""A file that tells a report's folder, which may be replaced, from one that holds other things."""


@contextmanager
def replaced(folder: Path) -> Iterator[Path]:
    """Yield a new empty folder to write to, which replaces ``folder`` when the block ends.

    The new folder lies next to the old one until it is complete; what the old one held is gone
    afterwards. An exception within the block leaves the old folder as it was.

    Args:
        folder: absent, empty, or a report that was written before.

    Yields:
        The folder to write to.

    Raises:
        InputError: ``folder`` holds something else, or cannot be written.
    """
    _refuse_foreign(folder)
    with writing(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        place = tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent)
    with place:
        new = Path(place.name, "new")
        with writing(folder):
            new.mkdir()
            (new / MARKER).touch()
        yield new
        with writing(folder):
            _swap(folder, new, Path(place.name, "old"))


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Name the report's folder in what goes wrong while it is written.

    Raises:
        StorageError: The file system takes nothing more.
        InputError: for every other error of the file system.
    """
    try:
        yield
    except OSError as error:
        message = f"the report cannot be written to {folder}: {error}; choose another folder"
        raise refusal(error, folder) or InputError(message) from error


def _refuse_foreign(folder: Path) -> None:
    if not folder.exists() and not folder.is_symlink():
        return
    if not folder.is_dir():
        message = f"{folder} is not a folder; name a folder that the report may replace"
        raise InputError(message)
    if any(folder.iterdir()) and not (folder / MARKER).is_file():
        message = (
            f"{folder} contains files that are not a report ({MARKER} is missing), and a report "
            "replaces its whole folder; name an empty or a new folder"
        )
        raise InputError(message)


def _swap(folder: Path, new: Path, old: Path) -> None:
    if folder.exists():
        folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
