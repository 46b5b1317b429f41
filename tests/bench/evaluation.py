"""AUC of 20 million predictions of 200 runs, compared with other tools, and what a night costs.

All read the same files of one Delta table, which a first reading has brought into the page cache,
on all cores. Ours and the peer's are measured in turn, without the start of a Spark session.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import duckdb

from insight_lib.evaluation.evaluations.aucs import certified_aucs
from insight_lib.evaluation.evaluations.stage import evaluate_new_predictions
from insight_lib.evaluation.evaluations.tables import evaluation_tables, states_of
from insight_lib.evaluation.metrics.certified_auc import CertifiedAuc
from insight_lib.evaluation.metrics.evaluate import evaluate_state
from insight_lib.lake.session import SparkWorkers, spark_session
from insight_lib.lake.tables import Lake
from insight_lib.lake.workers import Workers
from tests.bench.entry import Entry, at_most, more_than
from tests.bench.predictions import bring, fill, run_name

RUNS = 200
ROWS = 100_000
ROUNDS = 7
# It takes minutes for all rows, in proportion to them.
SPARK_ML_SHARE = 10

EXACT_GOAL = 5.0
BUCKETS_GOAL = 0.5
SPARK_ML_GOAL = 20.0
INCREMENT_GOAL = 0.15
METRICS_GOAL_S = 2.0

# rank() is exact where no two scores of a run are equal, and spares DuckDB the search for such.
DUCKDB_EXACT = """
WITH ranked AS (
    SELECT run_id, label, rank() OVER (PARTITION BY run_id ORDER BY score) AS place
    FROM read_parquet($files)
)
SELECT run_id, (sum(place) FILTER (label = 1) - sum(label) * (sum(label) + 1) / 2)
    / (sum(label) * (count(*) - sum(label)))
FROM ranked GROUP BY run_id
"""
DUCKDB_BUCKETS = """
WITH bucket AS (
    SELECT run_id, CAST(floor(score * 10000) AS INTEGER) AS place,
        sum(label) AS p, count(*) - sum(label) AS n
    FROM read_parquet($files) GROUP BY run_id, place
), below AS (
    SELECT *, sum(n) OVER (PARTITION BY run_id ORDER BY place) - n AS lower FROM bucket
)
SELECT run_id, sum(p * (lower + n / 2)) / (sum(p) * sum(n)) FROM below GROUP BY run_id
"""

Done = TypeVar("Done")
Aucs = dict[str, float]


def auc_vs_duckdb_exact() -> Entry:
    """Measure rows/s to certified AUCs; DuckDB's of exact ones by rank()."""
    name = "auc_vs_duckdb_exact"
    return _against_duckdb(name, DUCKDB_EXACT, "DuckDB, rank()", EXACT_GOAL)


def auc_vs_duckdb_10k() -> Entry:
    """Measure rows/s; DuckDB's of AUCs over 10,000 equal-width buckets, of unknown error."""
    peer = "DuckDB, 10,000 equal-width buckets"
    return _against_duckdb("auc_vs_duckdb_10k", DUCKDB_BUCKETS, peer, BUCKETS_GOAL)


def auc_vs_spark_ml() -> Entry:
    """Measure rows/s; BinaryClassificationEvaluator's of a tenth of the rows as one run, once.

    It evaluates one run at a time, and takes longest for all rows as one.
    """
    with _lake() as (lake, workers):
        certified_aucs(lake, workers)
        ours_s = statistics.median(
            _timed(lambda: certified_aucs(lake, workers))[0] for _ in range(3)
        )
        peers_s = _spark_ml_s(lake)
    rows = RUNS * ROWS
    peer = "Spark ML BinaryClassificationEvaluator"
    peer_rate = rows / SPARK_ML_SHARE / peers_s
    return more_than("auc_vs_spark_ml", rows / ours_s, "rows/s", peer, peer_rate, SPARK_ML_GOAL)


