"""Find the prediction files that runs left in ``predictions/`` inside their directories."""

from collections.abc import Iterator
from typing import NamedTuple

from insight_lib.events.find import Found, list_files
from insight_lib.events.storage import Root

FOLDER = "predictions"
HIDDEN = (".", "_")
"""A file whose name starts so is hidden or not finished yet, by the habit of Spark and Hadoop."""


class FoundFile(NamedTuple):
    """A prediction file and the directory of its run, relative to the root; '.' is the root."""

    file: Found
    run_directory: str


def find_prediction_files(root: Root) -> Iterator[FoundFile]:
    """Yield every ``<run>/predictions/*.parquet`` at or below a root, in order of path.

    Links are followed as for event files, so that a run has both or neither. Files whose name
    starts with '.' or '_' are hidden or not finished yet and skipped. Folders that may not be
    entered are skipped, too: whoever looks for event files says so.

    Args:
        root: A log root, or the directory of one run.

    Raises:
        InputError: The root is no directory, or cannot be reached.
    """
    for file in list_files(root, is_prediction_file).files:
        run_directory = "/".join(file.below.split("/")[:-2])
        yield FoundFile(file, run_directory or ".")


def is_prediction_file(below: str) -> bool:
    """Tell whether a file is one of predictions by its path relative to the root."""
    # A root that is itself called `predictions` has its run outside, so it is none of ours.
    folder, _, name = below.rpartition("/")
    in_folder = folder.rpartition("/")[2] == FOLDER
    return in_folder and name.endswith(".parquet") and not name.startswith(HIDDEN)
