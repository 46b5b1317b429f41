"""The evaluation stage on 20 million predictions of 200 runs, next to what else computes metrics.

Ours is what a night runs: `evaluate_new_predictions` on Spark workers, from table ``predictions``
to committed states, metrics and curves. All read the same files of one Delta table, which a first
reading has brought into the page cache, on all cores. Ours and the peer's are measured in turn,
without the start of a Spark session; CPU seconds are printed too, as other work on the machine
disturbs those least.
"""

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pyarrow as pa

from insight_lib.evaluation.evaluations.stage import evaluate_new_predictions
from insight_lib.lake.session import SparkWorkers
from insight_lib.lake.tables import Lake, open_lake
from tests.bench.entry import Entry, more_than
from tests.bench.evaluation_peers import duckdb_metrics, spark_ml_auc
from tests.bench.predictions import fill

RUNS = 200
ROWS = 100_000
ROUNDS = 3
# It takes minutes for all rows, in proportion to them.
SPARK_ML_SHARE = 10

EXACT_GOAL = 3.0
BUCKETS_GOAL = 0.5
SPARK_ML_GOAL = 20.0

# Sums of DuckDB round once a row.
ROUNDING = 1e-9
BOUNDS = {
    "auc": ("auc_lower", "auc_upper"),
    "average_precision": ("average_precision_lower", "average_precision_upper"),
    "ks": ("ks", "ks_upper"),
    "best_f1": ("best_f1", "best_f1_upper"),
}
EQUAL = (
    "rows",
    "log_loss",
    "brier",
    "predicted_over_observed",
    "true_positives",
    "false_positives",
)


@dataclass(frozen=True)
class Taken:
    """Seconds by the clock, and of all processors together."""

    wall_s: float
    cpu_s: float


def evaluation_stage_vs_duckdb_exact() -> Entry:
    """Measure rows/s of the stage; DuckDB's to the same metrics, exact, and to ROC and PR points.

    DuckDB computes no bounds, standard errors, calibration or mergeable states, which ours include.
    """
    return _against_duckdb("evaluation_stage_vs_duckdb_exact", EXACT_GOAL, buckets=False)


def evaluation_stage_vs_duckdb_10k() -> Entry:
    """Measure rows/s of the stage; DuckDB's to metrics of 10,000 equal-width buckets a run.

    What DuckDB then gives is of an error that it does not know; it is printed.
    """
    return _against_duckdb("evaluation_stage_vs_duckdb_10k", BUCKETS_GOAL, buckets=True)


def evaluation_stage_vs_spark_ml() -> Entry:
    """Measure rows/s of the stage; BinaryClassificationEvaluator's to the AUC alone of one run.

    It evaluates one run at a time, and takes longest for all rows as one; it is given a tenth of
    them, once.
    """
    with filled_lake() as (lake, workers):
        ours = [evaluated(lake, workers)[0] for _ in range(1 + ROUNDS)][1:]
        rows = RUNS * ROWS // SPARK_ML_SHARE
        peers = _measured(lambda: spark_ml_auc(_files(lake), rows))
    _print("ours", ours)
    _print("peer", [peers])
    rate = RUNS * ROWS / statistics.median(each.wall_s for each in ours)
    peer = "Spark ML BinaryClassificationEvaluator, AUC only"
    name = "evaluation_stage_vs_spark_ml"
    return more_than(name, rate, "rows/s", peer, rows / peers.wall_s, SPARK_ML_GOAL)


def check(found: pa.Table, exact: pa.Table) -> None:
    """Print the true error of the AUC and the greatest gap of its bounds.

    Args:
        found: Rows of table ``evaluations``.
        exact: The same metrics, exact.

    Raises:
        RuntimeError: A run is missing, a metric differs, or lies outside its bounds.
    """
    certified, truths = _by_run(found), _by_run(exact)
    wrong = sorted(certified.keys() ^ truths.keys())
    wrong += [run for run in certified.keys() & truths if _differs(certified[run], truths[run])]
    if wrong:
        raise RuntimeError(f"the metrics of {len(wrong)} runs differ: look at {wrong[0]}")
    gap = max(row["auc_upper"] - row["auc_lower"] for row in certified.values())
    error = greatest_error(found, exact)
    print(f"certified: AUC off by at most {error:.1e}, its bounds by at most {gap:.1e}")


