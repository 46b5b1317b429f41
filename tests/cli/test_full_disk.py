"""What a file system refuses: one line with place and remedy, and the next run makes it right.

A limit on the size of files is as real as a full disk and needs no rights; /dev/full is a full one.
"""

import errno
import os
import random
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from insight_lib.cli.main import main
from insight_lib.errors import StorageError
from insight_lib.lake.atomic_json import store_json
from insight_lib.lake.tables import open_lake
from insight_lib.write_errors import refusal
from tests.events.conftest import frame, scalar_event

INSIGHT = [sys.executable, "-m", "insight_lib.cli.main"]
RUNS = 2


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """Runs whose random values take some 40 kB in a table."""
    chance = random.Random(1)  # noqa: S311
    root = tmp_path_factory.mktemp("full") / "logs"
    for number in range(RUNS):
        values = [scalar_event("loss", step, chance.random()) for step in range(5000)]
        (root / f"run-{number}").mkdir(parents=True)
        (root / f"run-{number}" / "events.out.tfevents.1.host").write_bytes(
            b"".join(frame(value.SerializeToString()) for value in values)
        )
    return root


def limited(most_bytes, *arguments):
    """Run a command whose processes cannot write longer files."""
    size = (most_bytes, resource.RLIM_INFINITY)
    return subprocess.run(
        [*INSIGHT, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, size),
    )


@pytest.mark.spark
def test_where_not_even_the_tables_fit_the_first_is_named_and_they_are_made_later(logs, tmp_path):
    lake = tmp_path / "lake"
    done = limited(300, "ingest", logs, "--lake", lake)
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1
    assert f"{lake}/" in done.stderr
    assert "cannot be written: File too large; raise the limit" in done.stderr
    assert open_lake(lake, create=True).read("scalars").num_rows == 0


@pytest.mark.spark
def test_what_a_worker_cannot_write_is_named_and_the_next_run_makes_the_tables_right(
    logs, tmp_path, contents
):
    lake, whole = tmp_path / "lake", tmp_path / "whole"
    done = limited(20_000, "ingest", logs, "--lake", lake)
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1
    assert f"insight ingest: {lake}/scalars cannot be written: File too large" in done.stderr
    assert "run the same command again: committed work is kept" in done.stderr
    assert list(lake.glob("scalars/*.parquet")) == []
    for place in (lake, whole):
        assert main(["ingest", str(logs), "--lake", str(place)]) == 0
    assert contents(open_lake(lake)) == contents(open_lake(whole))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_output_to_a_full_disk_is_no_success(tmp_path):
    open_lake(tmp_path / "lake", create=True)
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*INSIGHT, "sql", "--lake", tmp_path / "lake", "SELECT 1"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.startswith("insight sql: the output cannot be written: No space left")
    assert done.stderr.count("\n") == 1


def test_a_plan_that_cannot_be_stored_leaves_the_one_before(tmp_path):
    plan = tmp_path / "plan.json"
    store_json(plan, {"batch": 1})
    before = plan.read_bytes()
    (tmp_path / "plan.partial").symlink_to("/dev/full")
    with pytest.raises(StorageError, match=r"plan\.json cannot be written: No space.* of .* free"):
        store_json(plan, {"batch": 2})
    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]
    assert plan.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Generic LocalFileSystem error: No space left on device (os error 28)", errno.ENOSPC),
        ("[Errno 28] Error writing bytes to file. Detail: [errno 28]", errno.ENOSPC),
        ("java.io.IOException: No space left on device\n\tat java.base/sun.nio", errno.ENOSPC),
        ("java.io.IOException: Disk quota exceeded", errno.EDQUOT),
        ("Unable to rename file: Read-only file system (os error 30)", errno.EROFS),
        ("Generic error: Input/output error (os error 5)", errno.EIO),
        ("Permission denied (os error 13)", errno.EACCES),
    ],
)
def test_a_refusal_is_known_by_what_rust_java_and_arrow_say(text, code, tmp_path):
    found = refusal(RuntimeError(text), tmp_path / "scalars")
    assert str(found).startswith(f"{tmp_path}/scalars cannot be ")
    assert os.strerror(code) in str(found)


def test_other_errors_are_no_refusal(tmp_path):
    assert refusal(FileNotFoundError(errno.ENOENT, "No such file"), tmp_path) is None
    assert refusal(RuntimeError("Concurrent transaction"), tmp_path) is None
