"""What is left out of the quick loop is derived or refused: nobody has to remember a marker."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.markers import MARKERS

PROJECT = Path(__file__).parents[1]
BY_FIXTURES = """
import pytest

@pytest.fixture
def workers(): ...
@pytest.fixture
def zoo(): ...
@pytest.fixture
def chromium(): ...

def markers(request):
    return {marker.name for marker in request.node.iter_markers()}

def test_spark(workers, request):
    assert markers(request) == {"spark"}
def test_training(zoo, request):
    assert markers(request) == {"training"}
def test_browser(chromium, request):
    assert markers(request) == {"browser"}
def test_none(request):
    assert markers(request) == set()
"""
FORGOTTEN = """
import subprocess, sys

def test_spark():
    subprocess.run(["spark-submit"])
def test_spark_of_a_path():
    subprocess.run("/usr/bin/java")
def test_browser():
    subprocess.run(["chromium", "--headless"])
def test_training_of_another_process():
    subprocess.run([sys.executable, "-c", "import keras"], check=True)
def test_training():
    import keras
"""


def run_pytest(file, text, *options):
    file.write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.markers", "-c", "pyproject.toml"]
    command += ["-p", "no:cacheprovider", "--rootdir", file.parent, *options, file]
    # Options of the project's own run are not for one without its conftest.
    given = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    return subprocess.run(
        command, cwd=PROJECT, env=given, capture_output=True, text=True, check=False
    )


def test_a_test_has_the_marker_of_its_fixtures(tmp_path):
    done = run_pytest(tmp_path / "test_it.py", BY_FIXTURES)
    assert "4 passed" in done.stdout, done.stdout
    done = run_pytest(tmp_path / "test_it.py", BY_FIXTURES, "--quick")
    assert "1 passed, 3 deselected" in done.stdout, done.stdout


@pytest.mark.parametrize("line", ["import keras", "from tensorflow.python.eager import context"])
def test_a_file_that_imports_tensorflow_or_keras_is_marked_and_not_even_loaded(line, tmp_path):
    done = run_pytest(tmp_path / "test_it.py", f"raise SystemExit\n{line}\n", "--quick")
    assert "no tests ran" in done.stdout, done.stdout


def test_the_quick_loop_refuses_what_a_test_is_not_marked_for(tmp_path):
    said = run_pytest(tmp_path / "test_it.py", FORGOTTEN, "--quick").stdout
    assert "5 failed" in said
    for marker in ("spark", "training", "browser"):
        assert f"UnmarkedError: a test without the marker '{marker}' starts" in said, said
        assert f"@pytest.mark.{marker}" in said, said


def test_every_marker_is_registered_and_run_by_make_test_or_make_test_services():
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["pytest"]
    registered = [each.partition(":")[0] for each in settings["ini_options"]["markers"]]
    assert tuple(registered) == MARKERS
    recipes = (PROJECT / "Makefile").read_text()
    *of_make_test, services = MARKERS
    assert f'-m "({" or ".join(of_make_test)}) and not {services}"' in recipes
    assert f"-m {services}" in recipes
