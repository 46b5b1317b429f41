"""``insight diagnose`` on a directory of 100 MB, as a person waits for it."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.entry import Entry, at_most
from tests.bench.traced import write_run_of_others, write_traced_run

GOAL_S = 2.0
MEGABYTES = 100
ROUNDS = 5

LAYERS = 10
TRACED_RUNS = 5
TRACED_STEPS = range(0, 2050, 10)
RUNS_OF_OTHERS = 2
STEPS_OF_OTHERS = range(0, 4000, 10)


def diagnose_100mb_s() -> Entry:
    """Measure the seconds of the whole command, from a fresh process to its last line.

    The directory holds five traced runs, 205 steps of 10 layers of kernel and bias each, and two
    of TensorFlow 1 with histograms of their weights and activations. It is in the page cache, and
    Python keeps compiled modules, as it does wherever the package is installed.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _write(root)
        _diagnose(root)
        seconds = statistics.median(_diagnose(root) for _ in range(ROUNDS))
        return at_most("diagnose_100mb_s", seconds, "s", GOAL_S)


def _write(root: Path) -> None:
    for run in range(TRACED_RUNS):
        write_traced_run(root / f"traced-{run}", LAYERS, TRACED_STEPS, ("kernel", "bias"))
    for run in range(RUNS_OF_OTHERS):
        write_run_of_others(root / f"other-{run}", LAYERS, STEPS_OF_OTHERS)
    size = sum(path.stat().st_size for path in root.rglob("*tfevents*"))
    if size < MEGABYTES * 1_000_000:
        raise RuntimeError(f"{size} bytes were written, not {MEGABYTES} MB: write more steps")


def _diagnose(root: Path) -> float:
    command = [sys.executable, "-m", "insight_lib.cli.main", "diagnose", str(root)]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    started_s = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - started_s
