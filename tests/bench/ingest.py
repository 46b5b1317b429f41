"""Ingestion from files to committed rows: its rate, and what it costs when little is new."""

import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from insight_lib.events.ingest.read_task import ParseTask, parse
from insight_lib.events.ingest.stage import ingest_events
from insight_lib.events.ingest.summary import IngestSummary
from insight_lib.files.location import Root
from insight_lib.files.log_root import check_roots
from insight_lib.lake.session import SparkWorkers
from insight_lib.lake.tables import Lake, open_lake
from tests.bench.entry import Entry, at_least, at_most
from tests.bench.files import write_scalars

REPEATS = 3
POINTS = 10_000_000
RUNS = 100
POINTS_GOAL = 3e6
KNOWN_FILES = 10_000
EVENTS_OF_A_SMALL_FILE = 20
NOTHING_NEW_GOAL_S = 5.0
GROWING_FILES = 200
EVENTS_OF_A_GROWING_FILE = 8_000
PERCENT_NEW = (1, 10, 100)
PROPORTIONAL_GOAL = 0.5


def ingest_points_per_s() -> Entry:
    """Ingest 10 million scalars of 100 runs into an empty lake; median of three lakes.

    The Spark session and its Python workers run before the clock does.
    """
    with tempfile.TemporaryDirectory() as scratch:
        logs = Path(scratch) / "logs"
        _write_files(logs, RUNS, POINTS // RUNS)
        roots = check_roots([logs])
        workers = _warm_workers()
        taken_s = [_on_a_fresh_lake(Path(scratch), workers, roots) for _ in range(REPEATS)]
    rate = POINTS / statistics.median(taken_s)
    return at_least("ingest_points_per_s", rate, "points/s", POINTS_GOAL)


def ingest_nothing_new_s() -> Entry:
    """Ingest 10,000 files that the lake knows and that did not change; median of three.

    Nothing is read, so no Spark session starts.
    """
    with tempfile.TemporaryDirectory() as scratch:
        logs = Path(scratch) / "logs"
        _write_files(logs, KNOWN_FILES, EVENTS_OF_A_SMALL_FILE)
        roots = check_roots([logs])
        lake = open_lake(Path(scratch) / "lake", create=True)
        ingest_events(lake, SparkWorkers(), roots)
        taken_s = [_timed(lake, SparkWorkers(), roots)[0] for _ in range(REPEATS)]
    return at_most("ingest_nothing_new_s", statistics.median(taken_s), "s", NOTHING_NEW_GOAL_S)


def ingest_proportional() -> Entry:
    """Time a batch that brings 1 % against one that brings 100 %, of a corpus that is known.

    Each file of the corpus of 100 MB grows by so much. A batch has a fixed cost whatever it brings:
    the plan, a look at every file's head, Spark's tasks, the ledger's rewrite and the commits. The
    goal of half says that even on a corpus as small as this one, which is read in seconds, new
    bytes and not known ones make up most of a large batch; on a larger one the fraction falls.
    """
    with tempfile.TemporaryDirectory() as scratch:
        logs = Path(scratch) / "logs"
        _write_files(logs, GROWING_FILES, EVENTS_OF_A_GROWING_FILE)
        roots = check_roots([logs])
        workers = _warm_workers()
        lake = open_lake(Path(scratch) / "lake", create=True)
        ingest_events(lake, workers, roots)
        taken_s = {}
        for percent in PERCENT_NEW:
            nights = [_night(lake, workers, roots, logs, percent) for _ in range(REPEATS)]
            taken_s[percent] = statistics.median(taken for taken, _ in nights)
            megabytes = nights[0][1].new_bytes / 1e6
            print(f"{percent:>4} %  {megabytes:8.1f} MB new  {taken_s[percent]:6.2f} s")
    fraction = taken_s[PERCENT_NEW[0]] / taken_s[PERCENT_NEW[-1]]
    return at_most("ingest_proportional", fraction, "of 100 %", PROPORTIONAL_GOAL)


def _write_files(logs: Path, files: int, events: int) -> None:
    """Write the event files of so many runs, alike in content, each in its own folder."""
    model = logs.parent / "model"
    write_scalars(model, events)
    content = model.read_bytes()
    for number in range(files):
        file = logs / f"run-{number:05d}" / "events.out.tfevents.1.host"
        file.parent.mkdir(parents=True)
        file.write_bytes(content)


def _grow(logs: Path, percent: int) -> None:
    addition = logs.parent / "addition"
    write_scalars(addition, EVENTS_OF_A_GROWING_FILE * percent // 100)
    content = addition.read_bytes()
    for path in logs.glob("*/*"):
        with path.open("ab") as file:
            file.write(content)


def _night(
    lake: Lake, workers: SparkWorkers, roots: Sequence[Root], logs: Path, percent: int
) -> tuple[float, IngestSummary]:
    _grow(logs, percent)
    return _timed(lake, workers, roots)


def _on_a_fresh_lake(scratch: Path, workers: SparkWorkers, roots: Sequence[Root]) -> float:
    lake = open_lake(scratch / "lake", create=True)
    taken_s, summary = _timed(lake, workers, roots)
    shutil.rmtree(lake.root)
    if summary.records != POINTS:
        raise ValueError(f"{summary.records} records were ingested, of {POINTS}")
    return taken_s


def _timed(lake: Lake, workers: SparkWorkers, roots: Sequence[Root]) -> tuple[float, IngestSummary]:
    started_s = time.monotonic()
    summary = ingest_events(lake, workers, roots)
    return time.monotonic() - started_s, summary


def _warm_workers() -> SparkWorkers:
    """Return workers whose Python processes run and have their modules imported."""
    workers = SparkWorkers()
    workers.run(parse, [ParseTask(0, {}, ())] * 2 * workers.parallelism, "warm up")
    return workers
