"""What a night of the evaluation stage costs that brings little, and what metrics cost alone."""

import statistics
import time
from collections.abc import Callable
from typing import TypeVar

from insight_lib.evaluation.evaluations.stage import evaluate_new_predictions
from insight_lib.evaluation.evaluations.tables import evaluation_tables, states_of
from insight_lib.evaluation.metrics.evaluate import evaluate_state
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers
from tests.bench.entry import Entry, at_most
from tests.bench.evaluation_stage import ROWS, RUNS, evaluated, filled_lake
from tests.bench.predictions import bring, run_name

INCREMENT_GOAL = 0.15
METRICS_GOAL_S = 2.0

Done = TypeVar("Done")


def auc_increment() -> Entry:
    """Time a night that brings 1 % new rows against the first, which evaluates all of them.

    A night brings a new step of two of the 200 runs; median of three. Its fixed cost is that of a
    Spark job, of reading the ledger, and of four commits. The goal of 0.15 says that this and the
    new rows, not the old ones, are what a night pays for, even on a table that is evaluated in
    seconds; on a larger one the fraction falls. Nights that bring 1 % to each run are printed
    next to it: as a new step, whose 200 evaluations are small but as many as the first night's, and
    as more rows of the step that there is, of which old rows have to be read again for the bounds.
    """
    with filled_lake() as (lake, workers):
        evaluated(lake, workers)
        first_s = _night("all rows", lake, workers)
        nights = []
        for step in (1, 2, 3):
            bring(lake, [run_name(0), run_name(RUNS // 2)], ROWS * RUNS // 200, step)
            nights.append(_night("1 %: a new step of two runs", lake, workers))
        everyone = [run_name(run) for run in range(RUNS)]
        for step, what in ((4, "1 %: a new step of every run"), (0, "1 %: more rows of step 0")):
            bring(lake, everyone, ROWS // 100, step)
            _night(what, lake, workers)
    fraction = statistics.median(nights) / first_s
    return at_most("auc_increment", fraction, "of all rows", INCREMENT_GOAL)


def metrics_from_histograms_s() -> Entry:
    """Time all metrics and curves of 200 runs from the kept states; median of three.

    A part of the stage, which no command runs by itself: what a night that brings a few rows to
    every run does beside reading these, in one process. From the tables' files to rows of all
    tables; no prediction is read.
    """
    with filled_lake() as (lake, workers):
        evaluate_new_predictions(lake, workers)
        taken_s = statistics.median(_timed(lambda: _from_states(lake))[0] for _ in range(3))
    return at_most("metrics_from_histograms_s", taken_s, "s", METRICS_GOAL_S)


def _from_states(lake: Lake) -> int:
    states = states_of(lake.read("score_histograms"), lake.read("probability_sums"))
    found = {key: evaluate_state(state, None) for key, state in states.items()}
    return evaluation_tables(found, found.keys()).evaluations.num_rows


def _night(what: str, lake: Lake, workers: Workers) -> float:
    taken_s, _ = _timed(lambda: evaluate_new_predictions(lake, workers))
    print(f"{what:<30} {taken_s:6.2f} s")
    return taken_s


def _timed(work: Callable[[], Done]) -> tuple[float, Done]:
    started_s = time.monotonic()
    done = work()
    return time.monotonic() - started_s, done
