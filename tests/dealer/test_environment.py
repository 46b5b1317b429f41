"""The code version is what git says of the program's folder."""

import os
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import pytest

from insight_lib.dealer.config import CodeVersion
from insight_lib.dealer.environment import code_version, host

PROJECT = Path(__file__).parents[2]


def git(folder, *words):
    who = ["-c", "user.name=a", "-c", "user.email=a@b"]
    done = subprocess.run(
        ["git", "-C", folder, *who, *words], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path):
    git(tmp_path, "init", "--quiet")
    (tmp_path / "program.py").write_text("print('a')\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "one")
    return tmp_path


def test_a_clean_folder_has_its_revision(repository):
    assert code_version(repository) == CodeVersion(git(repository, "rev-parse", "HEAD"), False)


def test_what_git_does_not_keep_makes_no_folder_dirty(repository):
    (repository / "logs").mkdir()
    (repository / "logs" / "events").touch()
    assert code_version(repository / "logs").dirty is False


def test_a_changed_file_makes_it_dirty(repository):
    (repository / "program.py").write_text("print('b')\n")
    assert code_version(repository).dirty is True


def test_a_folder_under_no_version_control_has_none(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert code_version(tmp_path) is None


def test_a_repository_without_a_commit_has_none(tmp_path):
    git(tmp_path, "init", "--quiet")
    assert code_version(tmp_path) is None


def test_a_machine_without_git_has_none(repository, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert code_version(repository) is None


def test_the_folder_is_that_of_the_program_wherever_it_is_started(repository, tmp_path_factory):
    (repository / "program.py").write_text(
        "from insight_lib.dealer.environment import code_version\nprint(code_version().revision)\n"
    )
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    done = subprocess.run(
        [sys.executable, repository / "program.py"],
        cwd=elsewhere,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == git(repository, "rev-parse", "HEAD")


def test_the_machine_is_described_without_its_name():
    found = host()
    limits = os.environ.keys() & {"OMP_NUM_THREADS", "OMP_THREAD_LIMIT"}
    nproc = ["env", *(f"--unset={name}" for name in limits), "nproc"]
    assert found.cpus == int(subprocess.run(nproc, check=True, capture_output=True).stdout)
    total = Path("/proc/meminfo").read_text().split("MemTotal:")[1].split()[0]
    assert found.memory == pytest.approx(1024 * int(total), rel=0.01)
    assert os.uname().nodename not in found.platform
