import numpy as np
import pytest

from insight_lib.dissection.run.view import RunView
from insight_lib.errors import InputError
from insight_lib.series.series import Series
from tests.bench.public_labels import Label
from tests.bench.risk.public import has_failed, public_runs
from tests.bench.risk.public_training import dealt


def label(outcome="failed", kind="nan", since_step=40):
    return Label("owner/name", "run", "rl", outcome, kind, since_step, 0.9)


def run_of(values):
    loss = Series(np.arange(len(values)), np.array(values, dtype=float))
    return RunView("run", {("train", "epoch_loss"): loss}, {}, None, {})


FALLING = run_of(np.geomspace(2, 0.1, 100))


def test_a_failure_that_a_label_dates_has_come_by_then():
    assert has_failed(label(), FALLING, 50)
    assert not has_failed(label(), FALLING, 30)


def test_the_date_of_a_failure_that_has_none_says_nothing():
    assert not has_failed(label(kind="never_learned", since_step=25), FALLING, 50)


def test_a_healthy_run_has_not_failed():
    lost = run_of([1.0, np.nan, np.nan, np.nan])
    assert not has_failed(label(outcome="healthy", kind="", since_step=None), lost, 2)


def test_a_failure_that_our_own_rules_see_has_come_whatever_the_label_dates():
    lost = run_of([1.0] * 5 + [np.nan] * 95)
    assert has_failed(label(since_step=None), lost, 50)


def test_the_public_runs_may_be_elsewhere(tmp_path):
    with pytest.raises(InputError, match="no public runs"):
        public_runs(tmp_path)


def test_repositories_are_dealt_whole_and_evenly():
    repositories = ["a"] * 6 + ["b"] * 3 + ["c"] * 2 + ["d"]
    assert dealt(repositories, 2) == [["a"], ["b", "c", "d"]]
    assert dealt(repositories[::-1], 2) == dealt(repositories, 2)
    assert sorted(dealt(repositories, 9)) == [["a"], ["b"], ["c"], ["d"]]
