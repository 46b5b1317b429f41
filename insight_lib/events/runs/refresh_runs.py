"""Bring table ``runs`` up to date, with what a row owes to other rows."""

from collections import defaultdict
from collections.abc import Iterator

import pyarrow.compute as pc
import pyarrow.dataset as ds

from insight_lib.events.runs.change_runs import Row, change_runs, run_rows
from insight_lib.events.runs.logged_training import HPARAMS_PLUGIN, told_by_trials
from insight_lib.events.runs.run_artifacts import TRIAL, run_of_trial
from insight_lib.events.runs.stage import RUNS
from insight_lib.lake.run_stage import run_stage
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers

_APPLICATION = "settled runs"


def refresh_runs(lake: Lake, workers: Workers) -> list[str]:
    """Describe the runs with something new and return all whose rows changed.

    What the folder of a trial tells of hyper-parameters, which ``add_hparams`` makes below a run,
    the run itself is given; where the run held values when the folder was first seen, the folder is
    a stream of it anyway.
    """
    touched = run_stage(lake, workers, RUNS)
    if lake.is_outdated("runs"):
        lake.mark_current("runs")
    changes = dict(_given_by_trials(lake))
    change_runs(lake, changes, _APPLICATION)
    return sorted({*touched, *changes})


def _given_by_trials(lake: Lake) -> Iterator[tuple[str, Row]]:
    """Yield what trials say of their runs."""
    columns = ["run_id", "hparams", "hparams_source"]
    is_trial = pc.match_substring_regex(ds.field("run_id"), TRIAL)
    told: dict[str, list[Row]] = defaultdict(list)
    for row in run_rows(lake.read("runs", columns, where=is_trial)):
        run_id = run_of_trial(row["run_id"])
        if run_id is not None and row["hparams"]:
            told[run_id].append(row["hparams"])
    for row in run_rows(lake.read("runs", columns, sorted(told))) if told else ():
        given = told_by_trials(told[row["run_id"]]) | row["hparams"]
        if given != row["hparams"]:
            source = row["hparams_source"] or HPARAMS_PLUGIN
            yield row["run_id"], {"hparams": given, "hparams_source": source}
