"""Placing event files: which run wrote each, and in which of its streams.

A directory with event files is a run, unless it is one of the directories that writers split a run
into. Those are streams of the directory above:

* a directory named for a phase of training (`PHASES`), as Keras and Estimator write;
* a directory ``<main tag>_<sub tag>`` whose files hold the main tag only, beneath a directory with
  event files of its own: one line of ``SummaryWriter.add_scalars`` in PyTorch and tensorboardX.
  PyTorch writes '/' in the main tag as '_', tensorboardX as it is.

Directories of hyper-parameter trials are runs of their own: their files hold several tags.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from insight_lib.errors import EventFileError
from insight_lib.events.find import find_event_files
from insight_lib.events.read import read_span

__all__ = ["Placement", "find_event_files", "place"]

PHASES = re.compile(r"train|training|validation|val|valid|eval|eval_.*|test|testing", re.IGNORECASE)
"""Names of directories that hold one phase of a run. Keras: train, validation; Estimator: eval,
eval_<name>; the others are names that hand-written loops use."""

HEAD_BYTES = 64 * 1024
"""How much of a file is looked at to tell what wrote it."""


@dataclass(frozen=True)
class Placement:
    """An event file in its place.

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


def place(root: Path, files: Iterable[Path]) -> list[Placement]:
    """Place event files in runs and streams.

    Args:
        root: the log root; its name is the first part of all identifiers.
        files: all the event files that `find_event_files` found under the root: which directories
            hold files decides what is a stream of what.
    """
    by_directory: dict[PurePosixPath, list[Path]] = defaultdict(list)
    for file in files:
        by_directory[PurePosixPath(file.relative_to(root).as_posix()).parent].append(file)
    placed: list[Placement] = []
    for directory, members in by_directory.items():
        run = _run_of(directory, by_directory)
        run_id = str(PurePosixPath(root.name) / run)
        stream = str(directory.relative_to(run))
        placed += [
            Placement(file, str(PurePosixPath(root.name) / directory / file.name), run_id, stream)
            for file in members
        ]
    return placed


def _run_of(
    directory: PurePosixPath, by_directory: Mapping[PurePosixPath, list[Path]]
) -> PurePosixPath:
    """Directory of the run that a directory with event files belongs to."""
    while directory != PurePosixPath():
        above = directory.parent
        if not PHASES.fullmatch(directory.name):
            writer = _sub_writer_of(directory, by_directory)
            if writer is None:
                break
            above = writer
        directory = above
    return directory


def _sub_writer_of(
    directory: PurePosixPath, by_directory: Mapping[PurePosixPath, list[Path]]
) -> PurePosixPath | None:
    """The directory whose ``add_scalars`` wrote a directory, None where none did."""
    above = [parent for parent in directory.parents if parent in by_directory]
    if "_" not in str(directory) or not above or directory not in by_directory:
        return None
    tags = {tag for file in by_directory[directory] for tag in head_tags(file)}
    if len(tags) != 1:
        return None
    tag = tags.pop()
    prefixes = (f"{tag.replace('/', '_')}_", f"{tag}_")
    for parent in above:
        if str(directory.relative_to(parent)).startswith(prefixes):
            return parent
    return None


def head_tags(path: Path) -> set[str]:
    """Tags of the values in the first 64 KiB of an event file; none where it cannot be read."""
    try:
        decoded = next(read_span(path, 0, HEAD_BYTES, {}, HEAD_BYTES), None)
    except EventFileError:  # whoever reads the file will say so; it decides nothing here
        decoded = None
    if decoded is None:
        return set()
    tables = (decoded.scalars, decoded.histograms, decoded.artifacts)
    return {tag for table in tables for tag in table["tag"].unique().to_pylist()} - {""}
