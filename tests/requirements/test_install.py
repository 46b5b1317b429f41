"""Set-up, from a copy of the project as a stranger would have it after cloning."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.module_at import module_at

PROJECT = Path(__file__).parents[2]
BUILT = shutil.ignore_patterns(".git", ".venv", "build", "__pycache__", ".*_cache", ".hypothesis")

SPARK_WRITE = """
import sys
from insight_lib.lake.java import EMBEDDED_HOME, java_home
from insight_lib.lake.session import spark_session
assert java_home() == EMBEDDED_HOME, java_home()
spark = spark_session()
spark.range(5).write.format("delta").save(sys.argv[1])
print(spark.read.format("delta").load(sys.argv[1]).count(), "rows")
"""


@pytest.fixture(scope="module")
def install():
    return module_at(PROJECT / "requirements/install.py")


@pytest.fixture
def clone(tmp_path):
    return Path(shutil.copytree(PROJECT, tmp_path / "clone", ignore=BUILT))


@pytest.fixture
def path_without_java(tmp_path):
    """A folder with every program of the PATH but Java's."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for directory in map(Path, os.get_exec_path()):
        for program in directory.glob("*") if directory.is_dir() else ():
            if program.name != "java" and not (folder / program.name).exists():
                (folder / program.name).symlink_to(program)
    return str(folder)


def set_up(clone, environment):
    return subprocess.run(
        [sys.executable, clone / "requirements/install.py"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.spark
@pytest.mark.slow
def test_without_a_java_set_up_embeds_one_that_spark_writes_delta_with(
    clone, path_without_java, tmp_path
):
    environment = {k: v for k, v in os.environ.items() if k not in ("JAVA_HOME", "VIRTUAL_ENV")}
    environment["PATH"] = path_without_java
    assert shutil.which("java", path=path_without_java) is None

    done = set_up(clone, environment)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "minutes on two cores, and 5 GB of disk" in done.stderr.splitlines()[0]
    stamp = clone / ".venv" / "set-up-done"
    first = stamp.stat().st_mtime_ns

    again = set_up(clone, environment)
    assert (again.returncode, again.stderr) == (0, "")
    assert stamp.stat().st_mtime_ns == first

    written = subprocess.run(
        [clone / ".venv/bin/python", "-c", SPARK_WRITE, tmp_path / "table"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert written.stdout == "5 rows\n", written.stderr


@pytest.mark.slow
def test_no_network_at_first_set_up_is_one_line_with_the_remedy(clone, tmp_path):
    nowhere = "http://127.0.0.1:9"
    environment = os.environ | {
        "HTTPS_PROXY": nowhere,
        "HTTP_PROXY": nowhere,
        "ALL_PROXY": nowhere,
        "UV_CACHE_DIR": str(tmp_path / "cache"),
        "UV_HTTP_RETRIES": "0",
        "PIP_NO_CACHE_DIR": "1",
        "PIP_RETRIES": "0",
    }
    done = set_up(clone, environment)
    cost, _, *lines = done.stderr.splitlines()
    assert re.match(r"set-up: takes \d+ to \d+ minutes .* \d GB of disk", cost)
    assert done.returncode == 2
    assert len(lines) == 1
    assert "the package index cannot be reached; check the network" in lines[0]


@pytest.mark.parametrize("version", [(3, 10), (3, 14), (2, 7)])
def test_a_python_that_is_not_supported_is_refused_with_the_remedy(install, version):
    with pytest.raises(install.CannotSetUpError, match=r"make PYTHON=/path/to/python3$"):
        install.check_python(version)


def test_a_disk_too_small_is_refused_with_the_remedy(install):
    with pytest.raises(install.CannotSetUpError, match=r"2\.0 GB are free; make room"):
        install.check_disk(2 * 10**9)


def test_a_supported_python_and_an_empty_disk_are_accepted(install):
    install.check_python((3, 11))
    install.check_disk(10**12)


COMPILED_OR_FETCHED = (
    "events/format/tfrecord.py",
    "events/format/dtypes.py",
    "tracer/stats_format.py",
    "evaluation/by_step/group_kernels.py",
    "lake/jars.py",
)


def test_set_up_is_done_again_where_what_it_compiles_or_fetches_changes(clone):
    copied = module_at(clone / "requirements/install.py")
    states = [copied.wanted_state()]
    for changed in COMPILED_OR_FETCHED:
        with (clone / "insight_lib" / changed).open("a") as source:
            source.write("\nCHANGED = 1\n")
        states.append(copied.wanted_state())
    assert len(set(states)) == 1 + len(COMPILED_OR_FETCHED)
    (clone / "insight_lib/report/render.py").write_text("# No kernel is made of it.")
    assert copied.wanted_state() == states[-1]


def test_set_up_is_done_again_for_a_new_kernel_in_a_new_folder(clone):
    copied = module_at(clone / "requirements/install.py")
    before = copied.wanted_state()
    new = clone / "insight_lib/anywhere/loops.py"
    new.parent.mkdir()
    new.write_text("from insight_lib.kernels import kernel\n")
    assert copied.wanted_state() != before
