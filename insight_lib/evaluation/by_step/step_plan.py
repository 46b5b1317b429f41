"""Which steps of which runs new predictions came to, and which of them one worker computes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import pyarrow.dataset as ds

from insight_lib.evaluation.evaluations.large_keys import spread_rows
from insight_lib.evaluation.evaluations.plan_tasks import Sources
from insight_lib.evaluation.grouping import ALL_ROWS
from insight_lib.evaluation.reading import Selection, scan_selection
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers

Step: TypeAlias = tuple[str, int]
"""A run_id and a step."""

ROWS_A_TASK = 4_000_000
"""A worker holds about 100 bytes of each of so many rows; only one step may have more."""

FEWEST_ROWS_A_TASK = 250_000
"""Below this a task costs more to start than to do."""


@dataclass(frozen=True)
class Box:
    """Each of some steps of each of some runs."""

    run_ids: frozenset[str]
    steps: frozenset[int]


def touched_steps(lake: Lake, workers: Workers, sources: Sources) -> dict[Step, int]:
    """Return the steps to which rows came, and all steps of the runs that are whole.

    Returns:
        To each step, in order, how many rows it was evaluated on.
    """
    new = sources.new_predictions
    if not new.run_ids:
        return {}
    added = [run_id for run_id in new.run_ids if run_id not in new.whole]
    rows = replace(sources.new(added), columns=("run_id", "step"))
    shares = spread_rows(rows, 4 * workers.parallelism)
    found = workers.run(steps_of, shares, f"find new steps of {len(added)} runs")
    touched = frozenset[Step]().union(*found)
    return {
        step: rows
        for step, rows in sorted(_evaluated(lake, new.run_ids).items())
        if step in touched or step[0] in new.whole
    }


def steps_of(selection: Selection) -> frozenset[Step]:
    """Return the steps of some rows; runs on a worker."""
    found: set[Step] = set()
    for part in scan_selection(selection):
        rows = part.unify_dictionaries().group_by(["run_id", "step"], use_threads=False)
        found.update((row["run_id"], row["step"]) for row in rows.aggregate([]).to_pylist())
    return frozenset(found)


def group_steps(steps: Mapping[Step, int], parallelism: int) -> list[list[Step]]:
    """Cut steps, given with their rows, into tasks of at most ``ROWS_A_TASK`` rows each.

    Order is kept; a step of more rows is alone in its task.
    """
    share = max(sum(steps.values()) // (2 * parallelism), FEWEST_ROWS_A_TASK)
    most = min(share, ROWS_A_TASK)
    groups: list[list[Step]] = []
    held = most
    for step, rows in steps.items():
        if held + rows > most or not groups:
            groups.append([])
            held = 0
        groups[-1].append(step)
        held += rows
    return groups


def boxes(steps: Sequence[Step]) -> tuple[Box, ...]:
    """Return the fewest boxes of whole runs: those with the same steps are read together."""
    of_run: dict[str, set[int]] = defaultdict(set)
    for run_id, step in steps:
        of_run[run_id].add(step)
    runs: dict[frozenset[int], set[str]] = defaultdict(set)
    for run_id, own in of_run.items():
        runs[frozenset(own)].add(run_id)
    return tuple(Box(frozenset(run_ids), own) for own, run_ids in runs.items())


def _evaluated(lake: Lake, run_ids: Sequence[str]) -> dict[Step, int]:
    rows: dict[Step, int] = defaultdict(int)
    whole = ds.field("slice") == ALL_ROWS
    for row in lake.read("evaluations", ["run_id", "step", "rows"], run_ids, whole).to_pylist():
        rows[row["run_id"], row["step"]] += row["rows"]
    return rows
