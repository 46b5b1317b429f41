"""Decoding event files compared with other readers, each pinned to the same core of Linux.

A file is read once before it is measured, so that all find it in the page cache. Ours and the
peer's are measured in turn, each in a fresh process, as elapsed time without the process's start.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.entry import Entry, at_most, more_than
from tests.bench.files import write_histograms, write_scalars
from tests.bench.rustboard import load_s

SCALARS = 1_000_000
HISTOGRAMS = 200_000
RUSTBOARD_ROUNDS = 5
EVENT_ACCUMULATOR_ROUNDS = 3
# It takes half a minute for a million events, in proportion to them.
EVENT_ACCUMULATOR_SHARE = 10

RUSTBOARD_GOAL = 8.0
EVENT_ACCUMULATOR_GOAL = 150.0

LARGE_FILE_BYTES = 10_000_000_000
MEMORY_GOAL_MB = 1000.0

WriteFile = Callable[[Path, int], None]


def decode_scalars_vs_rustboard() -> Entry:
    """Measure records/s of scalars; the data server's of its load cycle (see `load_s`)."""
    return _against_rustboard("decode_scalars_vs_rustboard", write_scalars, SCALARS)


def decode_histograms_vs_rustboard() -> Entry:
    """Measure records/s of histograms; else as `decode_scalars_vs_rustboard`."""
    return _against_rustboard("decode_histograms_vs_rustboard", write_histograms, HISTOGRAMS)


def decode_scalars_vs_eventaccumulator() -> Entry:
    """Measure records/s of scalars; EventAccumulator's of a tenth of them, every value kept.

    It reads by TensorFlow's reader of records, which takes half of the time or less that
    TensorBoard's own takes where there is no TensorFlow.
    """
    return _against_event_accumulator("decode_scalars_vs_eventaccumulator", write_scalars, SCALARS)


def decode_histograms_vs_eventaccumulator() -> Entry:
    """Measure records/s of histograms; else as `decode_scalars_vs_eventaccumulator`."""
    return _against_event_accumulator(
        "decode_histograms_vs_eventaccumulator", write_histograms, HISTOGRAMS
    )


def decode_memory() -> Entry:
    """Measure the memory that reading 10 GB of histograms takes above what a warm process has."""
    with _scratch() as folder:
        block, large = folder / "block", folder / "large"
        write_histograms(block, HISTOGRAMS)
        _repeat(block, large, -(-LARGE_FILE_BYTES // block.stat().st_size))
        return at_most("decode_memory", _measure("memory", large), "MB", MEMORY_GOAL_MB)


def _against_rustboard(name: str, write: WriteFile, events: int) -> Entry:
    with _scratch() as folder:
        path = _warm_file(folder, write, events)
        ours_s, peers_s = _in_turn(
            RUSTBOARD_ROUNDS, lambda: _measure("ours", path), lambda: load_s(folder)
        )
    peer = "tensorboard-data-server --checksum"
    return more_than(name, events / ours_s, "records/s", peer, events / peers_s, RUSTBOARD_GOAL)


def _against_event_accumulator(name: str, write: WriteFile, events: int) -> Entry:
    fewer = events // EVENT_ACCUMULATOR_SHARE
    with _scratch() as folder, _scratch() as small_folder:
        path = _warm_file(folder, write, events)
        small = _warm_file(small_folder, write, fewer)
        ours_s, peers_s = _in_turn(
            EVENT_ACCUMULATOR_ROUNDS,
            lambda: _measure("ours", path),
            lambda: _measure("event_accumulator", small),
        )
    peer, goal = "EventAccumulator", EVENT_ACCUMULATOR_GOAL
    return more_than(name, events / ours_s, "records/s", peer, fewer / peers_s, goal)


def _in_turn(
    rounds: int, ours: Callable[[], float], peers: Callable[[], float]
) -> tuple[float, float]:
    """Return the medians of both, run by turns on one core."""
    with _one_core():
        pairs = [(ours(), peers()) for _ in range(rounds)]
    return statistics.median(our for our, _ in pairs), statistics.median(peer for _, peer in pairs)


def _measure(reading: str, path: Path) -> float:
    """Return the number that a fresh process finds, see `tests.bench.reading`."""
    command = [sys.executable, "-m", "tests.bench.reading", reading, path]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return float(printed)


@contextmanager
def _one_core() -> Iterator[None]:
    """Keep what this thread starts on one core."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


@contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def _warm_file(folder: Path, write: WriteFile, events: int) -> Path:
    """Write an event file, and read it once."""
    path = folder / "events.out.tfevents.1700000000.host"
    write(path, events)
    path.read_bytes()
    return path


def _repeat(block: Path, target: Path, times: int) -> None:
    content = block.read_bytes()
    with target.open("wb") as file:
        for _ in range(times):
            file.write(content)
