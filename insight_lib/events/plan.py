"""Plan a batch: which bytes of which event files are new. Nothing but file heads is read here."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import permutations
from pathlib import Path
from typing import Any

from insight_lib.errors import InputError
from insight_lib.events.discover import Placement, find_event_files, place
from insight_lib.events.ledger import HEAD_BYTES, LedgerEntry, file_id, head_digest


@dataclass(frozen=True)
class Slice:
    """The new bytes of a file: ``[entry.read_to, stop)``; ``entry`` is the ledger's row so far."""

    entry: LedgerEntry
    stop: int

    def to_json(self) -> dict[str, Any]:
        """Return the slice as it is kept in a batch's plan."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Slice":
        """Return the slice that `to_json` wrote."""
        return cls(LedgerEntry(**stored["entry"]), stored["stop"])


@dataclass(frozen=True)
class EventPlan:
    """What a batch reads, and what was seen while planning it."""

    slices: tuple[Slice, ...]
    replaced: tuple[LedgerEntry, ...]
    found: int
    unreadable: tuple[str, ...]


def plan_events(roots: Sequence[Path], ledger: Mapping[str, LedgerEntry]) -> EventPlan:
    """Compare the files below the log roots with the ledger and pin the size of each new span.

    A file that shrank, or whose head differs from what the ledger saw, is a new generation, read
    from its start.

    Raises:
        InputError: Two log roots would give different files the same name.
    """
    slices: list[Slice] = []
    replaced: list[LedgerEntry] = []
    unreadable: list[str] = []
    found = 0
    names_by_path = {
        entry.path: name for name, entry in ledger.items() if entry.status != "replaced"
    }
    for root in roots:
        files = find_event_files(root)
        found += len(files)
        readable = [path for path in files if os.access(path, os.R_OK)]
        unreadable += map(str, sorted(set(files) - set(readable)))
        for placed in place(root, readable):
            known = ledger.get(placed.file_id)
            _check_one_name(placed, names_by_path.get(str(placed.path)))
            new = _new_span(placed, known)
            if new is not None:
                slices.append(new)
                replaced += _replaced(new, known)
    return EventPlan(tuple(slices), tuple(replaced), found, tuple(unreadable))


def check_roots(roots: Iterable[Path]) -> tuple[Path, ...]:
    """Return the log roots, absolute.

    Raises:
        InputError: A root does not exist or is no folder, or two have the same name, which is the
            first part of their runs' names.
    """
    checked: dict[str, Path] = {}
    for given in roots:
        root = given.expanduser().resolve()
        if not root.is_dir():
            problem = "is no folder" if root.exists() else "does not exist"
            raise InputError(f"the log root {given} {problem}; name a folder that holds runs")
        if checked.setdefault(root.name, root) != root:
            raise InputError(
                f"the log roots {checked[root.name]} and {root} share the name {root.name}, by "
                "which their runs are told apart; rename one of them"
            )
    for outer, inner in permutations(checked.values(), 2):
        if inner.is_relative_to(outer):
            raise InputError(f"the log root {inner} lies inside {outer}; name only one of them")
    return tuple(checked.values())


def _new_span(placed: Placement, known: LedgerEntry | None) -> Slice | None:
    size = placed.path.stat().st_size
    if known is None:
        return Slice(_first_entry(placed, size, generation=1), size)
    _check_same_root(placed, known)
    if size < known.size or head_digest(placed.path, known.head_bytes) != known.head_digest:
        return Slice(_first_entry(placed, size, known.generation + 1), size)
    if size == known.size:
        return None
    # Run and stream stay as they were first seen: rows bear these names already.
    grown = replace(known, path=str(placed.path), size=size, **_head(placed.path, size))
    return Slice(grown, size)


def _first_entry(placed: Placement, size: int, generation: int) -> LedgerEntry:
    return LedgerEntry(
        file_id=file_id(placed.file_id, generation),
        generation=generation,
        path=str(placed.path),
        run_id=placed.run_id,
        stream=placed.stream,
        size=size,
        read_to=0,
        records=0,
        quarantined=0,
        status="waiting",
        plugins={},
        file_version=None,
        first_wall_time=None,
        last_wall_time=None,
        last_step=None,
        batch=-1,
        **_head(placed.path, size),
    )


def _head(path: Path, size: int) -> dict[str, Any]:
    length = min(size, HEAD_BYTES)
    return {"head_digest": head_digest(path, length), "head_bytes": length}


def _check_one_name(placed: Placement, known_name: str | None) -> None:
    if known_name not in (None, placed.file_id):
        raise InputError(
            f"{placed.path} is in the lake already, as {known_name}; name the log root "
            f"that it came from, or use another lake"
        )


def _check_same_root(placed: Placement, known: LedgerEntry) -> None:
    before = Path(known.path)
    if before != placed.path and before.exists() and not before.samefile(placed.path):
        raise InputError(
            f"{placed.path} would be called {placed.file_id}, as {before} already is; "
            "rename one of the two log roots"
        )


def _replaced(new: Slice, known: LedgerEntry | None) -> list[LedgerEntry]:
    if known is None or new.entry.generation == known.generation:
        return []
    return [replace(known, status="replaced")]
