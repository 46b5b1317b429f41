"""How long a person waits: for the whole demo, and for a night that brought nothing."""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.entry import Entry, at_most

# Under 3 minutes after set-up, on 2 cores.
DEMO_GOAL_S = 180.0
# An idle night should cost a person no more than a glance.
IDLE_NIGHT_GOAL_S = 5.0
IDLE_NIGHTS = 3


def demo_s() -> Entry:
    """Time `insight demo` from nothing to the report: some minutes, so once."""
    with tempfile.TemporaryDirectory() as scratch:
        return at_most("demo_s", _demo(Path(scratch) / "lake"), "s", DEMO_GOAL_S)


def nightly_again_s() -> Entry:
    """Time `insight nightly` on the demo's lake when nothing is new; median of three."""
    with tempfile.TemporaryDirectory() as scratch:
        lake = Path(scratch) / "lake"
        _demo(lake)
        taken_s = [_timed("nightly", "--lake", lake) for _ in range(IDLE_NIGHTS)]
    return at_most("nightly_again_s", statistics.median(taken_s), "s", IDLE_NIGHT_GOAL_S)


def _demo(lake: Path) -> float:
    return _timed("demo", "--lake", lake)


def _timed(*arguments: str | Path) -> float:
    started_s = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "insight_lib.cli.main", *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.monotonic() - started_s
