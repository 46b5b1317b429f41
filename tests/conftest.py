"""Fixtures that more than one test package shares."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from insight_lib.cli.main import main
from insight_lib.lake.contract import contract, table_names
from insight_lib.lake.tables import Lake, open_lake
from tests.in_process import InProcess

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from insight_lib.lake.session import SparkWorkers

pytest_plugins = ["tests.markers"]

# A busy machine must not make a test fail.
settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60
)
# The quick loop tries fewer examples, `make test` all.
settings.register_profile("few", settings.get_profile("untimed"), max_examples=10)
settings.load_profile("untimed")

# Tests read tables as in a pipe, also where the environment describes a terminal.
for _name in ("COLUMNS", "FORCE_COLOR", "TTY_COMPATIBLE"):
    os.environ.pop(_name, None)

REAL_EVENT_FILES = Path(__file__).parents[2] / "shared" / "data" / "tfevents"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="a skipped test is a failure")


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if skipped and session.config.getoption("--no-skips"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def tfevents_dir() -> Path:
    """The folder of real event files by others, with its MANIFEST.tsv."""
    if not (REAL_EVENT_FILES / "MANIFEST.tsv").is_file():
        pytest.skip(f"the corpus of real event files is not at {REAL_EVENT_FILES}")
    return REAL_EVENT_FILES


@pytest.fixture(scope="session")
def workers() -> "SparkWorkers":
    """Workers on the one Spark session that all tests share; it starts with the first task."""
    from insight_lib.lake.session import SparkWorkers  # noqa: PLC0415  (most tests need no Spark)

    return SparkWorkers()


@pytest.fixture(scope="session")
def spark() -> "SparkSession":
    """The session itself."""
    from insight_lib.lake.session import spark_session  # noqa: PLC0415  (most tests need no Spark)

    return spark_session()


@pytest.fixture
def here() -> InProcess:
    """Workers in this process, which start no Spark and remember what they were asked for."""
    return InProcess()


# Every basic fault once and each basic program healthy once.
RUNS = 13
SEED = 3


@dataclass(frozen=True)
class Night:
    zoo: Path
    lake: Lake
    truth: list[dict]


@pytest.fixture(scope="session")
def zoo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("zoo")
    assert main(["zoo", "--out", str(folder), "--runs", str(RUNS), "--seed", str(SEED)]) == 0
    return folder


@pytest.fixture(scope="session")
def night(zoo, tmp_path_factory):
    folder = tmp_path_factory.mktemp("night") / "lake"
    assert main(["nightly", str(zoo / "runs"), "--lake", str(folder)]) == 0
    truth = json.loads((zoo / "truth.json").read_text())["runs"]
    return Night(zoo, open_lake(folder), truth)


@pytest.fixture
def ships(tmp_path, monkeypatch):
    """ships(bundle) or ships(content): make it the model that ships with DeepInsight."""
    from insight_lib.risk.models.storage import bundle_bytes  # noqa: PLC0415  (most need no model)
    from insight_lib.risk.registry import default_model  # noqa: PLC0415

    def ship(shipped):
        file = tmp_path / "default.npz"
        file.write_bytes(shipped if isinstance(shipped, bytes) else bundle_bytes(shipped))
        monkeypatch.setattr(default_model, "FILE", file)
        default_model.default_model.cache_clear()
        return shipped

    yield ship
    default_model.default_model.cache_clear()


OF_A_NIGHT = {
    "findings": ["first_seen_at", "opened_at", "last_seen_at", "resolved_at"],
    "verdicts": ["judged_at"],
}


@pytest.fixture(scope="session")
def contents():
    """Every table of a lake as sorted rows, less what names a moment or a batch's place."""

    def contents(lake):
        found = {}
        for name in table_names():
            if name in ("risk_models", "run_labels"):
                continue
            rows = lake.read(name).drop_columns(OF_A_NIGHT.get(name, [])).to_pylist()
            found[name] = sorted(json.dumps(row, default=str, sort_keys=True) for row in rows)
            assert contract(name).schema == lake.read(name).schema
        return found

    return contents