def greatest_error(found: pa.Table, exact: pa.Table) -> float:
    """Return the greatest distance of two tables' AUCs."""
    aucs, truths = _by_run(found), _by_run(exact)
    return max(abs(aucs[run]["auc"] - truths[run]["auc"]) for run in truths)


@contextmanager
def filled_lake() -> Iterator[tuple[Lake, SparkWorkers]]:
    """Make a lake of predictions, and workers."""
    with tempfile.TemporaryDirectory() as scratch:
        yield fill(Path(scratch) / "lake", RUNS, ROWS), SparkWorkers()


def evaluated(lake: Lake, workers: SparkWorkers) -> tuple[Taken, pa.Table]:
    """Evaluate all predictions of a lake in a copy of it, and return the time and the metrics."""
    with tempfile.TemporaryDirectory(dir=lake.root.parent) as scratch:
        shutil.copytree(lake.root, Path(scratch) / "lake", copy_function=_link)
        fresh = open_lake(Path(scratch) / "lake")
        taken = _measured(lambda: evaluate_new_predictions(fresh, workers))
        return taken, fresh.read("evaluations")


def _against_duckdb(name: str, goal: float, *, buckets: bool) -> Entry:
    ours, peers = [], []
    with filled_lake() as (lake, workers), tempfile.TemporaryDirectory() as scratch:
        files = _files(lake)
        _, found = evaluated(lake, workers)
        exact = duckdb_metrics(files, Path(scratch))
        check(found, exact)
        for _ in range(ROUNDS):
            ours.append(evaluated(lake, workers)[0])
            peers.append(_measured(lambda: duckdb_metrics(files, Path(scratch), buckets=buckets)))
        if buckets:
            error = greatest_error(duckdb_metrics(files, Path(scratch), buckets=True), exact)
            print(f"10,000 buckets: AUC off by at most {error:.1e}")
    _print("ours", ours)
    _print("peer", peers)
    rates = [RUNS * ROWS / statistics.median(t.wall_s for t in each) for each in (ours, peers)]
    peer = "DuckDB, 10,000 equal-width buckets" if buckets else "DuckDB, exact metrics"
    return more_than(name, rates[0], "rows/s", peer, rates[1], goal)


def _link(source: str, target: str) -> None:
    if source.endswith(".parquet"):
        os.link(source, target)
    else:
        shutil.copy2(source, target)


def _measured(work: Callable[[], object]) -> Taken:
    started_s, cpu_s = time.monotonic(), _cpu_s()
    work()
    return Taken(time.monotonic() - started_s, _cpu_s() - cpu_s)


def _cpu_s() -> float:
    """CPU seconds of this process and all that it started: Spark's JVM and its workers too."""
    us = psutil.Process()
    return sum(sum(each.cpu_times()[:4]) for each in (us, *us.children(recursive=True)))


def _print(whose: str, taken: list[Taken]) -> None:
    wall_s, cpu_s = (
        statistics.median(getattr(each, name) for each in taken) for name in ("wall_s", "cpu_s")
    )
    print(f"{whose}: {wall_s:.2f} s by the clock, {cpu_s:.2f} s of CPU")


def _files(lake: Lake) -> list[str]:
    return [str(lake.root / "predictions" / file.path) for file in lake.files("predictions")]


def _by_run(table: pa.Table) -> dict[tuple[str, int, str], dict[str, float]]:
    return {(row["run_id"], row["step"], row["split"]): row for row in table.to_pylist()}


def _differs(found: dict[str, float], exact: dict[str, float]) -> bool:
    outside = (
        not found[lower] - ROUNDING <= exact[name] <= found[upper] + ROUNDING
        for name, (lower, upper) in BOUNDS.items()
    )
    apart = (abs(found[name] - exact[name]) > ROUNDING * (1 + abs(exact[name])) for name in EQUAL)
    return any(outside) or any(apart)
