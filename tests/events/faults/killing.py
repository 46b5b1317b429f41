"""``insight ingest`` as a real process, killed while its batch is under way.

A kill is aimed at a phase of the batch: at the reading, some time after the first worker appeared,
or at the commits, some time after one of the tables got its new version, or at the making of the
tables of a new lake.
"""

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pyarrow as pa
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary

from insight_lib.events.ingest.stage import ROW_TABLES, ingest_events
from insight_lib.files.log_root import check_roots
from insight_lib.lake.lock import only_writer
from insight_lib.lake.tables import Lake, open_lake
from insight_lib.lake.workers import Workers
from tests.events.conftest import frame, scalar_event, tf1_histogram
from tests.events.faults.records import every_kind

RUNS = 8
COPIES = 40
LONGEST_S = 300
POLL_S = 0.001
COMMIT_S = 0.02
DRIVER = "the driver alone"
ALL = "the driver, its JVM and its workers"
WORKER = "a worker"
READING = "reading"
COMMITS = "committing"
CREATION = "making tables"


@dataclass(frozen=True)
class Killed:
    """What became of one attempt: the victim, the phase aimed at, and how the command ended."""

    victim: str
    phase: str
    status: int
    commits: int


def write_corpus(root: Path, copies: int = COPIES) -> None:
    """A few runs of some megabytes: every kind of event, and damage of both kinds."""
    for number in range(RUNS):
        records = [frame(scalar_event("loss", s, s / 7).SerializeToString()) for s in range(500)]
        event = Event(wall_time=1.0, summary=Summary(value=[tf1_histogram()]))
        records += [frame(event.SerializeToString())] * 200
        whole = b"".join(every_kind()[:-1] + records) * copies
        damaged = bytearray(whole)
        damaged[len(whole) // 2] ^= 0xFF
        damaged[len(whole) // 3 : len(whole) // 3 + 4096] = bytes(4096)
        folder = root / f"run-{number}"
        folder.mkdir(parents=True)
        (folder / "events.out.tfevents.1.host").write_bytes(damaged + whole[:5])


def tables(lake: Lake) -> dict[str, pa.Table]:
    """Every row of what ingestion fills, in a fixed order, less the number of its batch."""
    found = {}
    for name in (*ROW_TABLES, "event_files"):
        rows = lake.read(name)
        rows = rows.select([column for column in rows.column_names if column != "batch"])
        keys = ("file_id", "record_offset", "offset", "value_index")
        order = [(key, "ascending") for key in keys if key in rows.column_names]
        found[name] = rows.sort_by(order).combine_chunks()
    return found


def same(one: dict[str, pa.Table], other: dict[str, pa.Table]) -> bool:
    """Whether two lakes hold the same rows; the corpus has no NaN, which would equal nothing."""
    return one.keys() == other.keys() and all(one[name].equals(other[name]) for name in one)


def start(root: Path, lake: Path) -> subprocess.Popen[bytes]:
    """Start an ingestion that nobody watches."""
    command = [sys.executable, "-m", "insight_lib.cli.main", "ingest", str(root), "--lake"]
    return subprocess.Popen(
        [*command, str(lake)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def kill_once(
    root: Path, lake: Path, victim: str, phase: str, batch_s: float, chance: random.Random
) -> Killed:
    """Start an ingestion, kill the victim in the phase, and wait until the command has ended.

    What a killed driver alone leaves behind is not waited for.

    Args:
        root: the log root.
        lake: the lake's folder.
        victim: `DRIVER`, `ALL` or `WORKER`.
        phase: `READING`, at a moment spread over the whole batch, `COMMITS` or `CREATION`.
        batch_s: seconds from the first worker to the end of a batch that nobody disturbs.
        chance: where the moment comes from.
    """
    process = start(root, lake)
    driver = psutil.Process(process.pid)
    wanted = chance.randint(1, len(ROW_TABLES) + 1)
    begun: dict[str, Callable[[], bool]] = {
        READING: lambda: bool(_workers(driver)),
        COMMITS: lambda: _commits(lake) >= wanted,
        CREATION: lambda: _made(lake) >= 3 * wanted,
    }
    _wait(begun[phase], process)
    time.sleep(chance.uniform(0, batch_s if phase == READING else COMMIT_S))
    for target in _targets(driver, victim, chance):
        _kill(target)
    return Killed(victim, phase, process.wait(LONGEST_S), _commits(lake))


def _targets(driver: psutil.Process, victim: str, chance: random.Random) -> list[psutil.Process]:
    if victim == WORKER:
        return [chance.choice(found)] if (found := _workers(driver)) else []
    others = _descendants(driver) if victim == ALL else []
    return [driver, *others]


def _workers(driver: psutil.Process) -> list[psutil.Process]:
    """Spark's Python workers: what the daemon that Spark starts has forked."""
    found = []
    for process in _descendants(driver):
        try:
            if "pyspark.daemon" in process.cmdline() and not process.children():
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found


def _descendants(driver: psutil.Process) -> list[psutil.Process]:
    try:
        return driver.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return


def _wait(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Wait until the condition holds or the process has ended."""
    until_s = time.monotonic() + LONGEST_S
    while not condition() and process.poll() is None and time.monotonic() < until_s:
        time.sleep(POLL_S)


def _made(lake: Path) -> int:
    return sum(1 for _ in lake.glob("*/_delta_log/*0.json"))


def _commits(lake: Path) -> int:
    """New versions of the tables of a new lake, which its making left at version 0."""
    return sum(1 for _ in lake.glob("*/_delta_log/*.json")) - _made(lake)


def attempts(count: int, seed: int) -> Iterator[tuple[str, str, random.Random]]:
    """Victim, phase and chance of so many kills of a driver and as many of a worker."""
    for number in range(count):
        phase = (COMMITS, READING, READING, COMMITS, CREATION)[number % 5]
        victim = (ALL, DRIVER)[number % 2]
        yield victim, phase, random.Random(seed + number)
        yield WORKER, READING, random.Random(10_000 + seed + number)


def repeated(
    folder: Path, workers: Workers, count: int, seed: int, copies: int = COPIES
) -> Iterator[tuple[Killed, bool]]:
    """Kill, then ingest again at once: what became of each attempt, and whether the rows are right.

    They are right if they equal those of an ingestion that nothing disturbed.

    Args:
        folder: an empty folder for the log root and the lakes.
        workers: those of the ingestion that follows a kill.
        count: so many drivers are killed and so many workers.
        seed: of the moments.
        copies: how often each run's records are repeated.
    """
    root = folder / "logs"
    write_corpus(root, copies)
    batch_s = undisturbed(root, folder / "undisturbed")
    wanted = tables(open_lake(folder / "undisturbed"))
    for number, (victim, phase, chance) in enumerate(attempts(count, seed)):
        place = folder / f"lake-{number}"
        killed = kill_once(root, place, victim, phase, batch_s, chance)
        lake = open_lake(place, create=True)
        with only_writer(lake.root):
            ingest_events(lake, workers, check_roots([root]))
        yield killed, same(tables(lake), wanted)
        shutil.rmtree(place, ignore_errors=True)


def undisturbed(root: Path, lake: Path) -> float:
    """Ingest in a separate process; seconds from its first worker to its end.

    Raises:
        RuntimeError: It failed.
    """
    process = start(root, lake)
    driver = psutil.Process(process.pid)
    _wait(lambda: bool(_workers(driver)), process)
    started_s = time.monotonic()
    if process.wait(LONGEST_S) != 0:
        raise RuntimeError(f"the ingestion that nobody disturbed ended with {process.returncode}")
    return time.monotonic() - started_s
