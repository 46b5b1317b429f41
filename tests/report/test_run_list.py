"""All runs as data of the index page."""

import gzip
import json

import numpy as np

from insight_lib.report.read.index_page import read_night
from insight_lib.report.render import index_html
from insight_lib.report.run_list import runs_json

MEGABYTE = 1_000_000


def data(lake, generated_at, **tables):
    night = read_night(lake(**tables), generated_at)
    return json.loads(runs_json(night.runs, shows_risk=night.shows_risk))


def test_a_value_that_runs_share_is_written_once(lake, generated_at):
    runs = [{"run_id": name, "hparams": [("lr", "0.1")]} for name in "ab"]
    found = data(lake, generated_at, runs=runs, findings=[{"run_id": "b"}])
    assert found["columns"]["id"] == ["b", "a"]
    assert found["columns"]["hparams"] == [[[0, 0]], [[0, 0]]]
    assert found["columns"]["titles"] == [[0], []]
    assert (found["words"]["names"], found["words"]["values"]) == (["lr"], ["0.1"])
    assert found["words"]["titles"] == ["The gradient explodes"]
    assert found["columns"]["risk"] is None


def test_a_risk_that_is_not_to_be_relied_on_is_none(lake, generated_at):
    found = data(
        lake,
        generated_at,
        runs=[{"run_id": name} for name in "abc"],
        risk_models=[{}],
        risk_scores=[{"run_id": "a"}, {"run_id": "b", "abstained": True}],
    )
    assert found["columns"]["risk"] == [0.5, None, None]


def test_the_index_of_very_many_runs_stays_small(lake, generated_at):
    chance = np.random.default_rng(3)
    names = [f"team/exp-{at % 40}/run-{chance.integers(10**9)}" for at in range(1000)]
    hparams = [(f"h{at}", str(chance.random())) for at in range(20)]
    tables = lake(
        runs=[{"run_id": n, "hparams": [*hparams, ("seed", str(chance.random()))]} for n in names],
        findings=[
            {"run_id": n, "rule": f"r{at}", "title": f"The loss of {n} rose at {at}"}
            for n in names[::2]
            for at in range(5)
        ],
    )
    night = read_night(tables, generated_at)
    page = index_html(night, dict.fromkeys(names)).encode()
    assert len(gzip.compress(page)) < 3 * MEGABYTE * len(names) / 10_000
