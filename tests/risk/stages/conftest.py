"""A lake whose runs are real event files, and its nights without Spark."""

import pytest

from insight_lib.lake.tables import open_lake
from insight_lib.pipeline.inputs import Inputs
from insight_lib.pipeline.stage import Context
from insight_lib.pipeline.stages import stage_named
from tests.in_process import InProcess
from tests.risk.handmade import bundle_of
from tests.series.writing import write_run

STAGES = (
    "ingest_summaries",
    "describe_runs",
    "layer_statistics",
    "classify_series",
    "risk_features",
    "run_states",
    "risk",
    "risk_backtest",
)


def falling(points):
    return [1.0 / (1 + step) for step in range(points)]


def rising(points):
    return [1.0 + 0.2 * step for step in range(points)]


@pytest.fixture
def default(ships):
    """A rising training loss is bad, a falling one good."""
    return ships(bundle_of(loss_change=4.0))


@pytest.fixture
def logs(tmp_path):
    write_run(tmp_path / "logs" / "good", loss=falling(40))
    write_run(tmp_path / "logs" / "bad", loss=rising(40))
    return tmp_path / "logs"


@pytest.fixture
def lake(tmp_path):
    return open_lake(tmp_path / "lake", create=True)


@pytest.fixture
def one_night(lake, logs, default, tmp_path):
    """Run the stages up to the backtest; return what they did, by stage."""
    assert default.version

    def pass_one():
        context = Context(lake, InProcess(), Inputs((logs,)), tmp_path / "report")
        return {name: stage_named(name).run(context) for name in STAGES}

    return pass_one
