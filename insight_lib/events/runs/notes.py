"""Whose runs and experiments are, and what people note about them, kept in ``notes``."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from insight_lib.errors import InputError
from insight_lib.lake.contract import contract
from insight_lib.lake.known_runs import check_experiment, check_known
from insight_lib.lake.tables import Lake

About = Literal["run", "experiment"]
NOTE_COLUMNS = ("about", "name", "owner", "note")
"""What is read of table ``notes``."""
APPLICATION = "note"


@dataclass(frozen=True)
class Note:
    """Whose a run or an experiment is, and what is noted; None where nothing is said."""

    owner: str | None = None
    note: str | None = None


def write_note(
    lake: Lake, about: About, name: str, owner: str | None, note: str | None, now: datetime
) -> Note:
    """Note what is given; what is not stays as it was, and an empty text removes it.

    Args:
        lake: its only writer is the caller.
        about: what ``name`` names.
        name: a run, or an experiment.
        owner: whose it is.
        note: free text.
        now: when it is said.

    Returns:
        What is noted now.

    Raises:
        InputError: The lake knows no such run or experiment, or neither text is given.
    """
    if owner is None and note is None:
        raise InputError("there is nothing to note; give --owner, --text or both")
    if about == "run":
        check_known(lake, [name])
    else:
        check_experiment(lake, name)
    former = _note_of(lake, about, name)
    told = Note(_changed(former.owner, owner), _changed(former.note, note))
    row = {"about": about, "name": name, "owner": told.owner, "note": told.note, "noted_at": now}
    _replace(lake, about, name, [] if told == Note() else [row])
    return told


def notes_of_runs(notes: pa.Table, runs: Iterable[tuple[str, str]]) -> dict[str, Note]:
    """Return what is noted of runs, by run; what a run lacks is that of its experiment.

    Args:
        notes: the table, at least its ``NOTE_COLUMNS``.
        runs: run_id and experiment of each.
    """
    rows = notes.to_pylist()
    by_key = {(row["about"], row["name"]): Note(row["owner"], row["note"]) for row in rows}
    found = {}
    for run_id, experiment in runs:
        own = by_key.get(("run", run_id), Note())
        others = by_key.get(("experiment", experiment), Note())
        merged = Note(own.owner or others.owner, own.note or others.note)
        if merged != Note():
            found[run_id] = merged
    return found


def _note_of(lake: Lake, about: About, name: str) -> Note:
    rows = lake.read("notes", NOTE_COLUMNS).to_pylist()
    found = (row for row in rows if (row["about"], row["name"]) == (about, name))
    return next((Note(row["owner"], row["note"]) for row in found), Note())


def _changed(former: str | None, given: str | None) -> str | None:
    return former if given is None else given.strip() or None


def _replace(lake: Lake, about: About, name: str, rows: list[dict[str, Any]]) -> None:
    def doomed(kept: pa.Table) -> pa.Array:
        return pc.and_(pc.equal(kept["about"], about), pc.equal(kept["name"], name))

    new = pa.Table.from_pylist(rows, schema=contract("notes").schema)
    version = lake.committed("notes", APPLICATION) + 1
    lake.replace_where("notes", {}, doomed, new, APPLICATION, version)
