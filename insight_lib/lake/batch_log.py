"""Batches: what will be read is written down before it is read, so that a crash can be repeated.

A plan names every file and byte range of one batch. It is kept as ``_plan-<application>.json`` in
the lake until the batch's last table is committed. Before the first of these commits the outcome is
added to it: the files that the workers wrote. A batch that was interrupted before that is run
again, since nothing of it counts yet; one that was interrupted later commits the rest of its
outcome, whatever has become of the files that it read.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds

from insight_lib.errors import LakeError
from insight_lib.lake.atomic_json import store_json
from insight_lib.lake.parquet import file_prefix
from insight_lib.lake.tables import Lake

# The two applications that bring rows in, each with the ledger whose commit ends its batches.
LEDGERS = {"events": "event_files", "predictions": "prediction_files"}


def settled_batch(lake: Lake) -> int:
    """Return the number of the last batch that has no unfinished one before it, -1 if none.

    What follows ingestion works up to this batch only, so that a batch which is repeated later is
    never overlooked.
    """
    planned = _pending_batches(lake)
    finished = max(lake.committed(ledger, name) for name, ledger in LEDGERS.items())
    return min([finished, *(batch - 1 for batch in planned)])


def pending_plan(lake: Lake, application: str) -> dict[str, Any] | None:
    """Return the plan of a batch that was interrupted, if there is one.

    Raises:
        LakeError: The plan is damaged.
    """
    path = _plan_path(lake, application)
    if not path.exists():
        return None
    try:
        plan: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise LakeError(
            f"the plan {path} is damaged ({error}); remove it: its batch is then planned again"
        ) from error
    if lake.committed(LEDGERS[application], application) >= plan["batch"]:
        path.unlink()
        return None
    return plan


def write_plan(lake: Lake, application: str, plan: Mapping[str, Any]) -> int:
    """Assign the next number to a batch, write its plan durably and return the number."""
    finished = [lake.committed(ledger, name) for name, ledger in LEDGERS.items()]
    batch = 1 + max(finished + _pending_batches(lake))
    store_json(_plan_path(lake, application), {**plan, "batch": batch})
    return batch


def write_outcome(lake: Lake, application: str, outcome: Sequence[Mapping[str, Any]]) -> None:
    """Add to the plan, durably, what its commits will be; it is found under ``outcome``."""
    path = _plan_path(lake, application)
    plan = json.loads(path.read_text(encoding="utf-8"))
    store_json(path, {**plan, "outcome": outcome})


def finish_plan(lake: Lake, application: str) -> None:
    """Forget a plan whose ledger is committed."""
    _plan_path(lake, application).unlink(missing_ok=True)


def sweep(lake: Lake, tables: Iterable[str], batch: int) -> None:
    """Delete what attempts at a batch wrote and no commit took: of a crash, of a repeated task.

    Called once the batch is committed, by the lake's only writer.
    """
    for name in tables:
        live = {file.path for file in lake.files(name)}
        for path in (lake.root / name).glob(f"{file_prefix(batch)}-*"):
            if path.name not in live:
                path.unlink()


def runs_between(lake: Lake, after: int, until: int, ledgers: Iterable[str]) -> list[str]:
    """Return the runs to which a batch after ``after`` and up to ``until`` brought something.

    Only what some ledgers tell of counts: event files, predictions or both.
    """
    found: set[str] = set()
    for ledger in ledgers:
        batch = ds.field("batch")
        rows = lake.read(ledger, ["run_id"], where=(batch > after) & (batch <= until))
        found.update(rows["run_id"].to_pylist())
    return sorted(found)


def _pending_batches(lake: Lake) -> list[int]:
    plans = (pending_plan(lake, name) for name in LEDGERS)
    return [int(plan["batch"]) for plan in plans if plan is not None]


def _plan_path(lake: Lake, application: str) -> Path:
    return lake.root / f"_plan-{application}.json"
