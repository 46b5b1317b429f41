"""The file ledger: which event files are known, which generation each is, how far it is read."""

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from insight_lib.lake.contract import contract
from insight_lib.lake.tables import Lake

HEAD_BYTES = 4096


@dataclass(frozen=True)
class LedgerEntry:
    """One row of ``event_files``; see the table's contract for each field."""

    file_id: str
    generation: int
    path: str
    run_id: str
    stream: str
    size: int
    read_to: int
    records: int
    quarantined: int
    status: str
    head_digest: str
    head_bytes: int
    plugins: dict[str, str]
    file_version: str | None
    first_wall_time: float | None
    last_wall_time: float | None
    last_step: int | None
    batch: int


def read_ledger(lake: Lake) -> dict[str, LedgerEntry]:
    """Return the newest generation of every known file, by its name without the generation."""
    newest: dict[str, LedgerEntry] = {}
    for row in lake.read("event_files").to_pylist(maps_as_pydicts="strict"):
        entry = LedgerEntry(**row)
        name = file_name(entry.file_id, entry.generation)
        if name not in newest or newest[name].generation < entry.generation:
            newest[name] = entry
    return newest


def known_roots(lake: Lake) -> tuple[Path, ...]:
    """Return the log roots from which the lake was filled and that still exist, sorted."""
    stated = lake.read("runs", ["log_root"])["log_root"].unique().to_pylist()
    return tuple(sorted(root for root in map(Path, stated) if root.is_dir()))


def ledger_table(entries: list[LedgerEntry]) -> pa.Table:
    """Return ledger entries as rows of ``event_files``."""
    rows: list[dict[str, Any]] = [
        asdict(entry) | {"plugins": list(entry.plugins.items())} for entry in entries
    ]
    return pa.Table.from_pylist(rows, schema=contract("event_files").schema)


def file_id(name: str, generation: int) -> str:
    """Return the id of a generation of a file: its name, with ``@n`` from the second on."""
    return name if generation == 1 else f"{name}@{generation}"


def file_name(identity: str, generation: int) -> str:
    """Return the name of a file without its generation; the inverse of `file_id`."""
    return identity if generation == 1 else identity.removesuffix(f"@{generation}")


def head_digest(path: Path, length_bytes: int) -> str:
    """Return the SHA-256 of the first bytes of a file, by which a replaced file is told.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.sha256(file.read(length_bytes)).hexdigest()
