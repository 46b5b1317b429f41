"""Files made to exhaust a reader: nothing crashes, nothing is lost, memory is bounded."""

import json
import subprocess
import sys

import pytest

from insight_lib.events.format.read import CHUNK_BYTES
from tests.events.faults.hostile import HOSTILE

pytestmark = pytest.mark.slow

# What a chunk of the file, its columns and the rows' positions may take: see `bound`.
FIXED_BYTES = 48 * 2**20
ROW_BYTES = 400


def run(module, *arguments):
    """Run a module of this folder in a separate process; what it printed."""
    command = [sys.executable, "-m", f"tests.events.faults.{module}", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def measured():
    return json.loads(run("hostile"))


def bound(figures):
    """Bytes that reading may take: of the file at most two chunks and their copies count."""
    chunks = min(figures["bytes"], 2 * CHUNK_BYTES)
    return FIXED_BYTES + 4 * chunks + ROW_BYTES * figures["rows"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_kept_whole_in_bounded_memory(measured, name):
    figures = measured[name]
    assert figures["read_to"] == figures["bytes"]
    assert figures["rows"] > 0
    assert figures["quarantined"] == 0
    assert figures["grown"] < bound(figures)


def test_no_byte_behind_the_buffer_is_read_whatever_it_holds():
    assert run("guard", 7, 2000) == "2000\n"
