"""Kinds of failure, learnt from a small table whose kinds show in one feature."""

import numpy as np
import pytest

from insight_lib.risk.models.kinds import OTHER
from insight_lib.risk.models.ranking import roc_auc
from insight_lib.risk.models.wording import described
from insight_lib.risk.training.kind_quality import (
    kind_card,
    kind_metrics,
    kind_quality,
    train_kinds,
)
from insight_lib.risk.training.kinds import (
    LEAST_FAMILIES,
    LEAST_RUNS,
    fit_kinds,
    kinds_among,
    rows_of_kinds,
)
from insight_lib.risk.training.kinds_out_of_family import kinds_out_of_family

pytestmark = pytest.mark.slow

SHARES = (0.1, 0.25, 0.5)
RUNS = 220


def odd_where_it_diverges(rows):
    for row in rows:
        row["has_failed"] = False
        row["x_odd"] = 3.0 * (row["kind"] == "diverged") + 0.1 * float(row["x_loss_noise"])


@pytest.fixture(scope="module")
def telling(zoo_of):
    """Runs that diverge are odd; the others are at chance."""
    return zoo_of(RUNS, 0, odd_where_it_diverges)


@pytest.fixture(scope="module")
def told(telling):
    return kinds_out_of_family(telling.table, described(telling.features), SHARES, 0)


def renamed(kind, is_renamed):
    """A change of rows: this kind where a row, and the number of its run, fit."""

    def change(rows):
        odd_where_it_diverges(rows)
        for row in rows:
            if row["failed"] and is_renamed(row):
                row["kind"] = kind

    return change


def test_only_failed_rows_that_had_not_failed_yet_are_learnt_from(small_zoo):
    rows = rows_of_kinds(small_zoo.table)
    assert rows.failed.all()
    assert not rows.has_failed.any()
    assert len(rows.failed) < small_zoo.table.failed.sum()


def test_a_kind_of_few_runs_or_few_families_is_one_of_the_others(zoo_of):
    few = renamed("one_sided", lambda row: int(row["run"][-4:]) < LEAST_RUNS)
    assert kinds_among(rows_of_kinds(zoo_of(RUNS, 0, few).table))[-1] == OTHER
    families = ("games", "images")
    assert len(families) < LEAST_FAMILIES
    local = renamed("mode_collapse", lambda row: row["family"] in families)
    assert kinds_among(rows_of_kinds(zoo_of(RUNS, 0, local).table)) == (
        "at_chance",
        "diverged",
        OTHER,
    )


def test_kinds_that_show_are_told_on_families_left_out(told):
    every = np.ones(len(told.place), dtype=np.bool_)
    found = kind_quality(told, every)
    assert told.kinds == ("at_chance", "diverged")
    diverged = (told.place == 1).astype(np.float64)
    assert roc_auc(diverged, told.logs[0, :, 1]) > 0.95
    assert found.accuracy > found.base_accuracy
    assert found.log_loss < found.base_log_loss - 0.05
    assert found.gain.is_clear


def test_what_is_said_of_a_family_does_not_depend_on_its_kinds(zoo_of, told):
    def turned(rows):
        odd_where_it_diverges(rows)
        for row in rows:
            if row["family"] == "games" and row["failed"]:
                row["kind"] = {"at_chance": "diverged", "diverged": "at_chance"}[row["kind"]]

    other = zoo_of(RUNS, 0, turned)
    again = kinds_out_of_family(other.table, described(other.features), SHARES, 0)
    of_family = np.array(told.table.family) == "games"
    np.testing.assert_array_equal(told.logs[:, of_family], again.logs[:, of_family])
    assert (told.place[of_family] != again.place[of_family]).all()


def test_the_model_tells_kinds_where_it_was_better_and_not_where_they_do_not_show(
    telling, told, zoo_of
):
    words = described(telling.features)
    model = train_kinds(told, words, SHARES, 0)
    assert model.is_told.tolist() == [True] * 4
    assert kind_card(model, SHARES) == {
        "told_apart": ["at_chance", "diverged"],
        "told_at": ["0.1", "0.25", "0.5", "any share"],
    }
    by_chance = kinds_out_of_family(zoo_of(RUNS, 1).table, words, SHARES, 0)
    assert not train_kinds(by_chance, words, SHARES, 0).is_told.all()


def test_the_same_rows_give_the_same_bits(telling):
    rows, words = rows_of_kinds(telling.table), described(telling.features)
    first, second = (
        fit_kinds(rows, words, ("at_chance", "diverged"), SHARES, seed=0) for _ in range(2)
    )
    for name, one in first.arrays().items():
        assert one.tobytes() == second.arrays()[name].tobytes()


def test_one_kind_is_nothing_to_tell(zoo_of):
    zoo = zoo_of(60, 0, renamed("at_chance", lambda _: True))
    found = kinds_out_of_family(zoo.table, described(zoo.features), SHARES, 0)
    assert found is None
    assert train_kinds(found, described(zoo.features), SHARES, 0) is None
    assert kind_metrics(found, SHARES) == {}
    assert kind_card(None, SHARES) == {"told_apart": [], "told_at": []}


def test_figures_are_stated_over_all_rows_and_at_each_landmark(told):
    found = kind_metrics(told, SHARES)
    assert found["rows"] == sum(one["rows"] for one in found["landmarks"].values())
    assert list(found["landmarks"]) == ["0.1", "0.25", "0.5"]
    assert found["gain"] == pytest.approx(found["base_rate_log_loss"] - found["log_loss"])
