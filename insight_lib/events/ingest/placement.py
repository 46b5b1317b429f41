"""Placing event files: which run wrote each, and in which of its streams.

A directory with event files is a run, unless it is one of the directories that writers split a run
into. Those are streams of the directory above:

* a directory named for a phase of training, where more than its name says so (`phase_folders`);
* a directory ``<main tag>_<sub tag>`` (PyTorch, which writes '/' in the main tag as '_' there) or
  ``<main tag>/<sub tag>`` (tensorboardX) whose files hold the main tag only, beneath a directory
  that has event files itself, or next to another such directory of the same process: one line of
  ``SummaryWriter.add_scalars``. tensorboardX, and PyTorch
  for long, write what is no letter, digit or any of ``-_./`` in a tag as '_', but not in the name;
* the directory that ``add_hparams`` makes for a trial, named by the moment, where the directory
  above holds values itself: its hyper-parameters and metrics are that run's.

Other directories of hyper-parameter trials are separate runs: their files hold several tags. So are
the trials of a directory whose own file holds nothing, as a loop over ``add_hparams`` leaves it.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from insight_lib.events.ingest.file_heads import Head, deep_head, file_head, together
from insight_lib.events.ingest.phase_folders import (
    holds_the_same,
    is_of_other_phase,
    is_phase,
    tells_phase,
    trains,
)
from insight_lib.files.location import Root, printable, root_name

_NOT_IN_TAGS = re.compile(r"[^-/\w.]")  # _clean_tag of tensorboardX/summary.py

TRIAL_NAME = re.compile(r"\d{9,}\.\d+")
"""The name of a trial's directory: the moment at which ``add_hparams`` makes it."""

_OF_PROCESS = re.compile(r"events\.out\.tfevents\.\d+\.(?P<process>.+\.\d+)\.\d+(?:\..*)?")
"""The name of an event file by TensorBoard's writer: the moment, host, process and a number."""

_MOST_NEIGHBOURS = 8
"""Directories next to another whose heads are read for its series."""


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

    Directories that are known keep the run they have, whatever came next to them since; of the
    others, those that may be a stream have their files' heads read. A directory whose writer has
    just begun and written no value yet cannot be distinguished from a run: its files wait for up to
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
        self._process: dict[PurePosixPath, str] = {}
        for below, place in files.items():
            path = PurePosixPath(below)
            self._files[path.parent].append(place)
            if named := _OF_PROCESS.fullmatch(path.name):
                self._process[path.parent] = named["process"]
        self._below: dict[PurePosixPath, list[PurePosixPath]] = defaultdict(list)
        self._of_process: dict[tuple[PurePosixPath, str], list[PurePosixPath]] = defaultdict(list)
        for directory in self._files:
            self._below[directory.parent].append(directory)
            if directory in self._process:
                self._of_process[directory.parent, self._process[directory]].append(directory)
        self._known = {PurePosixPath(at): PurePosixPath(run) for at, run in (known or {}).items()}
        self._runs: dict[PurePosixPath, PurePosixPath | None] = {**self._known}
        self._heads: dict[PurePosixPath, Head | None] = {}

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
        if directory == PurePosixPath() or directory not in self._files:
            return directory
        above = [parent for parent in directory.parents if parent in self._files]
        if not above and not is_phase(directory.name):
            return directory.parent if self._is_line_of_bare(directory) else directory
        head = self._head(directory)
        if head is None:
            return None
        writer = self._writer_of(directory, head, above)
        return directory if writer is None else self._run_of(writer)

    def _is_line_of_bare(self, directory: PurePosixPath) -> bool:
        """Return whether ``add_scalars`` wrote a directory, though its parent's own file is gone.

        Who publishes logs may leave the empty file out. Another directory next to it is a line too
        then, and of the same process.
        """
        process = self._process.get(directory, "")
        together = self._of_process.get((directory.parent, process), [directory])
        others = [at for at in together[:_MOST_NEIGHBOURS] if at != directory]
        return bool(others) and self._is_line(directory) and any(map(self._is_line, others))

    def _is_line(self, directory: PurePosixPath) -> bool:
        head = self._head(directory)
        return head is not None and _line_of(directory, head.tags, [directory.parent]) is not None

    def _writer_of(
        self, directory: PurePosixPath, head: Head, above: Sequence[PurePosixPath]
    ) -> PurePosixPath | None:
        """Return the directory of which another is a stream; None where it is a run."""
        below_files = above[:1] == [directory.parent]
        # `train` may also be the sub tag of a line, but hardly where its parent has files.
        if not (is_phase(directory.name) and below_files):
            line_of = _line_of(directory, head.tags, above)
            if line_of is not None:
                return line_of
        if is_phase(directory.name):
            is_stream = self._is_phase_of_run(directory, head, below_files=below_files)
        else:
            is_trial = below_files and TRIAL_NAME.fullmatch(directory.name) is not None
            is_stream = is_trial and self._holds_values(directory.parent)
        return directory.parent if is_stream else None

    def _is_phase_of_run(self, directory: PurePosixPath, head: Head, *, below_files: bool) -> bool:
        """Return whether a directory with the name of a phase is a stream of its parent."""
        head = self._with_scalars(directory, head)
        if is_of_other_phase(directory.name, head):
            return False
        if below_files:
            return True
        others = [at for at in self._below[directory.parent] if at != directory]
        phases = [at for at in others if is_phase(at.name)]
        known = [at for at in phases if at in self._known]
        if known:
            return any(self._known[at] != at for at in known)
        if any(self._goes_with(head, at) for at in phases):
            return True
        is_alone = trains(directory.name) and not tells_phase(head)
        return is_alone and not self._is_among_equals(directory, head, others)

    def _goes_with(self, head: Head, directory: PurePosixPath) -> bool:
        """Return whether a directory may hold another phase of what a head begins."""
        other = self._head(directory)
        if other is None:
            return True
        other = self._with_scalars(directory, other)
        return not is_of_other_phase(directory.name, other) and holds_the_same(head, other)

    def _is_among_equals(
        self, directory: PurePosixPath, head: Head, others: Iterable[PurePosixPath]
    ) -> bool:
        """Return whether a directory of no phase's name, next to another, holds the same series."""
        names = (at for at in others if not is_phase(at.name) and not TRIAL_NAME.fullmatch(at.name))
        nearest = sorted(names, key=lambda at: (not at.name.startswith(directory.name), at.name))
        heads = map(self._head, nearest[:_MOST_NEIGHBOURS])
        return any(other and not head.scalars.isdisjoint(other.scalars) for other in heads)

    def _head(self, directory: PurePosixPath) -> Head | None:
        """Return what the heads of a directory's files hold; None while the first may come."""
        if directory not in self._heads:
            heads = [file_head(place) for place in self._files[directory]]
            found = together(head for head in heads if head is not None)
            self._heads[directory] = None if not found.tags and None in heads else found
        return self._heads[directory]

    def _holds_values(self, directory: PurePosixPath) -> bool:
        head = self._head(directory)
        return head is not None and bool(self._with_scalars(directory, head).tags)

    def _with_scalars(self, directory: PurePosixPath, head: Head) -> Head:
        """Return the head up to the first scalars, where a graph or pictures come before them."""
        if not head.scalars:
            head = together(map(deep_head, self._files[directory]))
            self._heads[directory] = head
        return head


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


def _line_of(
    directory: PurePosixPath, tags: Collection[str], above: Iterable[PurePosixPath]
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
