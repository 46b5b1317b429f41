"""Plan a batch: which bytes of which event files are new. Nothing but file heads is read here.

A known file at a new place keeps the name and the run under which its rows are in the lake
already, whatever its new place would be called.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from insight_lib.events.ingest.ledger import UNREADABLE, LedgerEntry, digest, read_head
from insight_lib.events.ingest.ledger_entries import first_entry, next_generation, seen_again
from insight_lib.events.ingest.moved_files import Missing
from insight_lib.events.ingest.placement import RunPlacement
from insight_lib.files.listing import Found, is_event_file, list_files
from insight_lib.files.location import Root, exists, root_name, stored
from insight_lib.files.log_root import check_one_root, check_same_root
from insight_lib.lake.replaced_files import REPLACED


@dataclass(frozen=True)
class FileRange:
    """The new bytes of a file: ``[entry.read_to, stop)``; ``entry`` is the ledger's row so far."""

    entry: LedgerEntry
    stop: int

    def to_json(self) -> dict[str, Any]:
        """Return the range as it is kept in a batch's plan."""
        return {"entry": vars(self.entry), "stop": self.stop}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "FileRange":
        """Return the range that `to_json` wrote."""
        return cls(LedgerEntry(**stored["entry"]), stored["stop"])


@dataclass(frozen=True)
class EventPlan:
    """What a batch reads, and what was seen while planning it."""

    ranges: tuple[FileRange, ...]
    replaced: tuple[LedgerEntry, ...]
    found: int
    unreadable: tuple[str, ...]


def plan_events(roots: Sequence[Root], ledger: Mapping[str, LedgerEntry]) -> EventPlan:
    """Compare the files below the log roots with the ledger and pin the size of each new span.

    A file of the size and the modification time that the ledger knows is not opened, unless it
    could not be read then. One that shrank, or whose head differs from what the ledger saw, is a
    new generation, read from its start. A closed folder is reported as an unreadable file is.

    Raises:
        InputError: Two log roots would give different files the same name, or a remote one cannot
            be reached.
    """
    planner = _Planner(ledger)
    for root in roots:
        planner.add(root)
    return EventPlan(
        tuple(planner.ranges),
        tuple(planner.replaced),
        planner.found,
        tuple(sorted(planner.unreadable)),
    )


@dataclass
class _Planner:
    """What is planned so far, and the ledger by where its files were."""

    ledger: Mapping[str, LedgerEntry]
    ranges: list[FileRange] = field(default_factory=list)
    replaced: list[LedgerEntry] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    found: int = 0

    def __post_init__(self) -> None:
        self.names = {entry.path: name for name, entry in self.ledger.items()}
        self.met: set[str] = set()

    def add(self, root: Root) -> None:
        """Plan the files below a root."""
        listing = list_files(root, is_event_file)
        self.found += len(listing.files)
        self.unreadable += map(stored, listing.closed)
        known, unknown = self._divide(root, listing.files)
        placement = RunPlacement(
            root,
            {file.below: file.place for file in listing.files},
            self._known_runs(root_name(root), known),
        )
        for file, name in known:
            self._compare(root, file, name)
        missing = Missing(self.ledger, {name for _, name in known})
        for file in unknown:
            self._meet(root, file, placement, missing)

    def _divide(
        self, root: Root, files: Iterable[Found]
    ) -> tuple[list[tuple[Found, str]], list[Found]]:
        """Part the files whose path the ledger knows, each with its name there, from the others."""
        known, unknown = [], []
        for file in files:
            name = self.names.get(stored(file.place))
            if name is None:
                unknown.append(file)
            else:
                check_one_root(root, file.place, name, self.ledger[name].log_root)
                known.append((file, name))
        return known, unknown

    def _known_runs(self, first: str, known: Iterable[tuple[Found, str]]) -> dict[str, str]:
        """Return the run directory by directory of files that lie where they were first seen."""
        runs = {}
        for file, name in known:
            if name == f"{first}/{file.below}":
                run = self.ledger[name].run_id.removeprefix(first).removeprefix("/")
                runs[file.below.rpartition("/")[0]] = run
        return runs

    def _compare(self, root: Root, file: Found, name: str) -> None:
        """Plan what is new in a file that the ledger knows by a name."""
        entry = self.ledger[name]
        here = stored(file.place) == entry.path
        if name in self.met or (here and _is_unchanged(file, entry)):
            return
        self.met.add(name)  # a hard link below another root is the same file
        head = self._head_of(file)
        if head is None:
            return
        if file.size < entry.size or digest(head[: entry.head_bytes]) != entry.head_digest:
            self.replaced.append(replace(entry, status=REPLACED))
            self.ranges.append(FileRange(next_generation(entry, file, root, head, name), file.size))
        elif file.size > entry.size or _is_to_follow(file, entry):
            self.ranges.append(FileRange(seen_again(entry, file, root, head), file.size))

    def _meet(self, root: Root, file: Found, placement: RunPlacement, missing: Missing) -> None:
        """Plan a file at a path that the ledger does not know."""
        head = self._head_of(file)
        if head is None:
            return
        name = placement.file_id(file.below)
        earlier = missing.take(file, head)
        if earlier is None and name in self.ledger:
            check_same_root(file.place, name, self.ledger[name].path)
            earlier = name
        if earlier is not None:
            self._compare(root, file, earlier)
            return
        where = placement.run_and_stream(file.below)
        if where is not None:
            entry = first_entry(file, root, head, name, where)
            self.ranges.append(FileRange(entry, file.size))

    def _head_of(self, file: Found) -> bytes | None:
        try:
            return read_head(file.place)
        except OSError:
            self.unreadable.append(stored(file.place))
            return None


def _is_unchanged(file: Found, entry: LedgerEntry) -> bool:
    """Return whether a file can be skipped; one that could not be read is tried again."""
    same = (file.size, file.modified_ns) == (entry.size, entry.modified_ns)
    return same and entry.status != UNREADABLE


def _is_to_follow(file: Found, entry: LedgerEntry) -> bool:
    """Return whether the ledger must record a file that did not grow: moved or unreadable."""
    moved = stored(file.place) != entry.path and not exists(entry.path)
    return moved or entry.status == UNREADABLE
