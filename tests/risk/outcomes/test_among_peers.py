"""Runs beside healthy runs of the same program."""

import doctest

import numpy as np
import pytest

from insight_lib.errors import InputError
from insight_lib.risk.outcomes import among_peers
from insight_lib.risk.outcomes.among_peers import below_peers, chance_among, peer_level
from insight_lib.risk.outcomes.final_score import FinalScore
from insight_lib.series.role import Direction, Role

HIGHER, LOWER = Direction.HIGHER, Direction.LOWER
ACCURACIES = np.array([0.88, 0.9, 0.91, 0.92, 0.93, 0.94, 0.96])


def final(value, chance=np.nan, start=2.0):
    return FinalScore(Role.TOTAL_LOSS, LOWER, value, chance, start, "val_loss")


def test_the_example_holds():
    assert doctest.testmod(among_peers).failed == 0


def test_a_score_is_below_where_it_kept_too_little_and_lies_beyond_the_spread():
    level = peer_level("accuracy", HIGHER, ACCURACIES, 0.1)
    assert level.limit == pytest.approx(0.92 - 0.2 * 0.82)
    assert below_peers(np.array([0.92, 0.76, 0.75, 0.1]), level).tolist() == [
        False,
        False,
        True,
        True,
    ]


def test_a_score_within_the_spread_of_healthy_runs_is_not_below_whatever_it_kept():
    level = peer_level("return", HIGHER, np.array([100.0, 150, 200, 250, 300]), 20)
    assert not below_peers(np.array([60.0]), level).any()
    assert level.kept(np.array([60.0]))[0] == pytest.approx(40 / 180)


@pytest.mark.parametrize("scale", [1.0, 10.0])
def test_a_loss_is_compared_downwards_in_any_unit(scale):
    level = peer_level("loss", LOWER, scale * np.array([0.2, 0.21, 0.22, 0.2, 0.19]), scale * 1.0)
    assert below_peers(scale * np.array([0.2, 0.3, 0.4, 0.1]), level).tolist() == [
        False,
        False,
        True,
        False,
    ]


@pytest.mark.parametrize("score", [np.nan, -np.inf])
def test_a_score_that_is_not_finite_is_below(score):
    assert below_peers(np.array([score]), peer_level("accuracy", HIGHER, ACCURACIES, 0.1)).all()


def test_runs_that_are_all_alike_leave_room_for_rounding():
    level = peer_level("accuracy", HIGHER, np.full(5, 1.0), 0.5)
    assert not below_peers(np.array([0.999]), level).any()


def test_a_few_bad_runs_among_the_reference_do_not_move_it():
    spoilt = np.array([*ACCURACIES, 0.1, np.nan])
    level = peer_level("accuracy", HIGHER, spoilt, 0.1)
    assert below_peers(np.array([0.5, 0.9]), level).tolist() == [True, False]
    assert level.runs == 8


def test_too_few_healthy_runs_are_refused():
    with pytest.raises(InputError, match="4 healthy runs end at a known accuracy"):
        peer_level("accuracy", HIGHER, ACCURACIES[:4], 0.1)


def test_healthy_runs_at_chance_are_refused():
    with pytest.raises(InputError, match="no better than chance"):
        peer_level("accuracy", HIGHER, np.full(5, 0.5), 0.5)


def test_chance_is_what_labels_tell_of_it():
    assert chance_among([final(0.2, chance=0.7), final(0.2)], [final(0.9)] * 3) == 0.7


def test_else_chance_is_where_runs_end_that_learnt_nothing():
    assert chance_among([final(0.2)], [final(0.9), final(0.95), final(np.inf), final(1.0)]) == 0.95


def test_else_chance_is_where_runs_begin():
    assert chance_among([final(0.2, start=1.5)], [final(0.9)]) == 1.5


def test_runs_that_learn_fast_do_not_hide_where_they_began():
    starts = [final(0.2, start=one) for one in (*np.linspace(0.2, 0.9, 10), 1e6)]
    assert chance_among(starts) == pytest.approx(0.9)


def test_of_no_runs_chance_is_not_known():
    assert np.isnan(chance_among([]))
