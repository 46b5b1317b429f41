"""A thousand runs of 5,000 points: the stages of a night, and the memory of a diagnosis."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

from insight_lib.cli.output import print_table
from insight_lib.files.log_root import check_roots
from insight_lib.lake.session import SparkWorkers
from insight_lib.lake.tables import open_lake
from insight_lib.pipeline.inputs import Inputs
from insight_lib.pipeline.stage import Context
from insight_lib.pipeline.stages import STAGES
from tests.bench.entry import Entry, at_most

RUNS, STEPS = 1000, 1000
MODELS = 20
STAGE_GOAL_S = 15.0
MEMORY_GOAL_MB = 800.0
_INGESTING = "ingest_"


def nightly_1000_runs_s() -> Entry:
    """Time each stage of a first night that works run by run, and return the slowest.

    The Spark session starts with ingestion, which is not among them.
    """
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        write_runs(root / "logs", RUNS)
        lake = open_lake(root / "lake", create=True)
        inputs = Inputs(roots=check_roots([root / "logs"]))
        context = Context(lake, SparkWorkers(), inputs, root / "report")
        taken_s = {}
        for stage in STAGES:
            started_s = time.monotonic()
            stage.run(context)
            taken_s[stage.name] = round(time.monotonic() - started_s, 2)
    print_table(f"{RUNS} runs of {5 * STEPS} points", ("stage", "s"), list(taken_s.items()))
    slowest = max(s for name, s in taken_s.items() if not name.startswith(_INGESTING))
    return at_most("nightly_1000_runs_s", slowest, "s", STAGE_GOAL_S)


def diagnose_memory_mb() -> Entry:
    """Return the most memory of `insight diagnose` on a thousand runs, its program included."""
    with tempfile.TemporaryDirectory() as scratch:
        logs = Path(scratch) / "logs"
        write_runs(logs, RUNS // 10)
        tenth = _peak_mb(logs)
        write_runs(logs, RUNS)
        peak = _peak_mb(logs)
    print(f"{RUNS // 10} runs: {tenth:.0f} MB; {RUNS} runs: {peak:.0f} MB")
    return at_most("diagnose_memory_mb", peak, "MB", MEMORY_GOAL_MB)


def write_runs(logs: Path, runs: int) -> None:
    """Write runs with five noisy series each; every twentieth is the same."""
    contents = [_content(logs.parent, seed) for seed in range(MODELS)]
    for number in range(runs):
        file = logs / f"run-{number:05d}" / "events.out.tfevents.1.host.1.0"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(contents[number % MODELS])


def _content(folder: Path, seed: int) -> bytes:
    random = np.random.default_rng(seed)
    fall = np.exp(-np.arange(STEPS) / 200)
    noise = random.normal(1, 0.05, (5, STEPS))
    series = {
        "train/loss": (0.3 + 2 * fall) * noise[0],
        "val/loss": (0.4 + 1.9 * fall) * noise[1],
        "val/accuracy": np.clip((0.9 - 0.8 * fall) * noise[2], 0, 1),
        "train/grad_norm": (0.5 + fall) * noise[3],
        "lr": 1e-3 * fall,
    }
    path = folder / "model"
    with path.open("wb") as file:
        writer = RecordWriter(file)
        for step in range(STEPS):
            for tag, values in series.items():
                value = Summary.Value(tag=tag, simple_value=float(values[step]))
                event = Event(wall_time=1.7e9 + step, step=step, summary=Summary(value=[value]))
                writer.write(event.SerializeToString())
    return path.read_bytes()


_LAUNCHER = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(status.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def _peak_mb(logs: Path) -> float:
    """Return the peak of the command, started by a small process: a child begins as large as it."""
    command = [sys.executable, "-m", "insight_lib.cli.main", "diagnose", str(logs)]
    launched = [sys.executable, "-c", _LAUNCHER, *command]
    told = subprocess.run(launched, check=True, capture_output=True, text=True).stdout
    status, peak_kb = map(int, told.split())
    if status not in (0, 1):
        raise RuntimeError(f"insight diagnose ended with status {status}")
    return peak_kb / 1024
