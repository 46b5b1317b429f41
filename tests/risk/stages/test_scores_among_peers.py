"""Scores of runs of one experiment, some of which fall behind the others."""

import json

import pytest

from tests.risk.handmade import bundle_of
from tests.risk.stages.conftest import falling
from tests.series.writing import write_run


@pytest.fixture
def logs(tmp_path):
    for number in range(7):
        loss = [value ** (0.9 + 0.02 * number) for value in falling(40)]
        write_run(tmp_path / "logs" / "sweep" / f"run-{number}", loss=loss)
    late = [value**0.1 for value in falling(40)]
    write_run(tmp_path / "logs" / "sweep" / "late", loss=late)
    write_run(tmp_path / "logs" / "alone" / "late", loss=late)
    return tmp_path / "logs"


@pytest.fixture
def default(ships):
    """A run whose loss falls less than that of its peers is at risk."""
    return ships(bundle_of(peers_loss_change=2.0))


def last_score(lake, run_id):
    return lake.read("risk_scores", None, [run_id]).sort_by("cutoff_step").to_pylist()[-1]


def test_a_run_that_falls_behind_its_peers_is_at_risk(lake, one_night):
    one_night()
    late = last_score(lake, "logs/sweep/late")
    assert late["probability"] > 0.9
    assert last_score(lake, "logs/sweep/run-3")["probability"] < 0.6
    [reason] = json.loads(late["reasons"])
    assert reason["group"] == "peers"
    assert "above the middle of its peers" in reason["sentence"]


def test_a_run_without_peers_is_scored_by_itself(lake, one_night):
    one_night()
    assert last_score(lake, "logs/alone/late")["probability"] == pytest.approx(0.5)


def test_a_score_stays_as_it_was_given_when_peers_come_later(lake, one_night, logs):
    one_night()
    before = last_score(lake, "logs/sweep/late")
    write_run(logs / "sweep" / "new", loss=[value**0.1 for value in falling(40)])
    one_night()
    assert last_score(lake, "logs/sweep/late") == before
