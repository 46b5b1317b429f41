"""The ledger of prediction files: which are known, and which were replaced since."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import pyarrow as pa

from insight_lib.events.storage import Root, opened, printable, root_name, stored
from insight_lib.lake.contract import contract
from insight_lib.lake.tables import Lake
from insight_lib.predictions.discover import find_prediction_files

TAIL_BYTES = 4096


@dataclass(frozen=True)
class PredictionEntry:
    """One row of ``prediction_files``; see the table's contract for each field."""

    file_id: str
    generation: int
    path: str
    log_root: str
    run_id: str
    size: int
    rows: int
    quarantined: int
    status: str
    tail_digest: str
    batch: int


def read_ledger(lake: Lake) -> dict[str, PredictionEntry]:
    """Return the newest generation of every known file, by its name without the generation."""
    newest: dict[str, PredictionEntry] = {}
    for row in lake.read("prediction_files").to_pylist():
        entry = PredictionEntry(**row)
        name = entry.file_id.removesuffix(f"@{entry.generation}")
        if name not in newest or newest[name].generation < entry.generation:
            newest[name] = entry
    return newest


def ledger_table(entries: Sequence[PredictionEntry]) -> pa.Table:
    """Return ledger entries as rows of ``prediction_files``."""
    return pa.Table.from_pylist(
        [asdict(entry) for entry in entries], schema=contract("prediction_files").schema
    )


def new_files(root: Root, ledger: dict[str, PredictionEntry]) -> list[PredictionEntry]:
    """Return an entry, not read yet, for each file that is unknown or is not what it was.

    Raises:
        InputError: The root is no directory, or cannot be reached.
    """
    found = []
    first = root_name(root)
    for file, run_directory in find_prediction_files(root):
        try:
            size, digest = _fingerprint(file.place)
        except OSError:
            # Left for the night on which it can be read; the ledger does not know it yet.
            continue
        run_id = first if run_directory == "." else f"{first}/{printable(run_directory)}"
        name = f"{first}/{printable(file.below)}"
        known = ledger.get(name)
        if known is not None and (known.size, known.tail_digest) == (size, digest):
            continue
        generation = 1 if known is None else known.generation + 1
        file_id = name if generation == 1 else f"{name}@{generation}"
        found.append(
            PredictionEntry(
                file_id=file_id,
                generation=generation,
                path=stored(file.place),
                log_root=stored(root),
                run_id=run_id,
                size=size,
                rows=0,
                quarantined=0,
                status="complete",
                tail_digest=digest,
                batch=-1,
            )
        )
    return found


def _fingerprint(place: Root) -> tuple[int, str]:
    with opened(place) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - TAIL_BYTES, 0))
        return size, hashlib.sha256(file.read()).hexdigest()
