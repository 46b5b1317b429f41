"""Find prediction files: in the ``predictions/`` of runs, and where a pattern says.

In both, ``key=value`` folders say what columns hold; see `insight_lib.predictions.partitions`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from insight_lib.files.listing import Found, Listing, list_files
from insight_lib.files.location import Root, printable, root_name, stored
from insight_lib.predictions.formats.column_mapping import Columns, Reading
from insight_lib.predictions.formats.file_names import format_of
from insight_lib.predictions.partitions import parted, parted_at
from insight_lib.predictions.passed_over import FOLDER, HIDDEN, PassedOver
from insight_lib.predictions.pattern import Pattern
from insight_lib.predictions.run_names import RunNames


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

    def listing(self, passed_over: PassedOver | None = None) -> Listing:
        """Return the prediction files that are there, each once, in order of path.

        What lies next to them and is none is noted in ``passed_over``.

        Links are followed as for event files, so that a run has both or neither. Files whose name
        starts with '.' or '_' are hidden or not finished yet and skipped.

        Raises:
            InputError: The root is no directory, or cannot be reached.
        """
        named = self._is_named if self.is_pattern else None
        return list_files(self.root, (passed_over or PassedOver()).noting(self.is_wanted, named))

    def found(self, files: Iterable[Found], runs: RunNames) -> Iterator["FoundFile"]:
        """Yield the files with their runs, and how each is read.

        Raises:
            InputError: A path fits a pattern in two ways, or the run in it is not clear.
        """
        for file in files:
            if isinstance(self.where, Pattern):
                says = self._says(self.where, file.below)
                if says is not None:
                    yield FoundFile(file, runs.of(printable(says[0])), says[1])
            else:
                reading = Reading(self.columns, keys=parted(file.below).keys)
                yield FoundFile(file, _run_of_neighbour(self.root, file.below), reading)

    def is_wanted(self, below: str) -> bool:
        """Return whether a file is one of the place, by its path relative to the root."""
        if not self.is_pattern:
            return is_prediction_file(below)
        return is_finished(below) and self._is_named(below)

    def _is_named(self, below: str) -> bool:
        return isinstance(self.where, Pattern) and self._says(self.where, below) is not None

    def _says(self, pattern: Pattern, below: str) -> tuple[str, Reading] | None:
        """Return the run that a path names and how its file is read; None if it does not fit.

        Keys that the pattern itself does not spell need no part of it: ``{run}/*.parquet`` finds
        what lies in ``{run}/step=100/``, too.
        """
        named = {*self.columns.names.values(), *(self.columns.slices or ())}
        bare = parted_at(below, {n for n in named if f"{n}=" not in pattern.below})
        says = (pattern.match(bare.path) if bare.keys else None) or pattern.match(below)
        if says is None:
            return None
        told = {name for name, _ in bare.keys}
        step = None if self.columns.step in told else says.step
        split = None if self.columns.split in told else says.split
        return says.run, Reading(self.columns, step, split, bare.keys)


class FoundFile(NamedTuple):
    """A prediction file, its run and how it is read."""

    file: Found
    run_id: str
    reading: Reading


def is_prediction_file(below: str) -> bool:
    """Return whether a file is one that a run left, by its path relative to the root.

    It lies in `FOLDER`, or there in ``key=value`` folders.
    """
    # A root that is itself called `predictions` has its run outside, so it is none of ours.
    in_folder = parted(below).path.rpartition("/")[0].rpartition("/")[2] == FOLDER
    return in_folder and is_finished(below)


def is_finished(below: str) -> bool:
    """Return whether a file is of a known format, and neither hidden nor still written."""
    name = below.rpartition("/")[2]
    return format_of(name) is not None and not name.startswith(HIDDEN)


def _run_of_neighbour(root: Root, below: str) -> str:
    directory = "/".join(parted(below).path.split("/")[:-2])
    first = root_name(root)
    return f"{first}/{printable(directory)}" if directory else first
