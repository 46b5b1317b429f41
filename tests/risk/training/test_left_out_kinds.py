"""The oracle of novelty: a kind of failure that nobody has seen."""

import pytest

from insight_lib.risk.training.left_out_kinds import novelty_of_left_out

pytestmark = pytest.mark.slow


def test_a_kind_that_looks_like_nothing_seen_is_novel_and_one_like_healthy_runs_is_not(zoo_of):
    def strange(rows):
        for row in rows:
            if row["kind"] == "diverged":
                row["x_odd"], row["x_loss_noise"] = 40.0, 30.0
            elif row["kind"] == "at_chance":
                row["x_loss_change"], row["x_update_size"], row["x_gap"] = -0.4, -3.0, 0.0

    table = zoo_of(100, 0, strange).table
    found = novelty_of_left_out(table, table.kind)
    assert found["diverged"].auc > 0.95
    assert found["at_chance"].auc < 0.6
    assert found["diverged"].families == 5
    assert sum(one.rows for one in found.values()) == table.failed.sum()


def test_a_kind_of_few_rows_has_no_figure(zoo_of):
    def rare(rows):
        rows[0]["kind"] = "overfit"

    table = zoo_of(50, 0, rare).table
    assert "overfit" not in novelty_of_left_out(table, table.kind)


def test_a_fault_counts_by_its_failed_runs_against_healthy_ones_of_its_families(zoo_of):
    def local(rows):
        for row in rows:
            row["fault"] = "high_rate" if row["family"] in ("games", "texts") else None
            if row["failed"]:
                row["x_odd"] = 40.0

    table = zoo_of(60, 0, local).table
    found = novelty_of_left_out(table, table.fault)
    assert list(found) == ["high_rate"]
    is_failed_one = (table.failed == 1) & [one is not None for one in table.fault]
    assert (found["high_rate"].rows, found["high_rate"].families) == (is_failed_one.sum(), 2)
