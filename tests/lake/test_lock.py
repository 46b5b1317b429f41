import subprocess
import sys

import pytest

from insight_lib.errors import LakeBusyError
from insight_lib.lake.lock import only_writer

HOLDER = """
import sys
from pathlib import Path
from insight_lib.lake.lock import only_writer
with only_writer(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, tmp_path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_writer_learns_who_holds_the_lock(tmp_path, holder):
    with pytest.raises(
        LakeBusyError, match=rf"already writing .*process {holder.pid} since \d{{4}}"
    ):
        only_writer(tmp_path).__enter__()


def test_a_killed_writer_leaves_no_lock(tmp_path, holder):
    holder.kill()
    holder.wait()
    with only_writer(tmp_path):
        pass


def test_the_lock_can_be_taken_again_after_an_error(tmp_path):
    with pytest.raises(ZeroDivisionError), only_writer(tmp_path):
        raise ZeroDivisionError
    with only_writer(tmp_path):
        pass
