"""The predictions that are new since the last evaluation, by the ledger of prediction files.

Rows count once their file is in the ledger, so those of an interrupted batch wait until it is
repeated.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow.compute as pc
import pyarrow.dataset as ds

from insight_lib.lake.batch_log import LEDGERS
from insight_lib.lake.replaced_files import REPLACED
from insight_lib.lake.tables import Lake
from insight_lib.predictions.formats.column_mapping import Reading

PREDICTIONS = (LEDGERS["predictions"],)
"""The ledgers by which stages that read nothing but predictions know what is new."""


@dataclass(frozen=True)
class NewPredictions:
    """Runs to which some batches brought predictions; each mapping is by run.

    Attributes:
        done: The last batch before them.
        until: The last of the batches.
        added: The ids of the files whose rows are to be summed.
        counted: The ids of all files whose rows count.
        rows: How many rows are to be summed, at most.
        whole: Runs whose states are summed again from all of their files.
        stated: What the scores are said to be (``mapping.SCORES``), of runs of which it is said.
    """

    done: int
    until: int
    added: Mapping[str, frozenset[str]]
    counted: Mapping[str, frozenset[str]]
    rows: Mapping[str, int]
    whole: frozenset[str]
    stated: Mapping[str, str]

    @property
    def run_ids(self) -> list[str]:
        """The runs, in order of name."""
        return sorted(self.counted)


def find_new_predictions(
    lake: Lake, done: int, until: int, *, torn: bool, again: Collection[str] = ()
) -> NewPredictions:
    """Return what the batches after ``done`` and up to ``until`` brought.

    Args:
        lake: The lake.
        done: The batch up to which predictions were evaluated.
        until: A batch that is settled, as all before it.
        torn: Whether some tables are further than ``done``: an evaluation was interrupted between
            its commits, so what is kept may hold some of the rows already. Every run is then summed
            again, as one of which a file was replaced.
        again: Some of the runs that are summed again for another reason.
    """
    is_replaced = ds.field("status") == REPLACED
    # A file that a later batch found elsewhere has been here since the one that read it.
    settled = pc.if_else(is_replaced, ds.field("batch"), ds.field("read_in")) <= until
    new = settled & ((ds.field("read_in") > done) | (is_replaced & (ds.field("batch") > done)))
    touched = sorted(
        set(lake.read("prediction_files", ["run_id"], where=new)["run_id"].to_pylist())
    )
    # All entries of a touched run, not only the new ones: after a replacement the run is summed
    # from all of its files, and any of them may say what its scores are.
    columns = ["file_id", "run_id", "rows", "status", "batch", "read_in", "reading"]
    entries = lake.read("prediction_files", columns, touched, settled).to_pylist()
    # Sums cannot be subtracted from: a run that lost rows is summed again from what is left.
    whole = {e["run_id"] for e in entries if torn or (e["batch"] > done and _replaced(e))}
    whole.update(again)
    added: dict[str, set[str]] = {run_id: set() for run_id in touched}
    counted: dict[str, set[str]] = {run_id: set() for run_id in touched}
    rows = dict.fromkeys(touched, 0)
    for entry in entries:
        run_id = entry["run_id"]
        if _replaced(entry):
            continue
        counted[run_id].add(entry["file_id"])
        if entry["read_in"] > done or run_id in whole:
            added[run_id].add(entry["file_id"])
            rows[run_id] += entry["rows"]
    stated = _stated(entry for entry in entries if not _replaced(entry))
    return NewPredictions(
        done, until, _frozen(added), _frozen(counted), rows, frozenset(whole), stated
    )


def _stated(entries: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return what is said of the scores of each run; the file read last has the last word."""
    said: dict[str, str] = {}
    for entry in sorted(entries, key=lambda entry: (entry["read_in"], entry["file_id"])):
        scores = _said_of_scores(entry["reading"])
        if scores is not None:
            said[entry["run_id"]] = scores
    return said


def _said_of_scores(reading: str) -> str | None:
    # Few say anything, and there may be a million of them.
    return Reading.from_json(reading).columns.scores if '"scores"' in reading else None


def _replaced(entry: Mapping[str, object]) -> bool:
    return entry["status"] == REPLACED


def _frozen(sets: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {run_id: frozenset(ids) for run_id, ids in sets.items()}
