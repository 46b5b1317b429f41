"""Find prediction files: in the ``predictions/`` of runs, and where a pattern says."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from insight_lib.events.find import Found, Listing, list_files
from insight_lib.events.storage import Root, printable, root_name, stored
from insight_lib.predictions.formats import format_of
from insight_lib.predictions.mapping import Columns, Reading
from insight_lib.predictions.pattern import Pattern
from insight_lib.predictions.run_names import RunNames

FOLDER = "predictions"
HIDDEN = (".", "_")
"""A file whose name starts so is hidden or not finished yet, by the habit of Spark and Hadoop."""


@dataclass(frozen=True)
class Place:
    """Where prediction files are looked for: in the runs of a log root, or by a pattern."""

    where: Root | Pattern
    columns: Columns

    @property
    def root(self) -> Root:
        """The folder below which everything lies."""
        return self.where.root if isinstance(self.where, Pattern) else self.where

    @property
    def text(self) -> str:
        """The log root or pattern as the lake stores it."""
        return self.where.text if isinstance(self.where, Pattern) else stored(self.where)

    @property
    def is_pattern(self) -> bool:
        """Whether a user said where the files are."""
        return isinstance(self.where, Pattern)

    def listing(self) -> Listing:
        """Return the prediction files that are there, each once, in order of path.

        Links are followed as for event files, so that a run has both or neither. Files whose name
        starts with '.' or '_' are hidden or not finished yet and skipped.

        Raises:
            InputError: The root is no directory, or cannot be reached.
        """
        return list_files(self.root, self._is_wanted)

    def found(self, files: Iterable[Found], runs: RunNames) -> Iterator["FoundFile"]:
        """Yield the files with their runs, and how each is read.

        Raises:
            InputError: A path fits a pattern in two ways, or the run in it is not clear.
        """
        for file in files:
            if isinstance(self.where, Pattern):
                says = self.where.match(file.below)
                if says is not None:
                    reading = Reading(self.columns, says.step, says.split)
                    yield FoundFile(file, runs.of(printable(says.run)), reading)
            else:
                yield FoundFile(file, _run_beside(self.root, file.below), Reading(self.columns))

    def _is_wanted(self, below: str) -> bool:
        if not isinstance(self.where, Pattern):
            return is_prediction_file(below)
        return _is_finished(below) and self.where.match(below) is not None


class FoundFile(NamedTuple):
    """A prediction file, its run and how it is read."""

    file: Found
    run_id: str
    reading: Reading


def is_prediction_file(below: str) -> bool:
    """Tell whether a file is one that a run left, by its path relative to the root."""
    # A root that is itself called `predictions` has its run outside, so it is none of ours.
    in_folder = below.rpartition("/")[0].rpartition("/")[2] == FOLDER
    return in_folder and _is_finished(below)


def _is_finished(below: str) -> bool:
    name = below.rpartition("/")[2]
    return format_of(name) is not None and not name.startswith(HIDDEN)


def _run_beside(root: Root, below: str) -> str:
    directory = "/".join(below.split("/")[:-2])
    first = root_name(root)
    return f"{first}/{printable(directory)}" if directory else first
