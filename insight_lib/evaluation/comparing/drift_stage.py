"""The drift stage: score histograms to table ``score_drift``, for what is new and what follows it.

It looks at runs side by side, so it is no stage that works run by run. Workers read the histograms
of a few runs each and return numbers; the driver reads no histogram.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

from insight_lib.evaluation.comparing.drift_pairs import Comparison, Scored, comparisons
from insight_lib.evaluation.evaluations.commit import EVALUATED
from insight_lib.evaluation.evaluations.tables import histograms_of
from insight_lib.evaluation.evaluations.withheld import WITHHELD
from insight_lib.evaluation.grouping import ALL_ROWS
from insight_lib.evaluation.metrics.drift import Drift, drift
from insight_lib.evaluation.metrics.score_histogram import ScoreHistogram
from insight_lib.evaluation.metrics.score_kind import ScoreKind
from insight_lib.evaluation.new_predictions import PREDICTIONS
from insight_lib.events.runs.stage import RUNS
from insight_lib.lake.batch_log import runs_between
from insight_lib.lake.contract import contract
from insight_lib.lake.scan import read_rows
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers, spread

APPLICATION = "drift"
TABLE = "score_drift"
HISTOGRAMS = "score_histograms"
FEWEST_COMPARISONS_A_TASK = 32


@dataclass(frozen=True)
class _Task:
    histograms_uri: str
    files: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    reasons: Mapping[Comparison, str]


class _Undefined:
    """Knows which comparisons say nothing, and why.

    Args:
        evaluations: Columns run_id, step, split, score_kind and undefined_reason of all rows.
    """

    def __init__(self, evaluations: pa.Table) -> None:
        self._kinds: dict[str, str] = {}
        self._withheld: dict[Scored, str] = {}
        for row in evaluations.to_pylist():
            why = row["undefined_reason"] or ""
            self._kinds[row["run_id"]] = row["score_kind"]
            if why.startswith(WITHHELD):
                where = Scored(row["run_id"], row["step"], row["split"])
                self._withheld[where] = why.removeprefix(WITHHELD)

    def reason(self, each: Comparison) -> str | None:
        """Return why a comparison says nothing, None where it does."""
        if each.scored in self._withheld:
            return self._withheld[each.scored]
        if each.reference in self._withheld:
            return f"of the reference: {self._withheld[each.reference]}"
        kind, other = self._kinds[each.scored.run_id], self._kinds[each.reference.run_id]
        # Scores lie on different scales where those of one run only are probabilities.
        if (kind == ScoreKind.PROBABILITY) == (other == ScoreKind.PROBABILITY):
            return None
        return f"score_kind is {other} in the reference and {kind} here"


def refresh_drift(lake: Lake, workers: Workers) -> list[str]:
    """Compare the scores of what is new, and of what is compared with it.

    Returns:
        The runs whose rows of ``score_drift`` were computed again.
    """
    until = min(EVALUATED.done(lake), RUNS.progress.done(lake))
    done = lake.committed(TABLE, APPLICATION)
    if until <= done:
        return []
    names = ["run_id", "step", "split", "slice", "rows", "score_kind", "undefined_reason"]
    evaluations = lake.read("evaluations", names, where=ds.field("slice") == ALL_ROWS)
    touched = set(runs_between(lake, done, until, PREDICTIONS))
    wanted, run_ids = _wanted(lake, evaluations, touched)
    tasks = _tasks(lake, wanted, _Undefined(evaluations), 4 * workers.parallelism)
    found = workers.run(_compare, tasks, f"drift: {len(run_ids)} runs")
    rows = pa.Table.from_pylist(
        [row for part in found for row in part], schema=contract(TABLE).schema
    )
    lake.replace(TABLE, "run_id", run_ids, rows, APPLICATION, until)
    return run_ids


def _wanted(
    lake: Lake, evaluations: pa.Table, touched: set[str]
) -> tuple[list[Comparison], list[str]]:
    """Return all comparisons of runs with one to compute again, and these and the touched runs."""
    runs = lake.read("runs", ["run_id", "experiment", "first_event_at"])
    every = comparisons(evaluations, runs)
    known = _known(lake)
    # What had a comparison and lost its reference has a row to lose.
    gone = {each.scored.run_id for each in known.difference(every)}
    recomputed = gone | {
        each.scored.run_id
        for each in every
        # A run that came between two others changes what the later one is compared with.
        if each not in known or not touched.isdisjoint((each.scored.run_id, each.reference.run_id))
    }
    wanted = [each for each in every if each.scored.run_id in recomputed]
    return sorted(wanted, key=lambda each: each.scored), sorted(recomputed | touched)


def _known(lake: Lake) -> set[Comparison]:
    names = ["run_id", "step", "split", "against", "reference_run_id", "reference_step"]
    return {
        Comparison(
            Scored(row["run_id"], row["step"], row["split"]),
            row["against"],
            Scored(row["reference_run_id"], row["reference_step"], row["split"]),
        )
        for row in lake.read(TABLE, names).to_pylist()
    }


def _tasks(
    lake: Lake, wanted: Sequence[Comparison], undefined: _Undefined, parts: int
) -> list[_Task]:
    runs = [tuple(each) for _, each in groupby(wanted, lambda each: each.scored.run_id)]
    tasks = []
    for group in spread(runs, len, parts, FEWEST_COMPARISONS_A_TASK):
        mine = tuple(each for run in group for each in run)
        run_ids = {where.run_id for each in mine for where in (each.scored, each.reference)}
        files = tuple(file.path for file in lake.files(HISTOGRAMS, run_ids))
        reasons = {each: reason for each in mine if (reason := undefined.reason(each))}
        tasks.append(_Task(lake.table_uri(HISTOGRAMS), files, mine, reasons))
    return tasks


def _compare(task: _Task) -> list[dict[str, Any]]:
    """Make the comparisons of a task, run by run so that memory is bounded; on a worker."""
    rows = []
    for _, each in groupby(task.comparisons, lambda each: each.scored.run_id):
        mine = list(each)
        places = {where for each in mine for where in (each.scored, each.reference)}
        states = _states(task, places)
        rows += [_row(one, states, task.reasons.get(one)) for one in mine]
    return rows


def _states(task: _Task, places: Iterable[Scored]) -> dict[Scored, ScoreHistogram]:
    states: dict[Scored, ScoreHistogram] = {}
    for run_id, wanted in groupby(sorted(places), lambda where: where.run_id):
        steps = sorted({where.step for where in wanted})
        where = (
            (ds.field("run_id") == run_id)
            & (ds.field("slice") == ALL_ROWS)
            & ds.field("step").isin(steps)
        )
        rows = read_rows(task.histograms_uri, HISTOGRAMS, task.files, None, where)
        found = histograms_of(rows)
        states |= {Scored(key.run_id, key.step, key.split): state for key, state in found.items()}
    return states


def _row(
    each: Comparison, states: Mapping[Scored, ScoreHistogram], undefined: str | None
) -> dict[str, Any]:
    reference, sample = (states[where] for where in (each.reference, each.scored))
    return {
        **asdict(each.scored),
        "against": each.against,
        "reference_run_id": each.reference.run_id,
        "reference_step": each.reference.step,
        "rows": _rows(sample),
        "reference_rows": _rows(reference),
        **asdict(Drift(undefined_reason=undefined) if undefined else drift(reference, sample)),
    }


def _rows(state: ScoreHistogram) -> int:
    return int(state.sums.positives.sum() + state.sums.negatives.sum())