def auc_increment() -> Entry:
    """Time a night that brings 1 % new rows against the first, which evaluates all of them.

    A night brings a new step of two of the 200 runs; median of three. Its fixed cost is that of a
    Spark job, of reading the ledger, and of four commits. The goal of 0.15 says that this and the
    new rows, not the old ones, are what a night pays for, even on a table that is evaluated in
    seconds; on a larger one the fraction falls. Nights that bring 1 % to each run are printed
    next to it: as a new step, whose 200 evaluations are small but as many as the first night's, and
    as more rows of the step that there is, of which old rows have to be read again for the bounds.
    """
    with _lake() as (lake, workers):
        certified_aucs(lake, workers)
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

    From the tables' files to rows of all tables, in one process; no prediction is read.
    """
    with _lake() as (lake, workers):
        evaluate_new_predictions(lake, workers)
        taken_s = statistics.median(_timed(lambda: _from_states(lake))[0] for _ in range(3))
    return at_most("metrics_from_histograms_s", taken_s, "s", METRICS_GOAL_S)


def _from_states(lake: Lake) -> int:
    states = states_of(lake.read("score_histograms"), lake.read("probability_sums"))
    found = {key: evaluate_state(state, None) for key, state in states.items()}
    return evaluation_tables(found, found.keys()).evaluations.num_rows


def _against_duckdb(name: str, query: str, peer: str, goal: float) -> Entry:
    with _lake() as (lake, workers):
        files = [str(lake.root / "predictions" / f.path) for f in lake.files("predictions")]

        def peers() -> Aucs:
            return dict(duckdb.execute(query, {"files": files}).fetchall())

        exact, certified = dict(duckdb.execute(DUCKDB_EXACT, {"files": files}).fetchall()), {}
        certified_aucs(lake, workers)
        ours_s, peers_s = [], []
        for _ in range(ROUNDS):
            taken_s, certified = _timed(lambda: certified_aucs(lake, workers))
            ours_s.append(taken_s)
            taken_s, found = _timed(peers)
            peers_s.append(taken_s)
    check(exact, {key.run_id: auc for key, auc in certified.items()})
    print(f"{peer}: error at most {max(abs(found[run] - exact[run]) for run in exact):.1e}")
    rates = [RUNS * ROWS / statistics.median(times) for times in (ours_s, peers_s)]
    return more_than(name, rates[0], "rows/s", peer, rates[1], goal)


def check(exact: Aucs, certified: dict[str, CertifiedAuc]) -> None:
    """Print the true error and the greatest gap of the bounds.

    Raises:
        RuntimeError: A run is missing, or an exact AUC lies outside its bounds.
    """
    outside = [r for r in exact if r not in certified or not _holds(certified[r], exact[r])]
    if outside or len(exact) != len(certified):
        raise RuntimeError(
            f"the AUC of {len(outside)} runs is not certified: look at {outside[:1]}"
        )
    error = max(abs(certified[run].value - exact[run]) for run in exact)
    gap = max(auc.upper - auc.lower for auc in certified.values())
    print(f"certified: error at most {error:.1e}, bounds at most {gap:.1e} apart")


def _holds(auc: CertifiedAuc, exact: float) -> bool:
    # DuckDB's sums of ranks round once a row.
    return auc.lower - 1e-12 <= exact <= auc.upper + 1e-12


def _spark_ml_s(lake: Lake) -> float:
    # Here, as only this benchmark needs it.
    from pyspark.ml.evaluation import BinaryClassificationEvaluator  # noqa: PLC0415

    files = lake.files("predictions")
    paths = [str(lake.root / "predictions" / file.path) for file in files]
    rows = spark_session().read.parquet(*paths).limit(RUNS * ROWS // SPARK_ML_SHARE)
    evaluator = BinaryClassificationEvaluator(rawPredictionCol="score", labelCol="label")
    return _timed(lambda: evaluator.evaluate(rows))[0]


def _night(what: str, lake: Lake, workers: Workers) -> float:
    taken_s, _ = _timed(lambda: evaluate_new_predictions(lake, workers))
    print(f"{what:<30} {taken_s:6.2f} s")
    return taken_s


@contextmanager
def _lake() -> Iterator[tuple[Lake, SparkWorkers]]:
    with tempfile.TemporaryDirectory() as scratch:
        yield fill(Path(scratch) / "lake", RUNS, ROWS), SparkWorkers()


def _timed(work: Callable[[], Done]) -> tuple[float, Done]:
    started_s = time.monotonic()
    done = work()
    return time.monotonic() - started_s, done
