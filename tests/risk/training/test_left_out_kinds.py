"""The oracle of novelty: a kind of failure that nobody has seen."""

import pytest

from insight_lib.risk.training.left_out_kinds import novelty_of_left_out_kinds

pytestmark = pytest.mark.slow


def test_a_kind_that_looks_like_nothing_seen_is_novel_and_one_like_healthy_runs_is_not(zoo_of):
    def strange(rows):
        for row in rows:
            if row["kind"] == "diverged":
                row["x_odd"], row["x_loss_noise"] = 40.0, 30.0
            elif row["kind"] == "at_chance":
                row["x_loss_change"], row["x_update_size"], row["x_gap"] = -0.4, -3.0, 0.0

    found = novelty_of_left_out_kinds(zoo_of(100, 0, strange).table)
    assert found["diverged"] > 0.95
    assert found["at_chance"] < 0.6


def test_a_kind_of_few_rows_has_no_figure(zoo_of):
    def rare(rows):
        rows[0]["kind"] = "overfit"

    assert "overfit" not in novelty_of_left_out_kinds(zoo_of(50, 0, rare).table)
