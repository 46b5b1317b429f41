"""Table ``series`` over nights, and what works by it."""

import json
import shutil

import duckdb
import numpy as np
import pytest

from insight_lib.dissection.findings.history import open_rows
from insight_lib.errors import ConfigError, LakeError
from insight_lib.lake.tables import open_lake
from insight_lib.pipeline.inputs import Inputs
from insight_lib.pipeline.stage import Context
from insight_lib.pipeline.stages import STAGES
from insight_lib.report.run_outcomes import outcomes
from insight_lib.series.override import Override
from insight_lib.series.role import Direction, Role
from insight_lib.series.settings_store import SETTINGS_FILE, remember_series, remembered_series
from tests.in_process import InProcess
from tests.series.writing import write_run

BY_SERIES = ("classify_series", "dissect", "risk_features")
NAN = float("nan")
IS_LOSS = Override("zorp", role=Role.TOTAL_LOSS)
IS_RETURN = Override("zorp", role=Role.RETURN)


@pytest.fixture
def logs(tmp_path):
    write_run(tmp_path / "logs" / "a", zorp=[3.0, 1.0, NAN], val__accuracy=[0.5, 0.75])
    write_run(tmp_path / "logs" / "b" / "train", loss=[2.0, 1.0, 0.5])
    return tmp_path / "logs"


@pytest.fixture
def lake(tmp_path):
    return open_lake(tmp_path / "lake", create=True)


@pytest.fixture
def night(lake, logs, tmp_path):
    """Run every stage and return which runs those that work by the series brought up to date."""

    def pass_one():
        context = Context(lake, InProcess(), Inputs((logs,)), tmp_path / "report")
        done = {stage.name: stage.run(context) for stage in STAGES}
        return [list(done[name].run_ids) for name in BY_SERIES]

    return pass_one


def roles(lake):
    rows = lake.read("series").to_pylist()
    return {(row["run_id"], row["stream"], row["tag"]): row["role"] for row in rows}


def rules(lake, run_id):
    return set(open_rows(lake.read("findings", None, [run_id]))["rule"].to_pylist())


def test_a_row_says_what_a_series_is_and_how_long(lake, night):
    night()
    assert roles(lake) == {
        ("logs/a", ".", "val/accuracy"): "accuracy",
        ("logs/a", ".", "zorp"): "other",
        ("logs/b", "train", "loss"): "total_loss",
    }
    files = [str(lake.root / "series" / file.path) for file in lake.files("series")]
    found = duckdb.read_parquet(files).filter("tag = 'val/accuracy'")
    assert found.project("phase, direction, points, first_step, last_step").fetchall() == [
        ("validation", "higher", 2, 0, 1)
    ]


def test_a_night_without_anything_new_looks_at_no_series(night):
    assert night() == [["logs/a", "logs/b"]] * 3
    assert night() == [[], [], []]


def test_new_points_of_a_run_have_its_series_looked_at_again(lake, night, logs):
    night()
    write_run(logs / "b" / "train", loss=[0.25, 0.125], lr=[0.1])
    assert night() == [["logs/b"]] * 3
    assert roles(lake)["logs/b", "train", "lr"] == "learning_rate"


def test_a_changed_configuration_works_on_all_runs_again_and_the_same_on_none(lake, night):
    night()
    assert "non_finite_loss" not in rules(lake, "logs/a")

    remember_series(lake, (IS_LOSS,))
    assert night() == [["logs/a", "logs/b"]] * 3
    assert roles(lake)["logs/a", ".", "zorp"] == "total_loss"
    assert "non_finite_loss" in rules(lake, "logs/a")
    assert "loss_nonfinite" in dict(
        lake.read("run_features", None, ["logs/a"]).to_pylist()[0]["features"]
    )

    remember_series(lake, (IS_LOSS,))
    remember_series(lake, None)
    assert night() == [[], [], []]

    remember_series(lake, ())
    assert night() == [["logs/a", "logs/b"]] * 3
    assert "non_finite_loss" not in rules(lake, "logs/a")


def test_another_order_of_the_same_overrides_is_a_change(lake):
    for order, wins in [((IS_LOSS, IS_RETURN), IS_RETURN), ((IS_RETURN, IS_LOSS), IS_LOSS)]:
        remember_series(lake, order)
        assert remembered_series(lake).overrides[-1] == wins
    assert remembered_series(lake).number == 2


def test_the_best_value_of_a_run_is_by_the_direction_of_the_table(lake, night):
    night()
    found = outcomes(lake, ["logs/a"])["logs/a"]
    assert found["val/accuracy", "best"] == 0.75
    assert ("zorp", "best") not in found
    for direction, best in [(Direction.LOWER, 1.0), (Direction.HIGHER, 3.0)]:
        remember_series(lake, (Override("zorp", role=Role.SCORE, direction=direction),))
        night()
        found = outcomes(lake, ["logs/a"])["logs/a"]
        assert found["zorp", "best"] == best
        assert np.isnan(found["zorp", "final"])


def test_a_lake_of_a_version_without_the_table_is_read_and_filled(lake, night):
    night()
    before = roles(lake)
    shutil.rmtree(lake.root / "series")
    older = open_lake(lake.root)
    assert roles(older) == {}
    assert outcomes(older, ["logs/b"])["logs/b"]["train/loss", "best"] == 0.5
    assert night()[0] == ["logs/a", "logs/b"]
    assert roles(lake) == before


def test_what_is_remembered_of_a_role_that_is_gone_is_named(lake):
    kept = {"number": 1, "changes": [["loss", {"role": "gone"}]]}
    (lake.root / SETTINGS_FILE).write_text(json.dumps(kept))
    with pytest.raises(ConfigError, match=rf'{SETTINGS_FILE}: series."loss".role should be one of'):
        remembered_series(lake)


@pytest.mark.parametrize("text", ["", "[]", '{"number": 1, "changes": [3]}', '{"count": 1}'])
def test_settings_that_cannot_be_read_are_named(lake, text):
    (lake.root / SETTINGS_FILE).write_text(text)
    with pytest.raises(LakeError, match=rf"{SETTINGS_FILE} is damaged"):
        remembered_series(lake)
