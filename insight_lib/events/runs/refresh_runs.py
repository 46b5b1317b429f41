"""Bring table ``runs`` up to date, with what a row owes to other rows and to the clock."""

import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from insight_lib.events.runs.logged_training import HPARAMS_PLUGIN, told_by_trials
from insight_lib.events.runs.run_artifacts import TRIAL, run_of_trial
from insight_lib.events.runs.run_state import ENDED, RUNNING, is_quiet
from insight_lib.events.runs.stage import RUNS
from insight_lib.lake.contract import contract
from insight_lib.lake.run_stage import run_stage
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers

_APPLICATION = "settled runs"

Row = dict[str, Any]


def refresh_runs(lake: Lake, workers: Workers) -> list[str]:
    """Describe the runs with something new and return all whose rows changed.

    A run that has gone quiet has ended, without anything new. What the folder of a trial tells of
    hyper-parameters, which ``add_hparams`` makes below a run, the run itself is given; where the
    run held values when the folder was first seen, the folder is a stream of it anyway.
    """
    touched = run_stage(lake, workers, RUNS)
    if lake.is_outdated("runs"):
        lake.mark_current("runs")
    changes: dict[str, Row] = defaultdict(dict)
    for run_id, change in (*_gone_quiet(lake), *_given_by_trials(lake)):
        changes[run_id] |= change
    if changes:
        _change(lake, changes)
    return sorted({*touched, *changes})


def _gone_quiet(lake: Lake) -> Iterator[tuple[str, Row]]:
    now_s = time.time()
    columns = ["run_id", "last_event_at"]
    for row in lake.read("runs", columns, where=ds.field("state") == RUNNING).to_pylist():
        last = row["last_event_at"]
        if is_quiet(None if last is None else last.timestamp(), now_s):
            yield row["run_id"], {"state": ENDED}


def _given_by_trials(lake: Lake) -> Iterator[tuple[str, Row]]:
    """Yield what trials say of their runs."""
    columns = ["run_id", "hparams", "hparams_source"]
    is_trial = pc.match_substring_regex(ds.field("run_id"), TRIAL)
    told: dict[str, list[Row]] = defaultdict(list)
    for row in _rows(lake.read("runs", columns, where=is_trial)):
        run_id = run_of_trial(row["run_id"])
        if run_id is not None and row["hparams"]:
            told[run_id].append(row["hparams"])
    for row in _rows(lake.read("runs", columns, sorted(told))) if told else ():
        given = told_by_trials(told[row["run_id"]]) | row["hparams"]
        if given != row["hparams"]:
            source = row["hparams_source"] or HPARAMS_PLUGIN
            yield row["run_id"], {"hparams": given, "hparams_source": source}


def _change(lake: Lake, changes: dict[str, Row]) -> None:
    rows = [row | changes[row["run_id"]] for row in _rows(lake.read("runs", None, list(changes)))]
    new = pa.Table.from_pylist(
        [{name: _plain(value) for name, value in row.items()} for row in rows],
        schema=contract("runs").schema,
    )
    version = lake.committed("runs", _APPLICATION) + 1
    lake.replace("runs", "run_id", changes, new, _APPLICATION, version)


def _plain(value: object) -> object:
    return list(value.items()) if isinstance(value, dict) else value


def _rows(table: pa.Table) -> list[Row]:
    rows: list[Row] = table.to_pylist(maps_as_pydicts="strict")
    return rows
