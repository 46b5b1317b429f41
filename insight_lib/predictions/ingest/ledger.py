"""The ledger of prediction files: which are known, as what they were read, and from where."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

import pyarrow as pa
import pyarrow.dataset as ds

from insight_lib.events.ingest.ledger import file_id, file_name
from insight_lib.files.location import Root, opened, stored
from insight_lib.lake.contract import contract
from insight_lib.lake.replaced_files import REPLACED
from insight_lib.lake.tables import Lake
from insight_lib.predictions.discover import FoundFile, Place
from insight_lib.predictions.formats.column_mapping import Columns, Reading

BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class PredictionEntry:
    """One row of ``prediction_files``; see the table's contract for each field."""

    file_id: str
    generation: int
    path: str
    log_root: str
    run_id: str
    size: int
    modified_ns: int
    digest: str
    reading: str
    rows: int
    quarantined: int
    status: str
    batch: int
    read_in: int

    @property
    def name(self) -> str:
        """The file's name without its generation."""
        return file_name(self.file_id, self.generation)

    def again(self, found: FoundFile, place: Place) -> "PredictionEntry":
        """Return the next generation of the file: what took its place, or is read otherwise."""
        generation = self.generation + 1
        first = first_entry(found, place, self.name)
        return replace(first, generation=generation, file_id=file_id(self.name, generation))


def first_entry(found: FoundFile, place: Place, name: str) -> PredictionEntry:
    """Return the entry of a file that is new, before anything of it is read."""
    return PredictionEntry(
        file_id=name,
        generation=1,
        path=stored(found.file.place),
        log_root=place.text,
        run_id=found.run_id,
        size=found.file.size,
        modified_ns=found.file.modified_ns,
        digest="",
        reading=found.reading.to_json(),
        rows=0,
        quarantined=0,
        status="complete",
        batch=-1,
        read_in=-1,
    )


def read_ledger(lake: Lake) -> dict[str, PredictionEntry]:
    """Return the newest generation of every known file, by its name without the generation."""
    newest = lake.read("prediction_files", where=ds.field("status") != REPLACED)
    entries = [PredictionEntry(**row) for row in newest.to_pylist()]
    return {entry.name: entry for entry in entries}


def ledger_table(entries: Iterable[PredictionEntry]) -> pa.Table:
    """Return ledger entries as rows of ``prediction_files``."""
    return pa.Table.from_pylist(
        [asdict(entry) for entry in entries], schema=contract("prediction_files").schema
    )


def remembered_columns(ledger: Iterable[PredictionEntry]) -> dict[str, Columns]:
    """Return what the files of each log root and pattern were last said to call their columns."""
    newest: dict[str, PredictionEntry] = {}
    for entry in ledger:
        if entry.log_root not in newest or newest[entry.log_root].batch < entry.batch:
            newest[entry.log_root] = entry
    return {where: Reading.from_json(e.reading).columns for where, e in newest.items()}


def digest(place: Root) -> str:
    """Return the SHA-256 of a whole file, in hexadecimal digits.

    Raises:
        OSError: The file cannot be read.
        InputError: The file system of its URI cannot be reached.
    """
    found = hashlib.sha256()
    with opened(place) as file:
        while block := file.read(BLOCK_BYTES):
            found.update(block)
    return found.hexdigest()
