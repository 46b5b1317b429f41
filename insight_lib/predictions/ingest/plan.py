"""Plan a batch: which prediction files are new, are not what they were, or are read otherwise.

A file of the size and the modification time that the ledger knows is not opened. A file that a
pattern names is the pattern's, also where it lies in a run of a log root.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from insight_lib.files.location import printable, root_name, stored
from insight_lib.files.log_root import check_same_root
from insight_lib.lake.replaced_files import REPLACED
from insight_lib.predictions.discover import FoundFile, Place
from insight_lib.predictions.formats.column_mapping import Reading
from insight_lib.predictions.ingest.batch_plan import PredictionPlan
from insight_lib.predictions.ingest.ledger import PredictionEntry, digest, first_entry
from insight_lib.predictions.ingest.moved_files import KnownFiles
from insight_lib.predictions.passed_over import PassedOver, remarks_on
from insight_lib.predictions.run_names import RunNames


def plan_predictions(
    places: Sequence[Place], ledger: Mapping[str, PredictionEntry], runs: RunNames
) -> PredictionPlan:
    """Compare the files in some places with the ledger.

    Raises:
        InputError: Two folders would give different files the same name, a remote one cannot be
            reached, or a path does not say clearly which run it means.
    """
    planner = _Planner(ledger)
    unknown = []
    for place in sorted(places, key=lambda place: not place.is_pattern):
        unknown += [(place, found) for found in planner.unknown(place, runs)]
    known = KnownFiles(ledger, planner.met)
    for place, found in unknown:
        planner.meet(place, found, known)
    return PredictionPlan(
        tuple(planner.entries),
        tuple(planner.replaced),
        tuple(planner.followed),
        tuple(sorted(planner.unreadable)),
        planner.remarks(),
    )


@dataclass
class _Planner:
    """What is planned so far, and the ledger by where its files were."""

    ledger: Mapping[str, PredictionEntry]
    entries: list[PredictionEntry] = field(default_factory=list)
    replaced: list[PredictionEntry] = field(default_factory=list)
    followed: list[PredictionEntry] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    met: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.names = {entry.path: name for name, entry in self.ledger.items()}
        self.seen: set[str] = set()
        self.passed_over: list[tuple[Place, PassedOver]] = []
        self.planned: dict[str, str] = {}

    def unknown(self, place: Place, runs: RunNames) -> Iterator[FoundFile]:
        """Plan the files of a place whose path the ledger knows, and yield the others."""
        passed_over = PassedOver()
        self.passed_over.append((place, passed_over))
        listing = place.listing(passed_over)
        if place.is_pattern:  # of a log root, whoever looks for event files says so
            self.unreadable += map(stored, listing.closed)
        for found in place.found(listing.files, runs):
            path = stored(found.file.place)
            if path in self.seen:
                continue
            self.seen.add(path)
            name = self.names.get(path)
            if name is None:
                yield found
            else:
                self.met.add(name)
                with self._noting(found):
                    self._compare(place, found, self.ledger[name])

    def remarks(self) -> tuple[str, ...]:
        """Say what was passed over in all places."""
        said = [
            remark
            for place, seen in self.passed_over
            for remark in remarks_on(place.root, seen, place.columns, self.seen)
        ]
        return tuple(dict.fromkeys(said))

    def meet(self, place: Place, found: FoundFile, known: KnownFiles) -> None:
        """Plan a file at a path that the ledger does not know."""
        if not known.is_linked(found.file.place):
            with self._noting(found):
                self._meet(place, found, known)

    @contextmanager
    def _noting(self, found: FoundFile) -> Iterator[None]:
        """Note a file that cannot be looked at; it is tried again next time."""
        try:
            yield
        except OSError:
            self.unreadable.append(stored(found.file.place))

    def _compare(self, place: Place, found: FoundFile, entry: PredictionEntry) -> None:
        """Plan a known file at its path."""
        owned = entry.log_root == place.text or not place.is_pattern
        if owned:
            # Its run stays, and a log root takes no file from the pattern that named it.
            reading = found.reading if entry.log_root == place.text else _reading(entry)
            found = found._replace(run_id=entry.run_id, reading=reading)
        where = entry.log_root if owned else place.text
        read_alike = (found.run_id, found.reading.to_json()) == (entry.run_id, entry.reading)
        seen_ns = found.file.modified_ns
        same_look = (found.file.size, seen_ns) == (entry.size, entry.modified_ns)
        if not read_alike or not (same_look or _is_same(found, entry)):
            self._read_again(replace(entry.again(found, place), log_root=where), entry)
        elif not same_look or where != entry.log_root:
            self.followed.append(replace(entry, modified_ns=seen_ns, log_root=where))

    def _meet(self, place: Place, found: FoundFile, known: KnownFiles) -> None:
        """Plan a file that is no link to a known one."""
        name = f"{root_name(place.root)}/{printable(found.file.below)}"
        path, seen_ns = stored(found.file.place), found.file.modified_ns
        earlier = known.moved(found.file)
        if earlier is not None and _reading(earlier) == found.reading:
            # Its batch is this one: its run is to be described again.
            moved = replace(earlier, path=path, log_root=place.text, modified_ns=seen_ns, batch=-1)
            self.followed.append(moved)
            return
        taken = self.ledger[name].path if name in self.ledger else self.planned.get(name)
        if earlier is None and taken is not None:
            check_same_root(path, name, taken)
            earlier = self.ledger.get(name)
        if earlier is not None:
            self._read_again(earlier.again(found._replace(run_id=earlier.run_id), place), earlier)
            return
        self.planned[name] = path
        self.entries.append(first_entry(found, place, name))

    def _read_again(self, entry: PredictionEntry, earlier: PredictionEntry) -> None:
        self.entries.append(entry)
        self.replaced.append(replace(earlier, status=REPLACED))


def _reading(entry: PredictionEntry) -> Reading:
    return Reading.from_json(entry.reading)


def _is_same(found: FoundFile, entry: PredictionEntry) -> bool:
    """Return whether a file that was written again holds what it held."""
    return found.file.size == entry.size and digest(found.file.place) == entry.digest
