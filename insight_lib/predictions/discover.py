"""Find the prediction files that runs left in ``predictions/`` inside their directories."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from insight_lib.errors import InputError

FOLDER = "predictions"
HIDDEN = (".", "_")
"""A name that starts so is hidden or not finished yet, by the habit of Spark and Hadoop."""


class FoundFile(NamedTuple):
    """A prediction file and the directory of its run, relative to the root; '.' is the root."""

    path: Path
    run_directory: str


def find_prediction_files(root: Path) -> Iterator[FoundFile]:
    """Yield every ``<run>/predictions/*.parquet`` at or below a root, in order of path.

    Hidden and unfinished files and directories (a name that starts with '.' or '_') are skipped,
    and links to directories are not followed.

    Args:
        root: A log root, or the directory of one run.

    Raises:
        InputError: The root is no directory.
    """
    if not root.is_dir():
        raise InputError(f"{root} is no directory; give the folder that holds the runs")
    yield from _below(root, root)


def _below(directory: Path, root: Path) -> Iterator[FoundFile]:
    for entry in sorted(directory.iterdir()):
        if entry.name.startswith(HIDDEN):
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _below(entry, root)
        elif _is_prediction_file(entry, root):
            yield FoundFile(entry, directory.parent.relative_to(root).as_posix())


def _is_prediction_file(entry: Path, root: Path) -> bool:
    # A root that is itself called `predictions` has its run outside, so it is none of ours.
    in_folder = entry.parent.name == FOLDER and entry.parent != root
    return in_folder and entry.suffix == ".parquet" and entry.is_file()
