from dataclasses import replace

import numpy as np
import pytest

from insight_lib.dissection.run.view import RunView
from insight_lib.errors import InputError
from insight_lib.series.series import Series
from tests.bench.public_labels import Label
from tests.bench.risk.public import dealt, has_failed, public_table, rows_of
from tests.bench.risk.public_auc import scores_out_of_repository
from tests.risk.study.conftest import study_of


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
        public_table(tmp_path)


def test_repositories_are_dealt_whole_and_evenly():
    repositories = ["a"] * 6 + ["b"] * 3 + ["c"] * 2 + ["d"]
    assert dealt(repositories, 2) == [["a"], ["b", "c", "d"]]
    assert dealt(repositories[::-1], 2) == dealt(repositories, 2)
    assert sorted(dealt(repositories, 9)) == [["a"], ["b"], ["c"], ["d"]]


def test_a_run_has_a_row_at_each_share_and_at_its_end():
    rows = list(rows_of(FALLING, label(outcome="healthy", kind="", since_step=None)))
    assert [row["share"] for row in rows] == [0.1, 0.25, 0.5, 1.0]
    assert [row["cutoff_step"] for row in rows] == [10, 25, 50, 99]
    assert not any(row["failed"] or row["has_failed"] for row in rows)


def test_a_repository_is_never_among_those_that_its_score_learnt_from(outcomes):
    zoo = study_of(*outcomes).table
    seen_by = {}

    def score(seen, judged):
        for family in set(judged.family):
            seen_by[family] = set(seen.family)
        return np.arange(len(judged.failed), dtype=float)

    runs = tuple(f"public {one}" for one in zoo.matrix.run_ids)
    public = replace(
        zoo,
        matrix=replace(zoo.matrix, run_ids=runs),
        family=tuple(f"public_{one}" for one in zoo.family),
    )
    found = scores_out_of_repository(zoo, public, score)
    assert np.isfinite(found).all()
    assert set(seen_by) == set(public.family)
    for family, seen in seen_by.items():
        assert family not in seen
        assert seen >= set(zoo.family) | (set(public.family) - {family})
