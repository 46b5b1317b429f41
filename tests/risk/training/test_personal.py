"""A user's runs on top of the default: never worse beyond noise, better where there is much."""

from dataclasses import replace

import numpy as np
import pytest

from insight_lib.risk.models.learner import log_losses
from insight_lib.risk.training.personal import train_personal

pytestmark = pytest.mark.slow


def experiments(table, count=5):
    """Return run to experiment, a few runs each."""
    runs = sorted(set(table.matrix.run_ids))
    return {run: f"experiment {i % count}" for i, run in enumerate(runs)}


def loss_of(bundle, zoo):
    seen = zoo.table.rows(~zoo.table.has_failed)
    said = bundle.score(seen.matrix, seen.share, with_reasons=False).log_odds
    return float(log_losses(said, seen.failed).mean())


@pytest.mark.parametrize("seed", range(5))
def test_twenty_runs_whose_failures_are_of_one_experiment_leave_the_default(trained, zoo_of, seed):
    zoo = zoo_of(20, seed)
    failed = {
        run for run, one in zip(zoo.table.matrix.run_ids, zoo.table.failed, strict=True) if one == 1
    }
    groups = {run: "bad" if run in failed else name for run, name in experiments(zoo.table).items()}
    found = train_personal(trained, zoo.table, groups)
    assert not found.adopted
    assert found.bundle is trained
    assert "all of your failed runs are of bad" in found.reason


@pytest.mark.parametrize("seed", range(5))
def test_few_runs_with_labels_by_chance_are_not_believed(trained, zoo_of, seed):
    zoo = zoo_of(24, seed)
    random = np.random.default_rng(seed)
    by_run = {run: random.random() < 0.5 for run in sorted(set(zoo.table.matrix.run_ids))}
    failed = np.array([float(by_run[run]) for run in zoo.table.matrix.run_ids])
    table = replace(zoo.table, failed=failed)
    found = train_personal(trained, table, experiments(table))
    assert loss_of(found.bundle, zoo_of(100, 77)) < loss_of(trained, zoo_of(100, 77)) + 0.25


def test_runs_of_a_place_where_the_default_is_wrong_correct_it(trained, zoo_of):
    def fails_more(rows):
        for row in rows:
            row["x_loss_change"] = row["x_loss_change"] - 1.0
            row["x_gap"] = None if row["x_gap"] is None else row["x_gap"] - 0.5

    mine, later = zoo_of(100, 5, fails_more), zoo_of(100, 6, fails_more)
    found = train_personal(trained, mine.table, experiments(mine.table))
    assert found.adopted
    assert loss_of(found.bundle, later) < loss_of(trained, later)
    assert found.bundle.version != trained.version
    assert found.metrics["mean"] > found.metrics["stderr"] > 0


def test_runs_that_the_default_knows_well_leave_it_and_the_candidate_is_kept(trained, zoo_of):
    zoo = zoo_of(40, 8)
    found = train_personal(trained, zoo.table, experiments(zoo.table))
    assert loss_of(found.bundle, zoo_of(100, 9)) <= loss_of(trained, zoo_of(100, 9)) + 0.02
    assert found.candidate is not None
    assert found.candidate.correction is not None


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (0, "0 of your runs have a known outcome, 20 are needed"),
        (10, "10 of your runs have a known outcome, 20 are needed"),
    ],
)
def test_no_and_ten_runs_leave_the_default_and_say_why(trained, zoo_of, rows, reason):
    table = zoo_of(20, 0).table
    kept = sorted(set(table.matrix.run_ids))[:rows]
    few = table.rows(np.array([run in kept for run in table.matrix.run_ids]))
    found = train_personal(trained, few, experiments(few))
    assert found.bundle is trained
    assert reason in found.reason
    assert found.candidate is None


@pytest.mark.parametrize(("outcome", "word"), [(0.0, "failed"), (1.0, "healthy")])
def test_one_outcome_alone_leaves_the_default_and_says_why(trained, zoo_of, outcome, word):
    table = zoo_of(30, 0).table
    one_class = replace(table, failed=np.full(table.failed.shape, outcome))
    found = train_personal(trained, one_class, experiments(table))
    assert found.bundle is trained
    assert f"0 of your {found.metrics['runs']} runs {word}" in found.reason
