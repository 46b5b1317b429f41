"""The file ledger: which event files are known, which generation each is, how far it is read."""

import hashlib
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

from insight_lib.files.location import Root, as_root, is_folder, opened
from insight_lib.files.log_root import is_pattern
from insight_lib.lake.contract import contract
from insight_lib.lake.replaced_files import REPLACED
from insight_lib.lake.tables import Lake

HEAD_BYTES = 4096
# The status of a file that was gone or closed when it was to be read.
UNREADABLE = "unreadable"


@dataclass(frozen=True)
class LedgerEntry:
    """One row of ``event_files``; see the table's contract for each field."""

    file_id: str
    generation: int
    path: str
    log_root: str
    run_id: str
    stream: str
    size: int
    modified_ns: int
    read_to: int
    records: int
    quarantined: int
    in_gap: bool
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
    # An older generation is marked in the commit that brings the next.
    newest = lake.read("event_files", where=ds.field("status") != REPLACED)
    return {
        file_name(row["file_id"], row["generation"]): LedgerEntry(**row)
        for row in newest.to_pylist(maps_as_pydicts="strict")
    }


def known_roots(lake: Lake) -> tuple[Root, ...]:
    """Return the log roots from which the lake was filled and that still exist, sorted.

    Raises:
        InputError: The file system of a remote one cannot be reached.
    """
    stated = lake.read("runs", ["log_root"])["log_root"].unique().to_pylist()
    roots = [as_root(root) for root in sorted(stated) if not is_pattern(root)]
    return tuple(root for root in roots if is_folder(root))


def ledger_table(entries: list[LedgerEntry]) -> pa.Table:
    """Return ledger entries as rows of ``event_files``."""
    rows: list[dict[str, Any]] = [
        vars(entry) | {"plugins": list(entry.plugins.items())} for entry in entries
    ]
    return pa.Table.from_pylist(rows, schema=contract("event_files").schema)


def file_id(name: str, generation: int) -> str:
    """Return the id of a generation of a file: its name, with ``@n`` from the second on."""
    return name if generation == 1 else f"{name}@{generation}"


def file_name(identity: str, generation: int) -> str:
    """Return the name of a file without its generation; the inverse of `file_id`."""
    return identity if generation == 1 else identity.removesuffix(f"@{generation}")


def read_head(place: Root) -> bytes:
    """Return the first `HEAD_BYTES` bytes of a file, or all of a shorter one.

    Raises:
        OSError: The file cannot be read.
        InputError: The file system of its URI cannot be reached.
    """
    with opened(place) as file:
        return bytes(file.read(HEAD_BYTES))


def digest(head: bytes) -> str:
    """Return the SHA-256 of some bytes, in hexadecimal digits."""
    return hashlib.sha256(head).hexdigest()
