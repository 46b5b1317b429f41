"""What happens to files between two nights: growth, replacement, moves, links."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from tensorboard.compat.proto import event_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

from insight_lib.events.ingest.file_heads import LINE_WAIT_S
from insight_lib.events.ingest.ledger import read_ledger
from insight_lib.events.ingest.plan import plan_events
from insight_lib.events.ingest.stage import ingest_events
from insight_lib.files.log_root import check_roots
from insight_lib.lake.sql import query
from insight_lib.lake.tables import open_lake
from tests.events.writing import write_scalars
from tests.in_process import InProcess

NAME = "events.out.tfevents.1.host"


def write_header(path, wall_time=1.0):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        header = event_pb2.Event(wall_time=wall_time, file_version="brain.Event:2")
        RecordWriter(file).write(header.SerializeToString())


@pytest.fixture
def lake(tmp_path):
    return open_lake(tmp_path / "lake", create=True)


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    return folder


@pytest.fixture
def night(lake, root):
    """A function that ingests the root, or other ones."""
    return lambda *roots: ingest_events(lake, InProcess(), check_roots(roots or [root]))


@pytest.fixture
def steps(lake):
    """The steps that count, of all files."""

    def steps():
        rows = query(lake, "SELECT step FROM current_scalars ORDER BY step")
        return rows["step"].to_pylist()

    return steps


@pytest.fixture
def rows(lake):
    """How many rows there are, with those that no longer count."""
    return lambda: lake.read("scalars", ["step"]).num_rows


def test_growth_and_a_late_file_in_a_known_directory_are_read_once(root, night, steps, rows):
    write_scalars(root / "a" / NAME, range(3))
    night()
    write_scalars(root / "a" / NAME, range(3, 5))
    write_scalars(root / "a" / f"{NAME}.2", [5])
    assert night().files_read == 2
    assert (steps(), rows()) == (list(range(6)), 6)
    assert night().files_read == 0


def test_a_shorter_an_equally_long_and_a_longer_replacement_are_new_generations(
    root, night, steps, lake
):
    for clock, new in enumerate([range(1, 5), range(11, 13), range(21, 23), range(31, 40)]):
        write_scalars(root / "a" / NAME, new, mode="wb", clock=100.0 * clock)
        os.utime(root / "a" / NAME, ns=(clock, clock))
        night()
        assert steps() == list(new)
    [entry] = read_ledger(lake).values()
    assert (entry.generation, entry.status) == (4, "complete")


def test_a_deleted_file_keeps_its_rows(root, night, steps):
    write_scalars(root / "a" / NAME, range(3))
    night()
    (root / "a" / NAME).unlink()
    assert night().files_read == 0
    assert steps() == [0, 1, 2]


def test_a_hard_link_that_sorts_earlier_is_the_file_that_is_known(root, night, rows, lake):
    write_scalars(root / "b" / NAME, range(3))
    night()
    (root / "a").mkdir()
    (root / "a" / NAME).hardlink_to(root / "b" / NAME)
    assert night().files_read == 0
    write_scalars(root / "b" / NAME, [3])
    night()
    assert rows() == 4
    assert list(read_ledger(lake)) == [f"logs/b/{NAME}"]


def test_a_copy_of_a_known_file_is_a_separate_file(root, night, rows):
    write_scalars(root / "b" / NAME, range(3))
    night()
    write_scalars(root / "a" / NAME, range(3))
    night()
    assert rows() == 6


def test_a_directory_moved_within_the_root_keeps_its_runs_name(root, night, rows, lake):
    write_scalars(root / "a" / NAME, range(3))
    night()
    (root / "a").rename(root / "b")
    night()
    assert night().files_read == 0
    write_scalars(root / "b" / NAME, [3])
    night()
    assert rows() == 4
    [entry] = read_ledger(lake).values()
    assert (entry.run_id, entry.path) == ("logs/a", str(root / "b" / NAME))


@pytest.mark.parametrize("moved_to", ["elsewhere/logs", "renamed"])
def test_a_root_that_was_moved_is_followed(root, night, rows, lake, tmp_path, moved_to):
    write_scalars(root / "a" / NAME, range(3))
    night()
    new = tmp_path / moved_to
    new.parent.mkdir(exist_ok=True)
    root.rename(new)
    write_scalars(new / "a" / NAME, [3])
    night(new)
    assert night(new).files_read == 0
    assert rows() == 4
    assert {entry.run_id for entry in read_ledger(lake).values()} == {"logs/a"}


def test_a_line_of_add_scalars_waits_for_its_first_value(root, night, lake):
    write_scalars(root / "run" / NAME, [0], tag="lr")
    line = root / "run" / "Loss_a" / NAME
    write_header(line, time.time())
    night()
    assert list(read_ledger(lake)) == [f"logs/run/{NAME}"]
    write_scalars(line, [1], tag="Loss")
    night()
    entry = read_ledger(lake)[f"logs/run/Loss_a/{NAME}"]
    assert (entry.run_id, entry.stream, entry.records) == ("logs/run", "Loss_a", 2)


def test_a_file_that_never_got_a_value_is_a_separate_run(root, night, lake):
    write_scalars(root / "run" / NAME, [0], tag="lr")
    write_header(root / "run" / "Loss_a" / NAME, time.time() - 2 * LINE_WAIT_S)
    night()
    entry = read_ledger(lake)[f"logs/run/Loss_a/{NAME}"]
    assert (entry.run_id, entry.stream, entry.records) == ("logs/run/Loss_a", ".", 1)


def test_files_that_did_not_change_are_not_opened(root, night, lake, monkeypatch):
    write_scalars(root / "run" / NAME, [0], tag="lr")
    write_scalars(root / "run" / "Loss_a" / NAME, [0], tag="Loss")
    night()
    known = read_ledger(lake)

    def refuse(*arguments):
        raise PermissionError(*arguments)

    monkeypatch.setattr("insight_lib.events.ingest.plan.read_head", refuse)
    monkeypatch.setattr("insight_lib.events.ingest.file_heads.read_span", refuse)
    plan = plan_events([root], known)
    assert (plan.ranges, plan.unreadable, plan.found) == ((), (), 2)


def test_a_file_name_that_is_not_utf8_is_read_and_followed(root, night, rows, lake):
    odd = root / os.fsdecode(b"a\xff") / NAME
    write_scalars(odd, range(2))
    night()
    write_scalars(odd, [2])
    night()
    assert rows() == 3
    assert list(read_ledger(lake)) == [f"logs/a\\xff/{NAME}"]


CLOSED = """
import os, sys
from pathlib import Path
from insight_lib.events.ingest.plan import plan_events
if os.getuid() == 0:  # whom no folder is closed to
    os.setgroups([])
    os.setuid(65534)
plan = plan_events([Path(sys.argv[1])], {})
print([s.entry.run_id[-4:] for s in plan.ranges], [Path(u).name for u in plan.unreadable])
"""


@pytest.mark.parametrize("mode", [0o000, 0o444])
def test_a_closed_folder_is_reported_and_the_others_are_read(mode):
    # Not below pytest's own folder, which nobody but its owner may enter.
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        root.chmod(0o755)
        write_scalars(root / "open" / NAME, [1])
        write_scalars(root / "shut" / NAME, [1])
        (root / "shut").chmod(mode)
        done = subprocess.run(
            [sys.executable, "-c", CLOSED, folder], capture_output=True, text=True, check=False
        )
        (root / "shut").chmod(0o755)
    assert done.stdout == "['open'] ['shut']\n", done.stderr
