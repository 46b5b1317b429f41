import csv

import numpy as np
import pytest

from insight_lib.dissection.run.view import RunView
from insight_lib.errors import InputError
from insight_lib.series.series import Series
from tests.bench.risk.baselines import log_doctors
from tests.bench.risk.baselines.log_doctors import alarm, ask_doctors, write_csv
from tests.bench.risk.baselines.recipe import is_landmark


def series(steps, values):
    return Series(np.array(steps), np.array(values, dtype=float))


RUN = RunView(
    "run",
    {
        ("train", "epoch_loss"): series([10, 20, 30], [1.0, np.nan, 0.5]),
        ("validation", "epoch_loss"): series([10, 30], [1.1, np.inf]),
        ("train", "learning_rate"): series([0, 1], [0.1, 0.1]),
    },
    {},
    None,
    {},
)


def test_doctors_get_what_was_written_as_it_is(tmp_path):
    assert write_csv(RUN, tmp_path / "run.csv")
    rows = list(csv.DictReader((tmp_path / "run.csv").open()))
    assert [row["step"] for row in rows] == ["0", "1", "10", "20", "30"]
    assert [row["train_loss"] for row in rows] == ["", "", "1.0", "nan", "0.5"]
    assert [row["val_loss"] for row in rows] == ["", "", "1.1", "", "inf"]
    assert rows[0]["learning_rate"] == "0.1"
    assert "train_accuracy" not in rows[0]


def test_a_run_without_a_loss_is_nothing_for_them(tmp_path):
    accuracy = {("validation", "epoch_accuracy"): series([1, 2], [0.5, 0.6])}
    assert not write_csv(RunView("run", accuracy, {}, None, {}), tmp_path / "run.csv")


def test_a_graver_finding_alarms_more_and_so_does_another_of_it():
    said = [[], ["info"], ["info"] * 5, ["warning", "info"], ["warning"] * 2, ["error"]]
    alarms = [alarm(one) for one in said]
    assert alarms == sorted(alarms)
    assert len(set(alarms)) == len(alarms)
    assert alarm(["critical"]) == alarm(["error"])


def test_without_their_environment_the_remedy_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(log_doctors, "ENVIRONMENT", tmp_path / "none")
    with pytest.raises(InputError, match="pip install runmedic"):
        ask_doctors(tmp_path)


def test_the_end_of_a_run_and_a_step_counted_are_no_landmarks_of_the_study():
    shares = (0.1, 0.25, 0.5, 1.0, None)
    assert [is_landmark({"share": one}) for one in shares] == [True, True, True, False, False]
