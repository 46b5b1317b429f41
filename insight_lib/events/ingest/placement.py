"""Placing event files: which run wrote each, and in which of its streams.

A directory with event files is a run, unless it is one of the directories that writers split a run
into. Those are streams of the directory above:

* a directory named for a phase of training (`PHASES`), as Keras and Estimator write;
* a directory ``<main tag>_<sub tag>`` (PyTorch, which writes '/' in the main tag as '_' there) or
  ``<main tag>/<sub tag>`` (tensorboardX) whose files hold the main tag only, beneath a directory
  that has event files itself: one line of ``SummaryWriter.add_scalars``. tensorboardX, and PyTorch
  for long, write what is no letter, digit or any of ``-_./`` in a tag as '_', but not in the name.

Directories of hyper-parameter trials are separate runs: their files hold several tags.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from insight_lib.events.ingest.file_heads import head_tags
from insight_lib.files.location import Root, printable, root_name

PHASES = re.compile(r"train|training|validation|val|valid|eval|eval_.*|test|testing", re.IGNORECASE)
"""Names of directories that hold one phase of a run. Keras: train, validation; Estimator: eval,
eval_<name>; the others are names that hand-written loops use."""

_NOT_IN_TAGS = re.compile(r"[^-/\w.]")  # _clean_tag of tensorboardX/summary.py


@dataclass(frozen=True)
class PlacedFile:
    """An event file with its run and stream.

    Attributes:
        path: where it is.
        file_id: ``<root name>/<path relative to the root>``.
        run_id: ``<root name>/<directory of the run, relative to the root>``; the root's name alone
            where the root itself is the run.
        stream: directory of the file relative to that of the run, '.' for the run's own.
    """

    path: Path
    file_id: str
    run_id: str
    stream: str


class RunPlacement:
    """The runs and streams of the event files of one log root.

    Directories that are known keep the run they have; of the others, those that may be a line of
    ``add_scalars`` have their files' heads read. A line whose writer has just begun and written no
    value yet cannot be distinguished from a run: its files wait for up to
    `insight_lib.events.ingest.file_heads.LINE_WAIT_S`.
    """

    def __init__(
        self, root: Root, files: Mapping[str, Root], known: Mapping[str, str] | None = None
    ) -> None:
        """Take all event files below a root.

        Args:
            root: the log root; its name is the first part of all identifiers.
            files: where each file is, by its path relative to the root: which directories hold
                files decides what is a stream of what.
            known: relative directory of the run of each relative directory that has one already,
                '.' for the root.
        """
        self.name = root_name(root)
        self._files: dict[PurePosixPath, list[Root]] = defaultdict(list)
        for below, place in files.items():
            self._files[PurePosixPath(below).parent].append(place)
        self._runs: dict[PurePosixPath, PurePosixPath | None] = {
            PurePosixPath(directory): PurePosixPath(run) for directory, run in (known or {}).items()
        }

    def file_id(self, below: str) -> str:
        """Return the name of a file, given its path relative to the root."""
        return f"{self.name}/{printable(below)}"

    def run_and_stream(self, below: str) -> tuple[str, str] | None:
        """Return the run and the stream of a file, None if its place is not known yet."""
        directory = PurePosixPath(below).parent
        run = self._run_of(directory)
        if run is None:
            return None
        run_id = str(PurePosixPath(self.name) / printable(str(run)))
        return run_id, printable(str(directory.relative_to(run)))

    def _run_of(self, directory: PurePosixPath) -> PurePosixPath | None:
        """Return the run directory of a directory with event files; None if it is not clear."""
        if directory not in self._runs:
            self._runs[directory] = self._find_run_of(directory)
        return self._runs[directory]

    def _find_run_of(self, directory: PurePosixPath) -> PurePosixPath | None:
        if directory == PurePosixPath():
            return directory
        is_phase = PHASES.fullmatch(directory.name)
        above = [parent for parent in directory.parents if parent in self._files]
        # `train` may also be the sub tag of a line, but hardly where its parent has files.
        if above and directory in self._files and not (is_phase and above[0] == directory.parent):
            tags = self._tags(directory)
            if tags is None:
                return None
            writer = _writer_of(directory, tags, above)
            if writer is not None:
                return self._run_of(writer)
        return self._run_of(directory.parent) if is_phase else directory

    def _tags(self, directory: PurePosixPath) -> set[str] | None:
        """Return the tags in the heads of a directory's files.

        None while the first may still come.
        """
        heads = [head_tags(place) for place in self._files[directory]]
        tags = {tag for head in heads if head is not None for tag in head}
        return None if not tags and None in heads else tags


def place_files(root: Path, files: Iterable[Path]) -> list[PlacedFile]:
    """Place event files of a local folder in runs and streams.

    Files whose place is not known yet hold no value either and are left out.

    Args:
        root: the log root; its name is the first part of all identifiers.
        files: all the event files that `list_files` found under the root.
    """
    by_name: dict[str, Root] = {file.relative_to(root).as_posix(): file for file in files}
    placement = RunPlacement(root, by_name)
    placed = ((below, file, placement.run_and_stream(below)) for below, file in by_name.items())
    return [
        PlacedFile(Path(file), placement.file_id(below), *where)
        for below, file, where in placed
        if where is not None
    ]


def _writer_of(
    directory: PurePosixPath, tags: set[str], above: Iterable[PurePosixPath]
) -> PurePosixPath | None:
    """Return the directory whose ``add_scalars`` wrote a directory, None where none did."""
    if len(tags) != 1:
        return None
    [tag] = tags
    main = _as_tag(tag)
    prefixes = (f"{main.replace('/', '_')}_", f"{main}_", f"{main}/")
    for parent in above:
        if _as_tag(str(directory.relative_to(parent))).startswith(prefixes):
            return parent
    return None


def _as_tag(name: str) -> str:
    """Return the name as tensorboardX makes a tag of it."""
    return _NOT_IN_TAGS.sub("_", name).lstrip("/")
