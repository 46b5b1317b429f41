"""The decode benchmarks measure whole files, and refuse to measure damaged ones."""

import subprocess
import sys

import pytest

from tests.bench.entry import more_than
from tests.bench.files import write_histograms, write_scalars
from tests.bench.reading import ours
from tests.bench.rustboard import load_s

EVENTS = 2_000


@pytest.fixture
def intact(tmp_path):
    path = tmp_path / "events.out.tfevents.1.host"
    write_scalars(path, EVENTS)
    return path


@pytest.fixture
def damaged(intact):
    content = bytearray(intact.read_bytes())
    content[len(content) // 2] ^= 1
    intact.write_bytes(content)
    return intact


def test_an_intact_file_takes_time_in_both_readers(intact):
    assert 0 < ours(intact) < 60
    assert 0 < load_s(intact.parent) < 60


def test_our_reading_of_a_damaged_file_is_not_measured(damaged):
    with pytest.raises(RuntimeError, match="is damaged before byte"):
        ours(damaged)


def test_the_servers_reading_of_a_damaged_file_is_not_measured(damaged):
    with pytest.raises(RuntimeError, match="cannot load all of the files"):
        load_s(damaged.parent)


def test_an_incomplete_file_is_not_measured(intact):
    intact.write_bytes(intact.read_bytes()[:-1])
    with pytest.raises(RuntimeError, match="ends at byte"):
        ours(intact)


def test_the_memory_of_a_reading_is_a_fresh_process_own(tmp_path):
    path = tmp_path / "histograms"
    write_histograms(path, EVENTS)
    command = [sys.executable, "-m", "tests.bench.reading", "memory", path]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    assert 0 < float(printed) < 500


def test_a_rate_below_the_goal_does_not_hold():
    slow = more_than("decode", 99.0, "records/s", "peer", 20.0, 5.0)
    fast = more_than("decode", 100.0, "records/s", "peer", 20.0, 5.0)
    assert (slow.ratio, slow.holds, fast.holds) == (4.95, False, True)
