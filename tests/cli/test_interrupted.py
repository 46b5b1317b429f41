"""Commands as real processes that are interrupted: one line, nothing left behind."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from insight_lib.events.format.compile import COMPILING
from insight_lib.lake.tables import open_lake
from tests.events.conftest import frame, scalar_event

INSIGHT = [sys.executable, "-m", "insight_lib.cli.main"]
LONGEST_S = 300
WORDS = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}


@pytest.fixture
def logs(tmp_path):
    records = [frame(scalar_event("loss", s, 1 / (s + 1)).SerializeToString()) for s in range(9)]
    (tmp_path / "logs" / "run").mkdir(parents=True)
    (tmp_path / "logs" / "run" / "events.out.tfevents.1.host").write_bytes(b"".join(records))
    return tmp_path / "logs"


def started(*arguments, **environment):
    """A command in a separate process group, as a shell starts it."""
    return subprocess.Popen(
        [*INSIGHT, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | environment,
        text=True,
        process_group=0,
    )


def descendants(process):
    try:
        return psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def wait_for(condition, process):
    until_s = time.monotonic() + LONGEST_S
    while not condition() and process.poll() is None and time.monotonic() < until_s:
        time.sleep(0.01)


def end(process, number, *, group):
    """Interrupt a process; what it said, once none of those that it started runs any more."""
    others = descendants(process)
    (os.killpg if group else os.kill)(process.pid, number)
    _, said = process.communicate(timeout=LONGEST_S)
    _, left = psutil.wait_procs(others, timeout=LONGEST_S)
    assert left == []
    return said


@pytest.mark.spark
@pytest.mark.parametrize(("number", "group"), [(signal.SIGINT, True), (signal.SIGTERM, False)])
def test_a_night_that_is_interrupted_while_spark_starts_leaves_no_process_no_file_and_one_line(
    logs, tmp_path, number, group
):
    def has_begun():
        for process in descendants(night):
            try:
                if "org.apache.spark.deploy.SparkSubmit" in process.cmdline():
                    return True
            except psutil.NoSuchProcess:
                continue
        return False

    temporary = tmp_path / "tmp"
    temporary.mkdir()
    with started("nightly", logs, "--lake", tmp_path / "lake", TMPDIR=str(temporary)) as night:
        wait_for(has_begun, night)
        said = end(night, number, group=group)
    assert night.returncode == 128 + number
    assert said == (
        f"insight nightly: {WORDS[number]}; committed work is kept, "
        "run the same command again to continue\n"
    )
    assert list(temporary.iterdir()) == []


@pytest.mark.slow
def test_a_first_diagnosis_says_that_it_compiles_and_can_be_interrupted_then(logs, tmp_path):
    with started("diagnose", logs, NUMBA_CACHE_DIR=str(tmp_path / "kernels")) as diagnosis:
        assert diagnosis.stderr.readline() == COMPILING + "\n"
        said = end(diagnosis, signal.SIGINT, group=True)
    assert diagnosis.returncode == 130
    assert said == "insight diagnose: interrupted; nothing was changed\n"


@pytest.mark.slow
def test_a_query_can_be_interrupted(tmp_path):
    open_lake(tmp_path / "lake", create=True)
    endless = "SELECT count(*) FROM range(1000000000000) a, range(1000) b WHERE a.range = -b.range"
    with started("sql", "--lake", tmp_path / "lake", endless) as query:
        wait_for(lambda: psutil.Process(query.pid).cpu_times().user > 2, query)
        said = end(query, signal.SIGINT, group=True)
    assert query.returncode == 130
    assert said == "insight sql: interrupted; nothing was changed\n"
