"""Find the prediction files that runs left in ``predictions/`` inside their directories."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from insight_lib.events.find import find_files

FOLDER = "predictions"
HIDDEN = (".", "_")
"""A file whose name starts so is hidden or not finished yet, by the habit of Spark and Hadoop."""


class FoundFile(NamedTuple):
    """A prediction file and the directory of its run, relative to the root; '.' is the root."""

    path: Path
    run_directory: str


def find_prediction_files(root: Path) -> Iterator[FoundFile]:
    """Yield every ``<run>/predictions/*.parquet`` at or below a root, in order of path.

    Links are followed as for event files, so that a run has both or neither. Files whose name
    starts with '.' or '_' are hidden or not finished yet and skipped.

    Args:
        root: A log root, or the directory of one run.

    Raises:
        InputError: The root is no directory, or a directory below it cannot be listed.
    """
    for path in find_files(root, lambda file: _is_prediction_file(file, root)):
        yield FoundFile(path, path.parent.parent.relative_to(root).as_posix())


def _is_prediction_file(path: Path, root: Path) -> bool:
    # A root that is itself called `predictions` has its run outside, so it is none of ours.
    in_folder = path.parent.name == FOLDER and path.parent != root
    return in_folder and path.suffix == ".parquet" and not path.name.startswith(HIDDEN)
