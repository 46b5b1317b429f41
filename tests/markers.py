"""Which tests need Spark, a training, a browser or servers: derived, so that nobody remembers.

A test has the marker of its fixtures, and `training` where its file, or a conftest.py above it,
imports TensorFlow or Keras. Other tests name their markers themselves. `--quick` leaves out all
that have a marker and refuses a JVM, Keras and a browser to the rest, so a forgotten marker fails.
"""

import os
import re
import sys
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
GUARD = TESTS / "guard"
FIXTURES = {
    "spark": {"workers", "spark", "night", "spark_environment"},
    "training": {"zoo", "night", "traced_fit"},
    "browser": {"chromium"},
    "services": {"airflow", "served"},
}
MARKERS = ("spark", "training", "browser", "slow", "services")
TRAINS = re.compile(r"^(?:import|from) (?:keras|tensorflow)\b", re.MULTILINE)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--quick", action="store_true", help=f"leave out tests marked {' or '.join(MARKERS)}"
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--quick"):
        os.environ["PYTHONPATH"] = os.pathsep.join(
            filter(None, (str(GUARD), os.environ.get("PYTHONPATH")))
        )
        sys.path.append(str(GUARD))
        import sitecustomize  # noqa: F401, PLC0415  (importing it starts the guard)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Spare `--quick` the import of TensorFlow by files of which it runs nothing."""
    if not config.getoption("--quick"):
        return None
    file = collection_path / "conftest.py" if collection_path.is_dir() else collection_path
    return True if _imports_keras(file) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        for marker in derived(item):
            item.add_marker(marker)
    if config.getoption("--quick"):
        left_out = [item for item in items if any(map(item.get_closest_marker, MARKERS))]
        items[:] = [item for item in items if not any(map(item.get_closest_marker, MARKERS))]
        config.hook.pytest_deselected(items=left_out)


def derived(item: pytest.Item) -> set[str]:
    """Return the markers that a test has through its fixtures and its file."""
    used = set(getattr(item, "fixturenames", ()))
    found = {marker for marker, fixtures in FIXTURES.items() if used & fixtures}
    conftests = [folder / "conftest.py" for folder in item.path.parents if TESTS in folder.parents]
    return found | ({"training"} if any(map(_imports_keras, [item.path, *conftests])) else set())


@cache
def _imports_keras(file: Path) -> bool:
    return file.suffix == ".py" and file.is_file() and bool(TRAINS.search(file.read_text("utf-8")))
